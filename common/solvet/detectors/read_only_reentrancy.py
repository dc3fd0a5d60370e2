"""`read-only-reentrancy`: a price that others ask for while the books are open."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity, Step
from solvet.solidity.calls import CallKind
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind, variables_of
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_privileged
from solvet.solidity.locks import locks_checked, locks_held
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Binary, Call
from solvet.solidity.queries import called_name

RULE = Rule(
    name="read-only-reentrancy",
    title="Read-only reentrancy: a view can be asked while a payment is under way",
    category=Category.REENTRANCY,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a payment under a lock, after which state is written that a public view function "
        "without the lock divides."
    ),
    why=(
        "The receiver of the ether cannot come back here, but can have another contract ask for "
        "the price. It gets one made of ether that is gone and shares that are still there."
    ),
    how="Write before paying, or let the view function revert while the lock is held.",
    limits=(
        "Only ether is looked at, and only the contract itself: whether another contract relies "
        "on the view function is not known."
    ),
    references=(
        Reference(
            "Curve LP oracle manipulation",
            "https://chainsecurity.com/curve-lp-oracle-manipulation-post-mortem/",
        ),
        cwe(841),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Pool {
    uint256 private supply;
    mapping(address => uint256) private shares;
    bool private busy;

    modifier locked() {
        require(!busy, "busy");
        busy = true;
        _;
        busy = false;
    }

    function join() external payable locked {
        supply += msg.value;
        shares[msg.sender] += msg.value;
    }

    function leave(uint256 amount) external locked {
        shares[msg.sender] -= amount;
        (bool sent,) = msg.sender.call{value: address(this).balance * amount / supply}("");
        require(sent, "not sent");
        supply -= amount;
    }

    function price() external view returns (uint256) {
        return address(this).balance * 1e18 / supply;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Pool {
    uint256 private supply;
    mapping(address => uint256) private shares;
    bool private busy;

    modifier locked() {
        require(!busy, "busy");
        busy = true;
        _;
        busy = false;
    }

    function join() external payable locked {
        supply += msg.value;
        shares[msg.sender] += msg.value;
    }

    function leave(uint256 amount) external locked {
        uint256 payment = address(this).balance * amount / supply;
        shares[msg.sender] -= amount;
        supply -= amount;
        (bool sent,) = msg.sender.call{value: payment}("");
        require(sent, "not sent");
    }

    function price() external view returns (uint256) {
        return address(this).balance * 1e18 / supply;
    }
}
""",
)

_DIVISIONS = frozenset({"div", "divDown", "mulDiv", "mulDivDown", "divWadDown", "fullMulDiv"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        place = scope.place(effect)
        if place is None or call.kind is not CallKind.CALL or call.value is None:
            continue
        asked = _asked_too_early(effect, effects, function)
        if asked is None or is_privileged(effect, effects, function):
            continue
        write, reader = asked
        written = scope.place(write)
        yield Hit(
            node=place,
            message=(
                f"While this is paid, `{reader.name}` still answers with the old "
                f"`{write.variable}`."
            ),
            recommendation=f"Write `{write.variable}` before paying.",
            trace=(Step(scope.line(written), "it is written here"),) if written else (),
        )


def _asked_too_early(
    call: Effect, effects: Effects, function: FunctionModel
) -> tuple[Effect, FunctionModel] | None:
    """A write after the call, and the view function that reads it without the lock."""
    locks = locks_held(call, effects, function)
    if not locks or function.contract is None:
        return None
    readers = function.contract.derived(_dividing_readers)
    for write in effects.after(call):
        if write.kind is not Kind.WRITE or write.variable in locks:
            continue
        for reader in readers.get(write.variable, ()):
            if not locks & locks_checked(reader):
                return write, reader
    return None


def _dividing_readers(contract: ContractModel) -> dict[str, list[FunctionModel]]:
    """For each state variable the public view functions that read it and divide."""
    found: dict[str, list[FunctionModel]] = {}
    for function in contract.entry_points:
        if function.is_read_only and _divides(function):
            for variable in variables_of(effects_of(function).of(Kind.READ)):
                found.setdefault(variable, []).append(function)
    return found


def _divides(function: FunctionModel) -> bool:
    source, node = function.source, function.node
    return any(b.operator == "/" for b in source.inside(node, Binary)) or any(
        called_name(call) in _DIVISIONS for call in source.inside(node, Call)
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
