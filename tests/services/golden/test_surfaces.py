"""Everything that people read, from real reviews, as it stands in `expected/`.

`UPDATE_GOLDEN=1 python -m pytest tests/services/golden` writes the files anew; read the difference.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from solvet.cli.main import main
from solvet.local.providers import demo

HERE = Path(__file__).parent
CASES = sorted(folder.name for folder in (HERE / "cases").iterdir())
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


@pytest.fixture(scope="module")
def reviewed(running, project):
    """What each case left on GitHub, and where its history is; every case is reviewed once."""
    kept = {}

    def review(case):
        if case not in kept:
            kept[case] = _reviewed(running, project, case)
        return kept[case]

    running._later = 0
    running.providers.policy = _said
    return review


def _said(question):
    """The model agrees with what it is to judge, and claims what the demonstration does."""
    reply = demo.reply(question)
    agrees = {"stance": "confirmed", "reason": "Nothing stands in the way of it."}
    return {
        key: [{**each, **agrees} for each in said] if key != "claims" else said
        for key, said in reply.items()
    }


def _reviewed(road, project, case):
    files = {side: _texts(HERE / "cases" / case / side) for side in ("base", "head")}
    it = project(files["base"], files["head"])
    road.open(it, title="A change")
    seen = road.github.snapshot()
    surfaces = {
        kind: [each for each in seen[kind] if each["repository"] == it.remote.full_name]
        for kind in ("check_runs", "comments", "reviews", "review_comments", "sarifs")
    }
    return it, _same_everywhere(surfaces, it, road.github.web_url)


def _texts(folder):
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in found}


def _same_everywhere(surfaces, it, web_url):
    """Names, ports and numbers that differ from run to run, replaced."""
    text = json.dumps(surfaces, ensure_ascii=False, default=str)
    text = text.replace(it.remote.full_name, "acme/vaults").replace(web_url, "https://github.test")
    text = re.sub(r"/runs/\d+", "/runs/1", text)
    return json.loads(text)


def expect(name, actual):
    """The file says the same; with UPDATE_GOLDEN it is written instead."""
    path = HERE / "expected" / name
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual)
    assert path.is_file(), f"{path.name} is missing: run with UPDATE_GOLDEN=1 and read it"
    assert actual == path.read_text()


@pytest.mark.parametrize("case", CASES)
def test_the_summary_comment(reviewed, case):
    _, surfaces = reviewed(case)
    bodies = [comment["body"] for comment in surfaces["comments"]]
    expect(f"{case}/comment.md", "\n\n---\n\n".join(bodies) + "\n" if bodies else "")


@pytest.mark.parametrize("case", CASES)
def test_the_check_run(reviewed, case):
    _, surfaces = reviewed(case)
    (run,) = surfaces["check_runs"]
    assert run["status"] == "completed"
    parts = [
        f"{run['conclusion']}: {run['title']}",
        run["summary"],
        run["text"] or "",
        _listed(run["annotations"]),
        _listed(run["actions"]),
    ]
    expect(f"{case}/check_run.md", "\n\n---\n\n".join(parts) + "\n")


@pytest.mark.parametrize("case", CASES)
def test_the_inline_comments(reviewed, case):
    _, surfaces = reviewed(case)
    told = [
        f"{each['path']}:{each['start_line'] or each['line']}-{each['line']}\n\n{each['body']}"
        for each in surfaces["review_comments"]
    ]
    reviews = [f"{each['state']}\n\n{each['body']}" for each in surfaces["reviews"]]
    expect(f"{case}/review.md", "\n\n---\n\n".join(reviews + told) + "\n" if told else "")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown"])
def test_the_command_line(  # noqa: PLR0917
    reviewed, case, form, tmp_path, monkeypatch, capfd
):
    it, _ = reviewed(case)
    work = tmp_path / "vaults"
    subprocess.run(["git", "clone", "-q", it.history.directory, work, "-b", "feature"], check=True)
    monkeypatch.chdir(work)
    for name, value in {"COLUMNS": "100", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stop:
        main(["scan", "--base", "origin/main", "--format", form, "."])
    out, err = capfd.readouterr()
    told = f"{out}\n--- exit code {stop.value.code}\n{err}"
    expect(f"{case}/scan.{_SUFFIXES[form]}", told.replace(str(work), "vaults"))


_SUFFIXES = {"text": "txt", "json": "json.txt", "sarif": "sarif.txt", "markdown": "md"}


def _listed(entries):
    return "\n".join(json.dumps(each, ensure_ascii=False, sort_keys=True) for each in entries)
