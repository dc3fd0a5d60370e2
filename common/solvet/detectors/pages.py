"""The rule pages, made from the rules: `python -m solvet.detectors.pages docs/detectors`."""

import string
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from solvet.detectors.detector import Rule
from solvet.detectors.registry import DETECTORS

INDEX = "README.md"

_SHOWN = frozenset(string.printable) - frozenset("\r\v\f")
_SECTIONS = (
    ("What it does", "what"),
    ("Why it matters", "why"),
    ("How to fix", "how"),
    ("Known limits", "limits"),
)


def pages() -> dict[str, str]:
    """Markdown by file name: one page a rule, and an index."""
    rules = [detector.rule for detector in DETECTORS]
    return {INDEX: _index(rules)} | {f"{rule.name}.md": _page(rule) for rule in rules}


def write(folder: Path) -> None:
    """Makes the folder hold exactly the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for stale in folder.glob("*.md"):
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def _page(rule: Rule) -> str:
    facts = f"{_words(rule.category)} · severity {rule.severity} · confidence {rule.confidence}"
    parts = [f"# {rule.name}", f"**{rule.title}**", facts]
    for heading, field in _SECTIONS:
        parts += [f"## {heading}", getattr(rule, field)]
    parts += ["## References", "\n".join(_references(rule))]
    parts += ["## Found", _example(rule.bad), "## Not found", _example(rule.good)]
    return "\n\n".join(parts) + "\n"


def _words(category: str) -> str:
    return category.replace("_", " ").capitalize()


def _references(rule: Rule) -> Iterator[str]:
    return (f"- [{reference.id}]({reference.url})" for reference in rule.references)


def _example(code: str) -> str:
    shown = "".join(c if c in _SHOWN else f"\\u{ord(c):04x}" for c in code.strip())
    return f"```solidity\n{shown}\n```"


def _index(rules: list[Rule]) -> str:
    parts = [
        "# Detectors",
        f"{len(rules)} rules. These pages are made from the rules' modules by `make docs`.",
    ]
    by_category = sorted(rules, key=lambda rule: (rule.category, rule.name))
    for category, members in groupby(by_category, key=lambda rule: rule.category):
        parts += [f"## {_words(category)}", "\n".join(_table(members))]
    return "\n\n".join(parts) + "\n"


def _table(rules: Iterator[Rule]) -> Iterator[str]:
    yield "| rule | finds | severity | confidence |"
    yield "|---|---|---|---|"
    for rule in rules:
        link = f"[{rule.name}]({rule.name}.md)"
        yield f"| {link} | {rule.title} | {rule.severity} | {rule.confidence} |"


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/detectors"))
