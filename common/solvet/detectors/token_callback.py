"""`token-callback`: a receiver told of his token before the books are closed."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity, Step
from solvet.solidity.calls import internal_call
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind, variables_of
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_privileged, mentions_caller
from solvet.solidity.locks import locks_held
from solvet.solidity.nodes import Call, Node
from solvet.solidity.queries import called_name

RULE = Rule(
    name="token-callback",
    title="Reentrancy by token callback: state changes after the receiver was called",
    category=Category.REENTRANCY,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `_safeMint`, `_safeTransfer` and ERC-1155's `_mint` of a base contract that is not "
        "at hand, after which the function still writes state that it read before, and such calls "
        "in a loop whose limit is the caller's balance before it."
    ),
    why=(
        "These functions call the receiver, who can come back before the write: one more token "
        "than the limit allows, one claim made twice."
    ),
    how="Write first and mint last, or lock the function.",
    limits=(
        "Where the base contract can be read, its callback is followed and comes as `reentrancy`. "
        "Receivers of ERC-777 are not looked at."
    ),
    references=(
        Reference("ERC-721", "https://eips.ethereum.org/EIPS/eip-721"),
        swc(107),
        cwe(841),
    ),
    bad="""\
pragma solidity 0.8.30;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

contract Drop is ERC721 {
    mapping(address => bool) private claimed;
    uint256 private next;

    constructor() ERC721("Drop", "DROP") {}

    function claim() external {
        require(!claimed[msg.sender], "claimed");
        _safeMint(msg.sender, next++);
        claimed[msg.sender] = true;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

contract Drop is ERC721 {
    mapping(address => bool) private claimed;
    uint256 private next;

    constructor() ERC721("Drop", "DROP") {}

    function claim() external {
        require(!claimed[msg.sender], "claimed");
        claimed[msg.sender] = true;
        _safeMint(msg.sender, next++);
    }
}
""",
)

#: Internal functions of token libraries that call the receiver, with their numbers of arguments:
#: OpenZeppelin, Solmate, Solady and ERC721A; of ERC-1155 only the forms ERC-20 does not have.
_CALLING_BACK = frozenset(
    {
        ("_safeMint", 2),
        ("_safeMint", 3),
        ("_safeTransfer", 3),
        ("_safeTransfer", 4),
        ("_mint", 4),
        ("_mintBatch", 4),
        ("_batchMint", 4),
        ("_safeTransferFrom", 5),
        ("_safeBatchTransferFrom", 5),
    }
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect in effects.of(Kind.INSIDE):
        place = scope.place(effect)
        if place is None or not _calls_back(effect):
            continue
        if locks_held(effect, effects, function) or is_privileged(effect, effects, function):
            continue
        late = _late_write(effect, effects)
        if late is not None:
            yield _write_hit(place, late, scope)
        elif effect.loops and _is_limited_by_balance(effect, effects):
            yield Hit(
                node=place,
                message="The receiver can come back while tokens that the limit allows are due.",
                recommendation="Count what was handed out in the state, before the loop.",
            )


def _write_hit(place: Node, late: Effect, scope: Scope) -> Hit:
    written = scope.place(late)
    return Hit(
        node=place,
        message=f"The receiver can come back before `{late.variable}` is written.",
        recommendation=f"Write `{late.variable}` before the token is handed out.",
        trace=(Step(scope.line(written), "it is written here"),) if written else (),
    )


def _calls_back(effect: Effect) -> bool:
    call = effect.node
    if not isinstance(call, Call) or internal_call(call, effect.function) is not None:
        return False
    return (called_name(call), len(call.arguments)) in _CALLING_BACK


def _is_limited_by_balance(call: Effect, effects: Effects) -> bool:
    """Whether a condition before the loop counts the tokens the caller has by then."""
    return any(
        called_name(asked) in {"balanceOf", "_numberMinted"}
        for earlier in effects.before(call)
        if earlier.condition is not None and not earlier.loops
        for asked in earlier.function.source.inside(earlier.condition, Call)
        if mentions_caller(asked, earlier.function)
    )


def _late_write(call: Effect, effects: Effects) -> Effect | None:
    """The first write after the call of what was read before it."""
    read = variables_of(e for e in effects.before(call) if e.kind is Kind.READ)
    writes = (e for e in effects.after(call) if e.kind is Kind.WRITE)
    return next((write for write in writes if write.variable in read), None)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
