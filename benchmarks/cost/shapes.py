"""The reviews that are counted: changes of one contract or ten, which ask a model or do not."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

from solvet.local.repositories import git

FUNCTIONS = 28
"""Of each contract; with them it has 200 lines."""
FILES = 10
CHANGES = ("body", "event")
WARM = "warm"
"""The first review, which greets, opens connections and is not counted."""
_FUNCTION = """
    /// Moves part {at} of what the sender holds.
    function move{at}(address to, uint256 amount) external {{
        require(held[msg.sender] >= amount + {salt}, "too much");
        held[msg.sender] -= amount;
        held[to] += amount;
    }}
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A pull request: how many contracts it changes and what of them, under which policy.

    `change` is `body` (a function's, which is a question) or `event` (which is none).
    """

    files: int
    change: str
    models: str

    @property
    def branch(self) -> str:
        return f"{self.change}-{self.files}"

    @property
    def name(self) -> str:
        """As `solvet cost` looks for it."""
        kind = "asked" if self.change == "body" else "silent"
        return f"{kind if self.models == 'auto' else 'static'}-{self.files}"


def shapes(models: str) -> list[Shape]:
    """Without a contract, with one and with ten."""
    counts = (1, FILES)
    if models == "off":
        return [Shape(n, "body", models) for n in (0, *counts)]
    return [Shape(n, change, models) for change in CHANGES for n in counts]


def repository(folder: Path) -> Path:
    """A repository with a branch for every change; answers its folder of git."""
    work = folder / "work"
    (work / "src").mkdir(parents=True)
    git(work, "init", "--quiet", "--initial-branch=main")
    _commit(work, [_contract(at) for at in range(FILES)], "base")
    for change, count in ((WARM, 1), *product(CHANGES, (0, 1, FILES))):
        git(work, "checkout", "--quiet", "-b", f"{change}-{count}", "main")
        texts = [_contract(at, change if at < count else "", count) for at in range(FILES)]
        _commit(work, texts, f"{change} {count}")
    return work / ".git"


def _contract(number: int, change: str = "", mark: int = 0) -> str:
    """Every contract and every change of one is another text, so that no answer is known."""
    salts = [number * 1000 + at for at in range(FUNCTIONS)]
    if change in {WARM, "body"}:
        salts[number] += 100 * mark + len(change)
    body = "".join(_FUNCTION.format(at=at, salt=salt) for at, salt in enumerate(salts))
    event = f"    event Moved{mark}(uint256 amount);\n" if change == "event" else ""
    held = "    mapping(address => uint256) private held;\n"
    return f"pragma solidity 0.8.28;\n\ncontract C{number} {{\n{held}{event}{body}}}\n"


def _commit(work: Path, texts: list[str], title: str) -> None:
    for number, text in enumerate(texts):
        (work / f"src/C{number}.sol").write_text(text, "utf-8")
    (work / "README.md").write_text(title, "utf-8")
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", title)
