"""`unchecked-erc20-transfer`: a token that says no, and nobody listens."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, external_call
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call
from solvet.solidity.numbers import number
from solvet.solidity.results import is_ignored
from solvet.solidity.types import type_of

RULE = Rule(
    name="unchecked-erc20-transfer",
    title="Result of a token transfer is ignored",
    category=Category.TOKEN_INTEGRATION,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what="Finds `transfer` and `transferFrom` of a token whose returned bool nobody reads.",
    why=(
        "The standard lets a token return false instead of reverting. The books then show a "
        "payment that was not made."
    ),
    how="Use SafeERC20, which also accepts tokens that return nothing.",
    limits=(
        "Transfers of a token of the same project, one whose code or an interface of its own is "
        "at hand, are reported as low. "
        "Whether the token behind the interface reverts is not known. A declaration that returns "
        "nothing, and the three arguments of ERC-721, are told apart where they can be seen."
    ),
    references=(
        Reference("ERC-20", "https://eips.ethereum.org/EIPS/eip-20"),
        cwe(252),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IERC20 {
    function transfer(address to, uint256 amount) external returns (bool);
}

contract Payer {
    function pay(IERC20 token, address to) external {
        token.transfer(to, 1);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IERC20 {
    function transfer(address to, uint256 amount) external returns (bool);
}

contract Payer {
    function pay(IERC20 token, address to) external {
        require(token.transfer(to, 1), "not paid");
    }
}
""",
)

_ARGUMENTS = {"transfer": 2, "transferFrom": 3}
_ERC20 = re.compile(r"e[ri][cp]20|token|coin", re.IGNORECASE)
_STANDARD = re.compile(r"I?(?:e[ri][cp]\d+\w*|token|coin)", re.IGNORECASE)
_OTHER_TOKEN = re.compile(r"721|1155|nft", re.IGNORECASE)


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    found = external_call(node, function) if function is not None else None
    if function is None or found is None or found.kind is not CallKind.METHOD:
        return
    if _ARGUMENTS.get(found.method) != len(node.arguments) or not is_ignored(node, function):
        return
    if number(node.arguments[-1]) == 0:
        return
    token = type_of(found.target, function)
    if _returns_bool(token, found.method, function):
        yield Hit(
            node=node,
            message=f"Nothing reads whether `{scope.code(found.target)}` made the {found.method}.",
            recommendation="Use SafeERC20, or require the returned bool.",
            severity=Severity.LOW if _is_own(token, found.method, function) else None,
        )


def _is_own(token: str, method: str, function: FunctionModel) -> bool:
    """Whether it is a token of this project, of which one can know what it does.

    Its code is at hand, or it has an interface that adds something to the standard's.
    """
    contract = function.model.contract(token)
    if contract is None:
        return False
    declared = contract.declared(method, _ARGUMENTS[method])
    if declared is not None and declared.body is not None:
        return True
    return bool(contract.node.bases) and _STANDARD.fullmatch(token) is None


def _returns_bool(token: str, method: str, function: FunctionModel) -> bool:
    """As declared, or by a name that says ERC-20; wrapped ether is known to revert."""
    if "WETH" in token.upper():
        return False
    contract = function.model.contract(token)
    declared = contract.declared(method, _ARGUMENTS[method]) if contract else None
    if declared is None:
        return _ERC20.search(token) is not None and not _OTHER_TOKEN.search(token)
    return [result.type for result in declared.returns] == ["bool"]


DETECTOR = Detector(
    rule=RULE, visits=(Call,), check=_check, words=frozenset({"transfer", "transferFrom"})
)
