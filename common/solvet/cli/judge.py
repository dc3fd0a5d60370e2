"""What judges a scan: the policy file, what the command line says, and the baseline."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from solvet.cli.scope import Ground
from solvet.domain.finding import Confidence, Severity
from solvet.domain.policy import Mistake, PathSection, Policy
from solvet.domain.roles import Role, role_of
from solvet.policyfile.names import BASELINE, POLICY

NONE = "none"
"""The value of `--fail-on` with which nothing fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line says. None leaves a value to the policy; a file may be left aside."""

    fail_on: str | None = None
    min_severity: str | None = None
    min_confidence: str | None = None
    policy: bool = True
    baseline: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What holds. `surfaced` is the policy for the attack surface: tests have none by default.

    `origin` names the file that the policy comes from, if there is one. `changes` are sentences on
    what the change would do to the files, in effect once it is merged.
    """

    policy: Policy
    surfaced: Policy
    origin: str = ""
    baseline: frozenset[str] = frozenset()
    mistakes: tuple[Mistake, ...] = ()
    changes: tuple[str, ...] = ()


def judge_of(ground: Ground, wishes: Wishes, paths: Sequence[Path]) -> Judge:
    """The base's files hold where there is a base; `paths` are those of the command line."""
    heard = files_heard(ground, wishes)
    tops = [Path(os.path.relpath(path, ground.head.root)).as_posix() for path in paths]
    if not heard:
        return _judge(Policy(), wishes, tops, quiet=())
    from solvet.cli.policies import ruled

    found = ruled(ground, heard)
    policy = found.ruling.policy
    judge = _judge(policy, wishes, tops, quiet=policy.quiet if found.sets_quiet else ())
    return replace(
        judge,
        origin=found.origin,
        baseline=frozenset(found.ruling.baseline),
        mistakes=found.ruling.mistakes,
        changes=found.ruling.changes,
    )


def deliberate(top: str) -> bool:
    """Whether who names this path, as seen from the root, means tests and the like by it."""
    return role_of(top if top.endswith(".sol") else f"{top}/_.sol") is not Role.SOURCE


def files_heard(ground: Ground, wishes: Wishes) -> frozenset[str]:
    """The names of the files that are there, on either side, and are not left aside."""
    wanted = {POLICY: wishes.policy, BASELINE: wishes.baseline}
    names = [name for name, is_wanted in wanted.items() if is_wanted]
    there = {name for name in names if os.path.lexists(ground.head.root / name)}
    return frozenset(there | set(ground.base.holding(names) if ground.base and names else ()))


def _judge(policy: Policy, wishes: Wishes, tops: Sequence[str], quiet: tuple[Role, ...]) -> Judge:
    named = tuple(PathSection(match=(f"/{top}",), quiet=()) for top in tops if deliberate(top))
    said = _overruled(policy, wishes)
    return Judge(
        policy=_hearing(replace(said, quiet=quiet), named),
        surfaced=_hearing(said, named),
    )


def _hearing(policy: Policy, named: tuple[PathSection, ...]) -> Policy:
    """Who names a test or a mock wants to hear about it."""
    holds_back = policy.quiet or any(section.quiet for section in policy.paths)
    return replace(policy, paths=policy.paths + named) if holds_back and named else policy


def _overruled(policy: Policy, wishes: Wishes) -> Policy:
    """The command line wins, in every section too. With `--fail-on none` nothing fails at all."""
    if wishes.fail_on == NONE:
        policy = replace(policy, fail_layout=False, fail_guards=False, fail_incomplete=False)
    values: dict[str, Any] = {}
    if wishes.fail_on:
        values["fail_severity"] = None if wishes.fail_on == NONE else Severity(wishes.fail_on)
    if wishes.min_severity:
        values["show_severity"] = Severity(wishes.min_severity)
    if not wishes.min_confidence:
        return _replaced(policy, values)
    least = Confidence(wishes.min_confidence)
    said = _replaced(policy, values | {"show_confidence": least})
    sections = tuple(
        replace(each, fail_confidence=_surer(each.fail_confidence, least))
        if each.fail_confidence
        else each
        for each in said.paths
    )
    return replace(said, paths=sections, fail_confidence=_surer(policy.fail_confidence, least))


def _replaced(policy: Policy, values: dict[str, Any]) -> Policy:
    unset: dict[str, Any] = dict.fromkeys(values)
    sections = tuple(replace(section, **unset) for section in policy.paths)
    return replace(policy, paths=sections, **values)


def _surer(one: Confidence, other: Confidence) -> Confidence:
    """What is not shown does not fail either."""
    return min(one, other, key=lambda confidence: confidence.rank)
