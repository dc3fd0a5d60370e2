"""What is looked at before something ships, and that nothing is green that was not looked at."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github").glob("**/*.y*ml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
USES = re.compile(r"^\s*(?:-\s+)?uses:\s*([^\s#]+)", re.MULTILINE)
LOCKED = re.compile(r"^([a-z0-9.-]+==\S+)", re.MULTILINE)


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def audit():
    module = script("audit")
    return module, module.Audit()


def answer(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


CLEAN = {"name": "yaml", "version": "1", "vulns": []}
UNKNOWN = {"name": "odd", "skip_reason": "not found"}
BAD = {"name": "bad", "version": "2", "vulns": [{"id": "CVE-1"}]}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (answer(CLEAN), "CLEAN"),
        (answer(CLEAN, BAD), "VULNERABLE"),
        (answer(UNKNOWN, BAD), "VULNERABLE"),
        (answer(CLEAN, UNKNOWN), "NOT_ASKED"),
        (answer(UNKNOWN), "NOT_ASKED"),
        (answer(), "NOT_ASKED"),
        ("", "NOT_ASKED"),
        ("<html>", "NOT_ASKED"),
        ("[]", "NOT_ASKED"),
        ("{}", "NOT_ASKED"),
    ],
)
def test_an_audit_is_clean_only_when_everything_was_asked_about(audit, said, outcome):
    module, record = audit
    module.add(record, "dev.lock", said, "could not connect")
    assert record.outcome == getattr(module, outcome)
    assert ("not complete" in "\n".join(module.told(record))) == (outcome != "CLEAN")


def test_every_lock_is_audited(audit):
    module, _ = audit
    locks = {
        path.stem: set(LOCKED.findall(path.read_text()))
        for path in ROOT.glob("requirements/*.lock")
    }
    asked = set().union(*(locks[name] for name in module.LOCKS))
    assert {name: found - asked for name, found in locks.items() if found - asked} == {}


def test_an_unknown_secret_and_a_stale_entry_are_told():
    leaks = script("leaks")
    report = {
        "results": {
            "a.py": [{"type": "AWS Access Key", "hashed_secret": "1", "line_number": 3}],
            "tests/b.py": [{"type": "Secret Keyword", "hashed_secret": "2", "line_number": 1}],
        }
    }
    found = list(leaks.leaks(report))
    assert [leak.file for leak in found] == ["a.py"]
    assert list(leaks.problems(found, {("a.py", "AWS Access Key", "1"): "made up"})) == []
    told = list(leaks.problems(found, {("c.py", "Private Key", "9"): "gone"}))
    assert told == [
        "a.py:3: AWS Access Key, sha1 1",
        "leaks.toml: c.py has no Private Key with sha1 9 any more",
    ]


def test_every_string_that_is_allowed_says_why():
    leaks = script("leaks")
    known = leaks.allowed(leaks.ALLOWED.read_text("utf-8"))
    assert all(len(reason) > 5 for reason in known.values())


def test_every_check_of_the_template_that_is_left_out_has_a_reason_above_it():
    text = (ROOT / ".checkov.yaml").read_text("utf-8")
    skipped = yaml.safe_load(text)["skip-check"]
    assert len(skipped) == len(set(skipped))
    explained = re.findall(r"(?:^  # .*\n)+(?:^  - CKV\w+\n)+", text, re.MULTILINE)
    assert sum(block.count("- CKV") for block in explained) == len(skipped)


def test_every_action_of_a_workflow_is_pinned_to_a_commit():
    used = [(path.name, use) for path in WORKFLOWS for use in USES.findall(path.read_text("utf-8"))]
    assert [(n, u) for n, u in used if not u.startswith("./") and not PINNED.fullmatch(u)] == []
