"""Every rule finds its bad example, leaves its good one alone, and has its page."""

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import solvet.detectors
from solvet.detectors.engine import analyse
from solvet.detectors.pages import pages
from solvet.detectors.registry import DETECTORS, rule
from solvet.solidity import parses_cleanly

RULES = [detector.rule for detector in DETECTORS]
each_rule = pytest.mark.parametrize("case", RULES, ids=lambda case: case.name)


def found(code, name):
    return [finding for finding in analyse("a.sol", code).findings if finding.rule == name]


@each_rule
def test_the_bad_example_is_found_once(case):
    assert len(found(case.bad, case.name)) == 1


@each_rule
def test_the_good_example_is_clean(case):
    assert found(case.good, case.name) == []


@each_rule
def test_the_examples_parse(case):
    assert parses_cleanly(case.bad)
    assert parses_cleanly(case.good)


@each_rule
def test_a_fix_of_the_bad_example_applies_and_cures(case):
    for finding in found(case.bad, case.name):
        if finding.fix is None:
            continue
        fixed = replaced(case.bad, finding.fix)
        assert parses_cleanly(fixed)
        assert found(fixed, case.name) == []


def replaced(text, fix):
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    start = starts[fix.span.start_line - 1] + fix.span.start_column - 1
    end = starts[fix.span.end_line - 1] + fix.span.end_column - 1
    return text[:start] + fix.replacement + text[end:]


@each_rule
def test_a_rule_is_told_in_full(case):
    assert all((case.title, case.what, case.why, case.how, case.limits, case.references))
    assert case.name == case.name.lower().replace("_", "-").replace(" ", "-")


def test_every_module_with_a_detector_is_registered():
    modules = [
        import_module(f"solvet.detectors.{info.name}")
        for info in pkgutil.iter_modules(solvet.detectors.__path__)
    ]
    present = {id(module.DETECTOR) for module in modules if hasattr(module, "DETECTOR")}
    assert {id(detector) for detector in DETECTORS} == present


def test_names_are_unique_and_stand_for_their_rules():
    assert len({case.name for case in RULES}) == len(RULES)
    assert all(rule(case.name) is case for case in RULES)


def test_the_pages_in_docs_are_not_stale():
    folder = Path(__file__).parents[2] / "docs" / "detectors"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert written == pages()
