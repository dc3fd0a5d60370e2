"""`default-visibility`: public, because nobody said otherwise."""

from collections.abc import Iterator

from solvet.detectors.constructor_name import is_mistaken_constructor
from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.callers import is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.versions import VERSION_0_5

RULE = Rule(
    name="default-visibility",
    title="Function is public by default",
    category=Category.ACCESS_CONTROL,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what=(
        "Finds, in code that compilers before 0.5 accept, functions without a visibility that "
        "write state or make calls without looking at who calls. It is of medium severity where "
        "the function looks internal, because its name begins with an underscore."
    ),
    why="Without a visibility it is public: anybody can call what was meant for the contract.",
    how="Write `external`, `public`, `internal` or `private`.",
    limits="Whether a function that nobody calls was meant to be public cannot be known.",
    references=(swc(100), cwe(710)),
    bad="""\
pragma solidity 0.4.24;

contract Game {
    function play(uint256 guess) public payable {
        require(uint256(keccak256(abi.encode(guess))) % 7 == 0);
        _pay();
    }

    function _pay() {
        msg.sender.transfer(1 ether);
    }
}
""",
    good="""\
pragma solidity 0.4.24;

contract Game {
    function play(uint256 guess) public payable {
        require(uint256(keccak256(abi.encode(guess))) % 7 == 0);
        _pay();
    }

    function _pay() private {
        msg.sender.transfer(1 ether);
    }
}
""",
)


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not scope.model.versions.may_be_before(VERSION_0_5):
        return
    if node.kind != "function" or node.visibility or not node.name or not is_open(function):
        return
    acts = any(True for _ in effects_of(function).of(Kind.WRITE, Kind.CALL))
    if not acts or is_caller_examined(function) or is_mistaken_constructor(function):
        return
    internal = node.name.startswith("_")
    yield Hit(
        node=node,
        message=f"Anybody can call `{node.name}`: without a visibility it is public.",
        recommendation="Say `internal` if only the contract should call it, else `public`.",
        severity=Severity.MEDIUM if internal else None,
        confidence=Confidence.MEDIUM if internal else None,
        fix=_fix(node, scope) if internal else None,
    )


def _fix(node: Function, scope: Scope) -> Fix | None:
    """`internal` after the parameters, which is where the function's name and list end."""
    closing = scope.source.text.find(")", max([node.start, *(p.end for p in node.parameters)]))
    if closing < 0:
        return None
    span = scope.source.span_between(closing, closing + 1)
    return Fix("Make the function internal", span, ") internal")


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
