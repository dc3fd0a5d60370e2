"""What is looked for, scenario by scenario: the traits of the code say which ones apply.

The texts stand in `prompts/scenarios.toml` and are part of every question's fixed part; a question
names the ones that apply by their ids. The idea is GPTScan's: https://arxiv.org/abs/2308.03314
"""

import tomllib
from collections.abc import Iterable
from importlib.resources import files

import msgspec

from solvet.llm.material import Trait
from solvet.typed import converted

OTHER = "other"
"""What a claim names that fits no scenario."""


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that goes wrong in code with at least one trait of `any` and all of `all`."""

    id: str
    title: str
    check: str
    harmless: str
    any: frozenset[Trait] = frozenset()
    all: frozenset[Trait] = frozenset()

    def applies(self, traits: Iterable[Trait]) -> bool:
        present = frozenset(traits)
        return present >= self.all and (not self.any or not present.isdisjoint(self.any))


class _Scenarios(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scenario: tuple[Scenario, ...]


def _shipped() -> tuple[Scenario, ...]:
    text = files("solvet.llm").joinpath("prompts/scenarios.toml").read_text("utf-8")
    return converted(tomllib.loads(text), _Scenarios).scenario


SCENARIOS = _shipped()


def applying(traits: Iterable[Trait]) -> tuple[Scenario, ...]:
    """The scenarios that code with these traits calls for, in their written order."""
    present = frozenset(traits)
    return tuple(scenario for scenario in SCENARIOS if scenario.applies(present))


def rendered() -> str:
    """All scenarios as the fixed part shows them: a paragraph each."""
    return "\n".join(f"{s.id} {s.title}. {s.check} Harmless when {s.harmless}." for s in SCENARIOS)
