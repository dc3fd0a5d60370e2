"""`outdated-pragma`: a compiler that no longer gets repairs."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Pragma
from solvet.solidity.versions import CHECKED_ARITHMETIC, version_range

RULE = Rule(
    name="outdated-pragma",
    title="The compiler is outdated",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what="Finds a pragma that only compilers before 0.8 satisfy.",
    why=(
        "They do not check arithmetic, have known bugs, and get no more repairs. What later ones "
        "refuse to compile passes silently."
    ),
    how="Move to a current 0.8 release.",
    limits="Releases within 0.8 are not told apart.",
    references=(
        swc(102),
        cwe(937),
        Reference("solc bugs", "https://docs.soliditylang.org/en/latest/bugs.html"),
    ),
    bad="""\
pragma solidity 0.6.12;

contract Counter {
    uint256 public count;
}
""",
    good="""\
pragma solidity 0.8.30;

contract Counter {
    uint256 public count;
}
""",
)


def _check(node: Pragma, scope: Scope) -> Iterator[Hit]:
    accepted = version_range(node.value)
    if node.name == "solidity" and accepted.known and accepted.below <= CHECKED_ARITHMETIC:
        yield Hit(
            node=node,
            message=f"`{scope.code(node)}` leaves out every compiler that checks arithmetic.",
            recommendation="Move to a current 0.8 release.",
        )


DETECTOR = Detector(rule=RULE, visits=(Pragma,), check=_check)
