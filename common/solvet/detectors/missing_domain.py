"""`missing-domain`: a signature for one contract that is good for another."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import internal_call
from solvet.solidity.declarations import Function
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_restricted
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Call, Name
from solvet.solidity.queries import called_name, is_builtin, root_name
from solvet.solidity.signatures import Recovery, recoveries, signed_names
from solvet.solidity.upgrades import constructor

RULE = Rule(
    name="missing-domain",
    title="Signed message does not say where it is valid",
    category=Category.SIGNATURE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a public function that builds a hash, recovers who signed it, and puts neither "
        "the contract's address, nor the chain's id, nor a domain separator into the hash."
    ),
    why=(
        "What a user signs for this deployment is as valid for the next version, for a copy on "
        "another chain, and for any other contract that hashes the same fields."
    ),
    how="Sign typed data (EIP-712) with a domain, or hash `address(this)` and `block.chainid`.",
    limits=(
        "Hashes that arrive as a parameter, or come from a function that is not at hand, are not "
        "judged; any name with `domain`, `chain`, `context` or `typed` in it counts as a domain, "
        "and so does a variable that the constructor makes of the chain or of its address."
    ),
    references=(
        swc(121),
        cwe(294),
        Reference("EIP-712", "https://eips.ethereum.org/EIPS/eip-712"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Claims {
    address private immutable signer = msg.sender;
    mapping(address => bool) public claimed;

    function claim(uint256 amount, uint8 v, bytes32 r, bytes32 s) external {
        require(!claimed[msg.sender], "claimed already");
        claimed[msg.sender] = true;
        bytes32 digest = keccak256(abi.encode(msg.sender, amount));
        address found = ecrecover(digest, v, r, s);
        require(found != address(0) && found == signer, "not signed");
        payable(msg.sender).transfer(amount);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Claims {
    address private immutable signer = msg.sender;
    mapping(address => bool) public claimed;

    function claim(uint256 amount, uint8 v, bytes32 r, bytes32 s) external {
        require(!claimed[msg.sender], "claimed already");
        claimed[msg.sender] = true;
        bytes32 digest = keccak256(abi.encode(address(this), block.chainid, msg.sender, amount));
        address found = ecrecover(digest, v, r, s);
        require(found != address(0) && found == signer, "not signed");
        payable(msg.sender).transfer(amount);
    }
}
""",
)

_DOMAIN = re.compile(r"domain|chain|typed|separator|eip712|context|config_?digest", re.IGNORECASE)
_PLACE = re.compile(r"\bchainid\b|address\(this\)")
_HASHES = frozenset({"keccak256", "sha3", "sha256"})
_WRAPPERS = frozenset({"toEthSignedMessageHash", "abi", "encode", "encodePacked", "concat"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function) or is_restricted(function):
        return
    for recovery in recoveries(function)[:1]:
        signed = signed_names(recovery, function)
        known = signed & _HASHES and "this" not in signed
        if not known or any(_DOMAIN.search(name) or _holds_it(name, function) for name in signed):
            continue
        if effects_of(function).complete and not _is_built_elsewhere(recovery, signed, function):
            yield Hit(
                node=recovery.call,
                message="What was signed names neither this contract nor this chain.",
                recommendation="Hash `address(this)` and `block.chainid` too, or use EIP-712.",
            )


def _holds_it(name: str, function: FunctionModel) -> bool:
    """Whether it is a variable that a constructor makes of this contract or chain."""
    contract = function.contract
    return contract is not None and name in contract.derived(_made_of_place)


def _made_of_place(contract: ContractModel) -> frozenset[str]:
    constructors = (constructor(ancestor) for ancestor in contract.lineage)
    return frozenset(
        root_name(assigned.target)
        for function in constructors
        if function is not None
        for assigned in function.source.inside(function.node, Assign)
        if _PLACE.search(function.source.code(assigned.value))
    )


def _is_built_elsewhere(
    recovery: Recovery, signed: frozenset[str], function: FunctionModel
) -> bool:
    """Whether a function that is not at hand has a part in the hash."""
    for call in function.source.inside(function.node, Call):
        name = called_name(call)
        if call is recovery.call or name not in signed or name in _WRAPPERS or is_builtin(name):
            continue
        if isinstance(call.callee, Name) and internal_call(call, function) is None:
            return True
    return False


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)
