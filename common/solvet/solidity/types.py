"""The type of an expression, as far as the files at hand tell it; '' where they do not."""

import re

from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Declare, Expr, Index, Member, Name, New, Variable
from solvet.solidity.queries import called_name

ELEMENTARY = re.compile(r"(?:u?int\d*|bytes\d*|address(?: payable)?|bool|string|u?fixed\w*)\Z")

_GLOBALS = {
    ("msg", "sender"): "address",
    ("tx", "origin"): "address",
    ("block", "coinbase"): "address",
    ("msg", "value"): "uint256",
    ("block", "timestamp"): "uint256",
    ("block", "number"): "uint256",
    ("msg", "data"): "bytes",
}
_UNTYPED = frozenset({"", "var"})
_MAPPING = re.compile(r"mapping\s*\(.*?=>\s*(.*?)(?:\s[A-Za-z_$][\w$]*)?\s*\)\Z")
_ARRAY = re.compile(r"(.*)\[[^\]]*\]\Z")


def locals_of(function: FunctionModel) -> dict[str, Variable]:
    """Parameters, named return values and local variables by name."""
    return function.derived(_locals)


def _locals(function: FunctionModel) -> dict[str, Variable]:
    node = function.node
    return {v.name: v for v in function.source.inside(node, Variable) if v.name}


def type_of(expression: Expr, function: FunctionModel) -> str:
    """Text of the type: `address`, `mapping(address => uint256)`, `IERC20`."""
    match expression:
        case Name(name=name):
            return _variable_type(name, function)
        case Member(object=inner, member=member):
            return _member_type(inner, member, function)
        case Index(base=base):
            return element_type(type_of(base, function))
        case Call():
            return _result_type(expression, function)
        case _:
            return ""


def element_type(container: str) -> str:
    """What a mapping or array of this type holds."""
    found = _MAPPING.match(container) or _ARRAY.match(container)
    return found.group(1) if found else ""


def is_contract_type(type_: str, function: FunctionModel) -> bool:
    """Whether it names a contract or interface: declared as such, or as nothing that we know of.

    What is declared inside of something (`EnumerableSet.AddressSet`) is never a contract.
    """
    if not type_ or ELEMENTARY.match(type_) or not type_.replace(".", "").isidentifier():
        return False
    declared = function.model.contract(type_)
    if declared is not None:
        return declared.node.kind != "library"
    return "." not in type_ and not function.model.is_value_type(type_)


def _variable_type(name: str, function: FunctionModel) -> str:
    if name == "this":
        return function.contract.name if function.contract else ""
    local = locals_of(function).get(name)
    if local is not None:
        return local.type if local.type not in _UNTYPED else _declared_as(local, function)
    state = function.contract.variables.get(name) if function.contract else None
    return state.type if state else ""


def _declared_as(variable: Variable, function: FunctionModel) -> str:
    """The type of a `var`, from its value; not followed through another `var`."""
    parent = variable.parent
    if isinstance(parent, Declare) and parent.value is not None and len(parent.variables) == 1:
        known = locals_of(function)
        names = function.source.inside(parent.value, Name)
        if all(n.name not in known or known[n.name].type not in _UNTYPED for n in names):
            return type_of(parent.value, function)
    return ""


def _member_type(inner: Expr, member: str, function: FunctionModel) -> str:
    if isinstance(inner, Name) and (inner.name, member) in _GLOBALS:
        return _GLOBALS[inner.name, member]
    if member in {"balance", "length"}:
        return "uint256"
    struct = function.model.struct(type_of(inner, function))
    if struct is None:
        return ""
    return next((m.type for m in struct.members if m.name == member), "")


def _result_type(call: Call, function: FunctionModel) -> str:
    name = called_name(call)
    match call.callee:
        case Name(name="payable"):
            return "address payable"
        case Name() if ELEMENTARY.match(name):
            return name
        case New(type=type_):
            return type_
        case Name() if function.contract is not None:
            target = function.contract.function(name, len(call.arguments))
            if target is not None:
                return target.node.returns[0].type if target.node.returns else ""
            return name if name[:1].isupper() or function.model.contract(name) else ""
    return ""
