"""Which names in a function stand for the contract's state."""

from dataclasses import dataclass, field

from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Call, Declare, Expr, Index, Member, Name, Tuple, Variable
from solvet.solidity.queries import called_name, root_name, root_of
from solvet.solidity.types import ELEMENTARY, locals_of
from solvet.solidity.versions import VERSION_0_5

_MAX_HOPS = 8


@dataclass(frozen=True, slots=True)
class Storage:
    """State variables by the names they go by; `parameters` are pointers the caller hands in."""

    variables: frozenset[str]
    pointers: dict[str, str] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()

    def variable(self, name: str) -> str:
        """The state variable or parameter a name stands for; '' for anything else."""
        if name in self.pointers:
            return self.pointers[name]
        return name if name in self.variables or name in self.parameters else ""

    def accessed(self, name: Name) -> str:
        """As `variable`; of a struct that a function returns, the member that is meant."""
        variable, parent = self.variable(name.name), name.parent
        if variable.endswith("()") and isinstance(parent, Member):
            return f"{variable}.{parent.member}"
        return variable

    def written(self, target: Expr) -> tuple[str, ...]:
        """The state variables that assigning to `target` changes."""
        if isinstance(target, Tuple):
            return tuple(v for item in target.items if item for v in self.written(item))
        root = root_of(target)
        if not isinstance(root, Name) or (root is target and root.name not in self.variables):
            return ()
        variable = self.accessed(root)
        return (variable,) if variable else ()


def storage_of(function: FunctionModel) -> Storage:
    """The state as one function sees it."""
    return function.derived(_storage)


def _storage(function: FunctionModel) -> Storage:
    known = locals_of(function)
    contract = function.contract
    mutable = contract.derived(_mutable) if contract is not None else frozenset()
    if not mutable.isdisjoint(known):
        mutable -= known.keys()
    if function.is_constructor and contract is not None:
        mutable |= {n for n, v in contract.variables.items() if v.immutable}
    parameters = {p.name for p in function.node.parameters if p.location == "storage"}
    roots = {v.name: _pointee(v, function) for v in known.values() if v.name not in parameters}
    pointers = {name: _followed(root, roots) for name, root in roots.items() if root}
    real = mutable | parameters
    kept = {name: root for name, root in pointers.items() if root in real or root.endswith("()")}
    return Storage(mutable, kept, frozenset(parameters))


def _mutable(contract: ContractModel) -> frozenset[str]:
    variables = contract.variables.values()
    return frozenset(v.name for v in variables if not v.constant and not v.immutable)


def _pointee(variable: Variable, function: FunctionModel) -> str:
    """The root of what a storage pointer is set to where it is declared; '' for a plain local."""
    parent = variable.parent
    if not isinstance(parent, Declare) or parent.value is None or len(parent.variables) != 1:
        return ""
    if variable.location != "storage" and not _implicitly_storage(variable, function):
        return ""
    if isinstance(parent.value, Call):
        return f"{called_name(parent.value)}()"
    return root_name(parent.value) if isinstance(parent.value, Name | Member | Index) else ""


def _implicitly_storage(variable: Variable, function: FunctionModel) -> bool:
    """Before 0.5 a local struct or array without a location pointed into storage."""
    if variable.location or not function.model.versions.may_be_before(VERSION_0_5):
        return False
    return not ELEMENTARY.match(variable.type)


def _followed(root: str, roots: dict[str, str]) -> str:
    for _ in range(_MAX_HOPS):
        if not roots.get(root):
            break
        root = roots[root]
    return root
