"""What a change would do to a policy, in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from solvet.domain.policy import Level, PathSection, Policy
from solvet.policyfile.groups import Field, Group
from solvet.policyfile.keys import file_keys, section_keys
from solvet.policyfile.kinds import Leaf, ListOf, Number, Words
from solvet.policyfile.quoting import quoted

Named = dict[tuple[tuple[str, ...], int], PathSection]


def differences(base: Policy, head: Policy) -> tuple[str, ...]:
    """One plain sentence for each difference, without a full stop; none for equal policies.

    What they quote comes from the change, in backticks: escape it like any text of the change.
    """
    fields = file_keys({}).fields
    return (
        *_values(fields, base, head, ""),
        *_rules(base.rules, head.rules, ""),
        *_sections(base.paths, head.paths),
    )


def _values(fields: Sequence[Field], base: object, head: object, where: str) -> Iterator[str]:
    for key, target, kind in leaves(fields):
        before, after = (kind.written(getattr(policy, target)) for policy in (base, head))
        if before is not None and after is not None and isinstance(kind, ListOf):
            yield from _lists(key, before, after, where)
        elif before != after:
            yield f"`{key}` would {_change(before, after)}{where}"


def leaves(fields: Sequence[Field], above: str = "") -> Iterator[tuple[str, str, Leaf]]:
    """Full key, name in the policy and kind of what is neither a rule nor a section."""
    for field in fields:
        key = f"{above}{field.key}"
        if isinstance(field.kind, Words | Number | ListOf) and field.target != "version":
            yield key, field.target, field.kind
        if isinstance(field.kind, Group) and not field.target:
            yield from leaves(field.kind.fields, f"{key}.")


def _change(before: Any, after: Any) -> str:
    if before is None:
        return f"be set to {shown(after)}"
    if after is None:
        return f"no longer be set (it is {shown(before)})"
    return f"change from {shown(before)} to {shown(after)}"


def shown(value: Any) -> str:
    """A value as a sentence has it, text in backticks."""
    if isinstance(value, list | tuple):
        return ", ".join(quoted(each) for each in value) or "nothing"
    return str(value).removesuffix(".0")


def _lists(key: str, before: list[str], after: list[str], where: str) -> Iterator[str]:
    """Order means nothing in these lists."""
    if gained := [each for each in after if each not in before]:
        yield f"`{key}` would gain {shown(gained)}{where}"
    if lost := [each for each in before if each not in after]:
        yield f"`{key}` would lose {shown(lost)}{where}"


def _rules(base: Mapping[str, Level], head: Mapping[str, Level], where: str) -> Iterator[str]:
    for rule in sorted({*base, *head}):
        if base.get(rule) is not head.get(rule):
            yield f"rule {quoted(rule)} would {_rating(head.get(rule))}{where}"


def _rating(level: Level | None) -> str:
    if level is None:
        return "no longer be set"
    if level in {Level.OFF, Level.ON}:
        return f"be switched {level}"
    return f"be rated {level}"


def _sections(base: tuple[PathSection, ...], head: tuple[PathSection, ...]) -> Iterator[str]:
    before, after = _named(base), _named(head)
    for (match, number), section in after.items():
        old = before.get((match, number))
        yield from _section(old, section)
    for match, number in before:
        if (match, number) not in after:
            yield f"the section of `paths` for {shown(match)} would be removed"
    if [n for n in before if n in after] != [n for n in after if n in before]:
        yield "the order of the sections of `paths` would change"


def _section(old: PathSection | None, new: PathSection) -> Iterator[str]:
    where = f" in {shown(new.match)}"
    before = old or PathSection(match=new.match)
    if old is None and new == before:
        yield f"a section of `paths` for {shown(new.match)} would be added"
    yield from _values(section_keys({}).fields, before, new, where)
    yield from _rules(before.rules, new.rules, where)


def _named(sections: tuple[PathSection, ...]) -> Named:
    """Sections by what they match, equal ones told apart by number."""
    named: Named = {}
    for section in sections:
        number = sum(match == section.match for match, _ in named)
        named[section.match, number] = section
    return named
