"""`floating-pragma`: built with whatever compiler is at hand."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Pragma
from solvet.solidity.versions import version_range

RULE = Rule(
    name="floating-pragma",
    title="The compiler version is not fixed",
    category=Category.BEST_PRACTICE,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    what="Finds a file with a contract to deploy whose pragma accepts more than one compiler.",
    why="What is deployed may be built by another compiler than what was tested and reviewed.",
    how="Name one version, or fix it in the build's configuration.",
    limits=(
        "The build's configuration is not read. Files with only interfaces, libraries and "
        "abstract contracts are left alone: they are made to be built by others."
    ),
    references=(swc(103), cwe(664)),
    bad="""\
pragma solidity ^0.8.0;

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
    deployable = any(contract.node.kind == "contract" for contract in scope.model.contracts)
    if node.name != "solidity" or not deployable or version_range(node.value).pinned:
        return
    yield Hit(
        node=node,
        message=f"`{node.value}` accepts more than one compiler.",
        recommendation="Name the version you test with.",
    )


DETECTOR = Detector(rule=RULE, visits=(Pragma,), check=_check)
