"""CPU of trying the edits of a file's findings before they are suggested, against its analysis."""

import time
from collections.abc import Callable
from statistics import median

from solvet.detectors.engine import analyse
from solvet.domain.change import compare
from solvet.domain.policy import Policy
from solvet.services.fixing import SECONDS_OF_RULES, only_mending

PATH, ROUNDS = "A.sol", 5
SIZES = (200, 1_000, 5_000)
FLAWS = (0, 1, 10)
_HEAD = "pragma solidity 0.8.28;\ncontract A {\n    address private owner = msg.sender;\n"
_FLAWED = "    function stop{n}() external {{\n        require(tx.origin == owner);\n    }}\n"
_SOUND = (
    "    uint256 private v{n};\n    function set{n}(uint256 to) external {{\n"
    "        require(msg.sender == owner);\n        v{n} = to;\n    }}\n"
)


def main() -> None:
    print(f"CPU seconds, median of {ROUNDS}; what takes {SECONDS_OF_RULES} s is not suggested\n")
    print(f"{'lines':>6} {'edits':>6} {'analysis':>9} {'trying':>8}  shown")
    for lines in SIZES:
        for flaws in FLAWS:
            print(_row(lines, flaws))


def _row(lines: int, flaws: int) -> str:
    text = _text(lines, flaws)
    analysis = analyse(PATH, text)
    new = compare(analysis.findings, ())
    alone = _cpu(lambda: analyse(PATH, text))
    trying = _cpu(lambda: only_mending(new, Policy(), text, {}, analysis))
    told = only_mending(new, Policy(), text, {}, analysis)
    shown = sum(j.finding.rule == "tx-origin" and j.finding.fix is not None for j in told)
    return f"{lines:>6} {flaws:>6} {alone:>9.3f} {trying:>8.3f}  {shown} of {flaws}"


def _text(lines: int, flaws: int) -> str:
    bodies = [_FLAWED.format(n=n) for n in range(flaws)]
    bodies += [_SOUND.format(n=n) for n in range((lines - 4 - 3 * flaws) // 5)]
    return _HEAD + "".join(bodies) + "}\n"


def _cpu(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        work()
        taken.append(time.thread_time() - began)
    return median(taken)
