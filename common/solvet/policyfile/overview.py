"""The policy in force, key by key, with the file that each value comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from solvet.domain.policy import PathSection, Policy
from solvet.policyfile.differences import leaves, shown
from solvet.policyfile.keys import file_keys, section_keys

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """A key and its value. Both may quote a policy file: escape them."""

    key: str
    value: str
    origin: str


def overview(policy: Policy, origins: Mapping[str, str]) -> tuple[Setting, ...]:
    """Every key in the order of the file, rules and sections last; `origins` as reading tells."""
    return (*_values(policy, origins), *_rules(policy, origins), *_sections(policy, origins))


def _values(policy: Policy, origins: Mapping[str, str]) -> Iterator[Setting]:
    for key, target, kind in leaves(file_keys({}).fields):
        value = kind.written(getattr(policy, target))
        yield Setting(key, _told(value), origins.get(target, DEFAULT))


def _told(value: object) -> str:
    if value is None:
        return "as the installation has it"
    return "none" if value == [] else shown(value)


def _rules(policy: Policy, origins: Mapping[str, str]) -> Iterator[Setting]:
    for rule, level in sorted(policy.rules.items()):
        yield Setting(f"rules.{rule}", str(level), origins.get(f"rules.{rule}", DEFAULT))


def _sections(policy: Policy, origins: Mapping[str, str]) -> Iterator[Setting]:
    for number, section in enumerate(policy.paths):
        origin = origins.get("paths", DEFAULT)
        told = ", ".join(_own(section)) or "changes nothing"
        yield Setting(f"paths[{number}]", f"for {shown(section.match)}: {told}", origin)


def _own(section: PathSection) -> Iterator[str]:
    """What the section sets."""
    for key, target, kind in leaves(section_keys({}).fields):
        value = kind.written(getattr(section, target))
        if value is not None and key != "match":
            yield f"{key} {'none' if value == [] else shown(value)}"
    yield from (f"{rule} {level}" for rule, level in sorted(section.rules.items()))
