"""From the text of a policy file to a policy and its mistakes. No content makes it raise."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from solvet.domain.policy import Mistake, Policy
from solvet.policyfile.document import Fault, parsed
from solvet.policyfile.keys import file_keys
from solvet.policyfile.names import POLICY
from solvet.policyfile.place import MAX_MISTAKES, NOTHING, Notes, Place

FILE_NAME = POLICY
REPOSITORY = FILE_NAME
ORGANISATION = f".github/{FILE_NAME}"
"""What a mistake in the owner's `.github` repository has for its origin."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The policy as far as it could be read, and what could not."""

    policy: Policy
    mistakes: tuple[Mistake, ...] = ()


def read(text: str, *, origin: str = REPOSITORY, rules: Iterable[str]) -> Reading:
    """One file's policy. What is wrong is ignored and named: there the default holds."""
    values, mistakes = _values(text, origin, rules)
    return Reading(Policy(**values), mistakes)


def merged(organisation: str | None, repository: str | None, *, rules: Iterable[str]) -> Reading:
    """The policy of two files, either of which may be missing.

    The repository's keys win over the organisation's, `rules` rule by rule, other lists whole.
    """
    known = tuple(rules)
    general, first = _values(organisation or "", ORGANISATION, known)
    special, then = _values(repository or "", REPOSITORY, known)
    values = general | special
    values["rules"] = general.get("rules", {}) | special.get("rules", {})
    return Reading(Policy(**values), first + then)


def origins(
    organisation: str | None, repository: str | None, *, rules: Iterable[str]
) -> dict[str, str]:
    """The file that each value comes from, by its name in the policy, `rules.NAME` for a rule.

    What neither file sets is missing.
    """
    known = tuple(rules)
    found: dict[str, str] = {}
    for text, origin in ((organisation, ORGANISATION), (repository, REPOSITORY)):
        values, _ = _values(text or "", origin, known)
        found |= dict.fromkeys((name for name in values if name != "rules"), origin)
        found |= {f"rules.{rule}": origin for rule in values.get("rules", {})}
    return found


def _values(
    text: str, origin: str, rules: Iterable[str]
) -> tuple[dict[str, Any], tuple[Mistake, ...]]:
    """What the file sets, by the names of Policy."""
    notes = Notes(origin)
    root = parsed(text)
    if isinstance(root, Fault):
        notes.add(root.line, root.column, "", root.message)
        return {}, tuple(notes.mistakes)
    if root is None or (place := Place(root, "", notes)).empty:
        return {}, ()
    found = file_keys(dict.fromkeys(rules, "")).read(place)
    if notes.full:
        last = f"only the first {MAX_MISTAKES} mistakes are listed"
        notes.mistakes[-1] = Mistake(origin=origin, line=1, column=1, key="", message=last)
    values: dict[str, Any] = {} if found is NOTHING else found
    values.pop("version", None)
    return values, tuple(notes.mistakes)
