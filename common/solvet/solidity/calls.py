"""Calls that leave the contract, and calls that stay in it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from solvet.solidity.declarations import Using
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Call, Expr, Member, Name, New, Opcode
from solvet.solidity.types import is_contract_type, type_of
from solvet.solidity.versions import VERSION_0_5


class CallKind(StrEnum):
    """How control is given away."""

    CALL = "call"
    SEND = "send"
    TRANSFER = "transfer"
    DELEGATECALL = "delegatecall"
    CALLCODE = "callcode"
    STATICCALL = "staticcall"
    METHOD = "method"
    CREATE = "new"
    SELFDESTRUCT = "selfdestruct"


LOW_LEVEL = frozenset(
    {CallKind.CALL, CallKind.DELEGATECALL, CallKind.CALLCODE, CallKind.STATICCALL},
)
STIPEND_ONLY = frozenset({CallKind.SEND, CallKind.TRANSFER})

_BUILTIN = {kind.value: kind for kind in LOW_LEVEL}
_SENDING = {"send": CallKind.SEND, "transfer": CallKind.TRANSFER}
#: Library functions that send ether with all gas and revert on failure, as (value argument).
_VALUE_SENDERS = frozenset({"sendValue", "safeTransferETH", "forceSafeTransferETH"})
#: Views of the standards for tokens, by the number of their arguments.
_VIEWS = {
    "name": 0,
    "symbol": 0,
    "decimals": 0,
    "totalSupply": 0,
    "balanceOf": 1,
    "allowance": 2,
    "ownerOf": 1,
    "getApproved": 1,
    "isApprovedForAll": 2,
    "tokenURI": 1,
    "supportsInterface": 1,
    "asset": 0,
    "totalAssets": 0,
    "convertToAssets": 1,
    "convertToShares": 1,
}
_CALCULATIONS = frozenset(
    {"mul", "div", "pow", "sqrt", "exp", "ln", "log2", "log10", "inv", "avg", "ceil", "floor"}
    | {"abs", "lt", "lte", "gt", "gte", "eq", "neq", "isZero", "unwrap", "mulDiv"}
)
_SUMS = frozenset({"add", "sub", "mod"})
_CONVERSION = re.compile(r"into[A-Z]\w*|to(?:Ui|I)nt\d*|toAddress|toBytes\d*")


@dataclass(frozen=True, slots=True)
class ExternalCall:
    """`target.method{value: value}(…)`; `value` is None where no ether goes along."""

    node: Call
    kind: CallKind
    target: Expr
    method: str
    value: Expr | None

    @property
    def gives_control(self) -> bool:
        """Whether the callee gets enough gas to call back and change something."""
        return self.kind in {CallKind.CALL, CallKind.METHOD}


def external_call(call: Call, function: FunctionModel) -> ExternalCall | None:
    """What leaves the contract here; None for calls that stay inside, casts and built-ins."""
    known = function.derived(_leaving)
    if id(call) not in known:
        known[id(call)] = _external_call(call, function)
    return known[id(call)]


def _leaving(_: FunctionModel) -> dict[int, ExternalCall | None]:
    """What calls, by their ids, were found to be."""
    return {}


def _external_call(call: Call, function: FunctionModel) -> ExternalCall | None:
    callee = call.callee
    if isinstance(callee, Name):
        return _delegation(call, callee) or _destruction(call, callee)
    if isinstance(callee, New):
        if not is_contract_type(callee.type, function):
            return None
        return ExternalCall(call, CallKind.CREATE, callee, callee.type, call.option("value"))
    if not isinstance(callee, Member):
        return None
    return _member_call(call, callee, function)


def _delegation(call: Call, callee: Name) -> ExternalCall | None:
    """`delegatecall(gas(), target, …)` and `call(gas(), to, value, …)` in assembly."""
    if not isinstance(call, Opcode) or callee.name not in _BUILTIN:
        return None
    kind, value = _BUILTIN[callee.name], call.option("value")
    return ExternalCall(call, kind, call.arguments[0], callee.name, value)


def _destruction(call: Call, callee: Name) -> ExternalCall | None:
    if callee.name not in {"selfdestruct", "suicide"} or len(call.arguments) != 1:
        return None
    return ExternalCall(call, CallKind.SELFDESTRUCT, call.arguments[0], callee.name, None)


def _member_call(call: Call, callee: Member, function: FunctionModel) -> ExternalCall | None:
    target, method, arguments = callee.object, callee.member, call.arguments
    if isinstance(target, Name) and target.name in {"super", "this", "abi"}:
        return None
    if method in _BUILTIN:
        return ExternalCall(call, _BUILTIN[method], target, method, call.option("value"))
    if method in _SENDING and len(arguments) == 1:
        return ExternalCall(call, _SENDING[method], target, method, arguments[0])
    if method in _VALUE_SENDERS and arguments:
        receiver = arguments[0] if len(arguments) > 1 else target
        return ExternalCall(call, CallKind.CALL, receiver, method, arguments[-1])
    type_ = type_of(target, function)
    if is_contract_type(type_, function) and not _is_calculation(call, method, type_, function):
        return ExternalCall(call, CallKind.METHOD, target, method, call.option("value"))
    return None


def _is_calculation(call: Call, method: str, type_: str, function: FunctionModel) -> bool:
    """Whether it is arithmetic on a type that is declared nowhere, a fixed-point number, say."""
    if function.model.contract(type_) is not None:
        return False
    if not call.arguments and _CONVERSION.fullmatch(method):
        return True
    of_its_kind = all(type_of(argument, function) == type_ for argument in call.arguments)
    return method in _CALCULATIONS or (method in _SUMS and of_its_kind)


def internal_call(call: Call, function: FunctionModel) -> FunctionModel | None:
    """The function that runs without leaving the contract; None where it is not at hand."""
    known = function.derived(_called)
    if id(call) not in known:
        known[id(call)] = _internal_call(call, function)
    return known[id(call)]


def _called(_: FunctionModel) -> dict[int, FunctionModel | None]:
    """What calls, by their ids, were found to reach."""
    return {}


def _internal_call(call: Call, function: FunctionModel) -> FunctionModel | None:
    count = len(call.arguments)
    match call.callee:
        case Name(name=name):
            found = function.contract.function(name, count) if function.contract else None
            return found or function.model.free_function(name, count)
        case Member(object=Name(name="super"), member=name) if function.declared_in:
            return function.declared_in.inherited(name, count)
        case Member(object=Name(name=owner), member=name):
            library = function.model.contract(owner)
            if library is not None and library.node.kind != "interface":
                return library.function(name, count)
    return _attached(call, function)


def is_of_unknown_library(call: Call, function: FunctionModel) -> bool:
    """`Payments.out(…)` of a library that is not at hand, which may do what it likes."""
    match call.callee:
        case Member(object=Name(name=owner), member=name):
            library = owner[:1].isupper() and not name[:1].isupper()
            return library and internal_call(call, function) is None
    return False


def _attached(call: Call, function: FunctionModel) -> FunctionModel | None:
    """The library function that `using … for …` adds to a value."""
    if not isinstance(call.callee, Member):
        return None
    contract = function.declared_in
    attached = contract.derived(_attached_functions) if contract is not None else {}
    return attached.get((call.callee.member, len(call.arguments) + 1))


def _attached_functions(contract: ContractModel) -> dict[tuple[str, int], FunctionModel]:
    """What `using … for …` adds, by name and number of parameters."""
    found: dict[tuple[str, int], FunctionModel] = {}
    for library in contract.derived(_libraries):
        for function in library.functions:
            if not function.is_modifier:
                key = function.node.name, len(function.node.parameters)
                found.setdefault(key, function)
    return found


def attached_libraries(function: FunctionModel) -> tuple[ContractModel, ...]:
    """The known libraries whose functions can be called on values here."""
    contract = function.declared_in
    return contract.derived(_libraries) if contract is not None else ()


def _libraries(contract: ContractModel) -> tuple[ContractModel, ...]:
    directives = [m for c in contract.lineage for m in c.node.members if isinstance(m, Using)]
    directives += contract.source.usings
    found = (contract.model.contract(directive.library) for directive in directives)
    return tuple({library.name: library for library in found if library is not None}.values())


def is_read_only(call: ExternalCall, function: FunctionModel) -> bool:
    """Whether the called method is view or pure; before 0.5 nothing held the callee to it."""
    enforced = not function.model.versions.may_be_before(VERSION_0_5)
    if call.kind is not CallKind.METHOD or not enforced:
        return False
    callee = function.model.contract(type_of(call.target, function))
    count = len(call.node.arguments)
    declared = callee.declared(call.method, count) if callee else None
    if declared is not None:
        return declared.mutability in {"view", "pure"}
    if _VIEWS.get(call.method) == count:
        return True
    return callee is not None and _is_getter(call.method, callee)


def _is_getter(name: str, contract: ContractModel) -> bool:
    variable = contract.variables.get(name)
    return variable is not None and variable.visibility == "public"
