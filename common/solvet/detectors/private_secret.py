"""`private-secret`: a secret in storage, which everybody can read."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import StateVariable
from solvet.solidity.model import ContractModel
from solvet.solidity.nodes import Assign, Call, Expr
from solvet.solidity.queries import called_name, root_name

RULE = Rule(
    name="private-secret",
    title="A secret kept where all can read it",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds state variables that by their name hold a password, a secret, a private key or a "
        "seed phrase, and that are set to something other than a hash."
    ),
    why=(
        "`private` keeps other contracts away and nobody else: storage, the code and every past "
        "transaction are public."
    ),
    how="Keep a salted hash on chain, and ask for the secret only when it may become known.",
    limits=(
        "Only the name tells that it is a secret. A hash that was worked out before it was handed "
        "in is recognised if its name says so."
    ),
    references=(swc(136), cwe(767)),
    bad="""\
pragma solidity 0.8.30;

contract Vault {
    bytes32 private password;

    constructor(bytes32 password_) {
        password = password_;
    }

    function matches(bytes32 guess) external view returns (bool) {
        return guess == password;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Vault {
    bytes32 private immutable passwordHash;

    constructor(bytes32 passwordHash_) {
        passwordHash = passwordHash_;
    }

    function matches(bytes32 guess, bytes32 salt) external view returns (bool) {
        return keccak256(abi.encode(guess, salt)) == passwordHash;
    }
}
""",
)

_SECRET = re.compile(
    r"_*(?:my|the|user|admin|owner)?_?(?:password|passphrase|passcode|secret(?:_?(?:number|word|key"
    r"|answer|value|code|string))?|priv(?:ate)?_?key|seed_?phrase|mnemonic)_*",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"u?int\d*|bytes\d*|string")
_HASHES = frozenset({"keccak256", "sha3", "sha256", "ripemd160", "hash"})


def _check(node: StateVariable, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or not contract.has_code or not _PLAIN.fullmatch(node.type):
        return
    if not _SECRET.fullmatch(node.name):
        return
    values = list(_values(node, contract))
    if values and not any(_is_hashed(value, contract) for value in values):
        yield Hit(
            node=node,
            message=f"Everybody can read `{node.name}`, whatever its visibility.",
            recommendation="Keep a salted hash of it, or do not bring it on chain.",
        )


def _values(variable: StateVariable, contract: ContractModel) -> Iterator[Expr]:
    """What the variable is ever set to."""
    if variable.value is not None:
        yield variable.value
    for assigned in contract.source.inside(contract.node, Assign):
        if root_name(assigned.target) == variable.name:
            yield assigned.value


def _is_hashed(value: Expr, contract: ContractModel) -> bool:
    return any(called_name(call) in _HASHES for call in contract.source.inside(value, Call))


DETECTOR = Detector(rule=RULE, visits=(StateVariable,), check=_check)
