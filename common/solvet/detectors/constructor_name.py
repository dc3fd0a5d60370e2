"""`constructor-name`: a function that was meant to be the constructor, and is not."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import own_effects
from solvet.solidity.guards import is_restricted
from solvet.solidity.model import FunctionModel
from solvet.solidity.versions import VERSION_0_5

RULE = Rule(
    name="constructor-name",
    title="Constructor with the wrong name",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Finds, in code that compilers before 0.5 accept, a public function that sets up the "
        "contract's state for its caller, in a contract without a constructor, and whose name is "
        "nearly the contract's or `constructor`."
    ),
    why="It is an ordinary function: anybody can call it, at any time, and become the owner.",
    how="Declare `constructor(…)`.",
    limits="A function whose name is far from the contract's comes as `unprotected-function`.",
    references=(swc(118), cwe(665)),
    bad="""\
pragma solidity 0.4.24;

contract Missing {
    address private owner;

    function missing() public {
        owner = msg.sender;
    }

    function withdraw() public {
        require(msg.sender == owner);
        owner.transfer(address(this).balance);
    }
}
""",
    good="""\
pragma solidity 0.4.24;

contract Missing {
    address private owner;

    constructor() public {
        owner = msg.sender;
    }

    function withdraw() public {
        require(msg.sender == owner);
        owner.transfer(address(this).balance);
    }
}
""",
)

_NEARLY = 0.5


def is_mistaken_constructor(function: FunctionModel) -> bool:
    """Whether an ordinary function looks like the contract's constructor."""
    contract = function.declared_in
    if contract is None or not function.model.versions.may_be_before(VERSION_0_5):
        return False
    if not function.is_entry_point or any(f.is_constructor for f in contract.own_functions):
        return False
    names = (contract.name.lower(), "constructor")
    if not _sets_up(function) or is_restricted(function):
        return False
    return any(_ratio(function.name.lower(), name) >= _NEARLY for name in names)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _sets_up(function: FunctionModel) -> bool:
    """Whether it does nothing but write state, the caller's address among it."""
    effects = own_effects(function)
    writes = [effect for effect in effects if effect.kind is Kind.WRITE]
    only_writes = all(effect.kind in {Kind.WRITE, Kind.READ, Kind.EMIT} for effect in effects)
    return only_writes and any(
        "msg.sender" in function.source.code(effect.node) for effect in writes
    )


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is not None and is_mistaken_constructor(function):
        contract = function.declared_in.name if function.declared_in else ""
        yield Hit(
            node=node,
            message=f"`{function.name}` is no constructor of `{contract}`: anybody can call it.",
            recommendation="Declare it as `constructor(…)`.",
        )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
