"""Where a value comes from, across internal calls."""

from solvet.solidity.calls import internal_call
from solvet.solidity.effects import Effect
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Expr, Member
from solvet.solidity.taint import origins, parameters_in


def outer_parameters(value: Expr, effect: Effect, function: FunctionModel) -> frozenset[str]:
    """Parameters of `function` that a value at `effect`, somewhere below it, is made of."""
    frames = _frames(effect, function)
    if frames is None:
        return frozenset()
    wanted = parameters_in(value, effect.function)
    for call, caller, callee in reversed(frames):
        given = (_argument(name, call, callee) for name in wanted)
        wanted = frozenset(
            name for argument in given if argument for name in parameters_in(argument, caller)
        )
    return wanted


def outer_origins(value: Expr, effect: Effect, function: FunctionModel) -> frozenset[str]:
    """Names that a value at `effect` is made of, on every level from it up to `function`."""
    frames = _frames(effect, function)
    if frames is None:
        return frozenset()
    found = origins(value, effect.function)
    for call, caller, callee in reversed(frames):
        given = (_argument(parameter.name, call, callee) for parameter in callee.node.parameters)
        found |= {name for argument in given if argument for name in origins(argument, caller)}
    return found


def _frames(
    effect: Effect, function: FunctionModel
) -> list[tuple[Call, FunctionModel, FunctionModel]] | None:
    """The calls that lead to `effect`, each with who calls and who is called."""
    frames = []
    caller = function
    for call in effect.route:
        if not _stands_in(call, caller):
            return None
        callee = internal_call(call, caller)
        if callee is None:
            return None
        frames.append((call, caller, callee))
        caller = callee
    return frames if caller.node is effect.function.node else None


def _stands_in(call: Call, function: FunctionModel) -> bool:
    """Calls made by a modifier stand elsewhere."""
    node = function.node
    return node.index < call.index < node.last and function.source.nodes[call.index] is call


def _argument(parameter: str, call: Call, callee: FunctionModel) -> Expr | None:
    """What a call hands in for a parameter."""
    arguments: tuple[Expr, ...] = call.arguments
    names = [p.name for p in callee.node.parameters]
    if len(arguments) < len(names) and isinstance(call.callee, Member):
        arguments = (call.callee.object, *arguments)
    at = names.index(parameter) if parameter in names else len(arguments)
    return arguments[at] if at < len(arguments) else None
