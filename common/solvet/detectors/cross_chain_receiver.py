"""`cross-chain-receiver`: messages from another chain, accepted from anybody."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_examined
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of

RULE = Rule(
    name="cross-chain-receiver",
    title="A bridge's message is taken from anybody",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds the entry points of message bridges (`lzReceive`, `ccipReceive`, `xReceive`, "
        "`anyExecute` and their like) that act without any condition on the caller."
    ),
    why=(
        "Only the bridge's own contract vouches for a message. Whoever calls the function himself "
        "can claim that another chain said anything: minted tokens, a new owner."
    ),
    how=(
        "Require that `msg.sender` is the bridge's endpoint, and that chain and sender of the "
        "message are those you trust."
    ),
    limits=(
        "Whether the sender on the other chain is checked too is not looked at. A modifier or a "
        "function whose text is not at hand counts as a check if its name says so."
    ),
    references=(
        Reference(
            "LayerZero receiver",
            "https://docs.layerzero.network/v2/developers/evm/oapp/overview",
        ),
        cwe(346),
    ),
    bad="""\
pragma solidity 0.8.30;

contract BridgedToken {
    mapping(address => uint256) public balanceOf;

    function lzReceive(uint16, bytes calldata, uint64, bytes calldata payload) external {
        (address to, uint256 amount) = abi.decode(payload, (address, uint256));
        balanceOf[to] += amount;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract BridgedToken {
    mapping(address => uint256) public balanceOf;
    mapping(uint16 => bytes32) private peers;
    address private immutable endpoint = msg.sender;

    function lzReceive(
        uint16 chain,
        bytes calldata sender,
        uint64,
        bytes calldata payload
    ) external {
        require(msg.sender == endpoint, "not the endpoint");
        require(keccak256(sender) == peers[chain], "not a peer");
        (address to, uint256 amount) = abi.decode(payload, (address, uint256));
        balanceOf[to] += amount;
    }
}
""",
)

#: Entry points with their numbers of parameters: LayerZero 1 and 2, Chainlink CCIP, Connext,
#: Multichain, Stargate, Hyperlane, Wormhole, Axelar, Celer.
_RECEIVERS = {
    "lzReceive": (4, 5),
    "ccipReceive": (1,),
    "xReceive": (6,),
    "anyExecute": (1,),
    "anyFallback": (1, 2),
    "sgReceive": (6,),
    "handle": (3,),
    "receiveWormholeMessages": (5,),
    "executeMessage": (4, 5),
    "executeMessageWithTransfer": (6, 7),
}


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if len(node.parameters) not in _RECEIVERS.get(node.name, ()):
        return
    if function is None or not is_open(function) or is_caller_examined(function):
        return
    acting = {Kind.CALL, Kind.WRITE, Kind.INSIDE}
    if any(effect.kind in acting for effect in effects_of(function).ordered):
        yield Hit(
            node=node,
            message=f"Anybody can call `{node.name}` with a message of his own making.",
            recommendation="Require that msg.sender is the bridge's endpoint.",
        )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
