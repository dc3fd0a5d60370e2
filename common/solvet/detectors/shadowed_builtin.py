"""`shadowed-builtin`: a name of the language, used for something else."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Contract, Function, StateVariable
from solvet.solidity.nodes import Node, Variable

RULE = Rule(
    name="shadowed-builtin",
    title="Declaration hides a name of the language",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what=(
        "Finds functions, modifiers, parameters and variables with the name of something built "
        "in: `require`, `assert`, `msg`, `keccak256`, `blockhash`…"
    ),
    why="What looks like the check or value of the language is whatever was declared here.",
    how="Rename it.",
    limits="`now` is a name like any other since 0.7, `log0` and its likes are not looked at.",
    references=(swc(119), cwe(710)),
    bad="""\
pragma solidity 0.8.30;

contract Box {
    uint256 public value;

    function set(uint256 next) external {
        require(next > 0);
        value = next;
    }

    function require(bool) internal pure {}
}
""",
    good="""\
pragma solidity 0.8.30;

contract Box {
    uint256 public value;

    function set(uint256 next) external {
        require(next > 0);
        value = next;
    }

    function demand(bool) internal pure {}
}
""",
)

_BUILTIN = frozenset(
    {
        "abi",
        "addmod",
        "assert",
        "block",
        "blockhash",
        "ecrecover",
        "gasleft",
        "keccak256",
        "msg",
        "mulmod",
        "require",
        "revert",
        "ripemd160",
        "selfdestruct",
        "sha256",
        "sha3",
        "suicide",
        "super",
        "this",
        "tx",
    }
)


def _check(node: Node, scope: Scope) -> Iterator[Hit]:
    name = node.name if isinstance(node, Function | StateVariable | Variable) else ""
    if name not in _BUILTIN or _is_interface(scope):
        return
    yield Hit(
        node=node,
        message=f"`{name}` here is no longer the `{name}` of the language.",
        recommendation="Give it another name.",
    )


def _is_interface(scope: Scope) -> bool:
    node = scope.contract.node if scope.contract is not None else None
    return isinstance(node, Contract) and node.kind == "interface"


DETECTOR = Detector(rule=RULE, visits=(Function, StateVariable, Variable), check=_check)
