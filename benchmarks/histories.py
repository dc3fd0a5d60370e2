"""Git histories of contracts with and without a weakness, written by one process."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

_PERSON = "Ada <ada@example.org> 1700000000 +0000"
SAFE = """pragma solidity 0.8.28;
contract C{number} {{
    uint256 private total;  // {salt}
    function add() external {{ total += {salt}; }}
}}
"""
FLAWED = """pragma solidity 0.8.28;
contract C{number} {{
    mapping(address => uint256) private held;  // {salt}
    function take() external {{
        (bool sent,) = msg.sender.call{{value: held[msg.sender]}}("");
        require(sent);
        held[msg.sender] = {salt} - {salt};
    }}
}}
"""


def commit(branch: str, mark: int, parent: int, files: Mapping[str, str]) -> str:
    """A commit in the words of `git fast-import`, on top of the mark `parent` (0: of nothing)."""
    start = f"from :{parent}\n" if parent else ""
    head = f"commit refs/heads/{branch}\nmark :{mark}\ncommitter {_PERSON}\ndata 1\n.\n{start}"
    return head + "".join(
        f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
        for path, text in files.items()
    )


def write(git_dir: Path, stream: str) -> None:
    """Make a bare repository of what `git fast-import` is told."""
    _git("init", "--quiet", "--bare", "--initial-branch=main", str(git_dir))
    _git(f"--git-dir={git_dir}", "fast-import", "--quiet", "--force", given=stream)


def _git(*arguments: str, given: str = "") -> None:
    subprocess.run(["git", *arguments], input=given.encode(), capture_output=True, check=True)
