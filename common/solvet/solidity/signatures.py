"""Where a function recovers signers, and what they signed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from solvet.solidity.calls import internal_call
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assembly, Call, Expr, Member, Name
from solvet.solidity.queries import called_name
from solvet.solidity.taint import origins, parameters_in

_MAX_DEPTH = 3
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_RECOVERERS = frozenset({"recover", "tryRecover", "recoverCalldata"})
_CHECKERS = frozenset({"isValidSignatureNow", "isValidSignatureNowCalldata"})


@dataclass(frozen=True, slots=True)
class Recovery:
    """A call that tells who signed `digest`; both stand in the function that was asked about.

    `plain` says that it is `ecrecover` itself, here or further down; `inside` holds names that
    became part of the digest further down.
    """

    call: Call
    digest: Expr
    signature: tuple[Expr, ...]
    plain: bool
    inside: frozenset[str] = frozenset()


def recoveries(function: FunctionModel) -> tuple[Recovery, ...]:
    """Where the function finds out a signer, by itself or by an internal function."""
    return function.derived(_recoveries)


def _recoveries(function: FunctionModel) -> tuple[Recovery, ...]:
    contract = function.contract
    if contract is not None and not contract.derived(_may_recover):
        return ()
    return tuple(_found(function, _MAX_DEPTH))


def _may_recover(contract: ContractModel) -> bool:
    """Whether a text of the contract says so, which is quickly found out."""
    sources = (ancestor.source for ancestor in contract.lineage)
    return any(source.contains("recover") or source.contains("isValidSig") for source in sources)


def _found(function: FunctionModel, depth: int) -> Iterator[Recovery]:
    for call in function.source.inside(function.node, Call):
        direct = _direct(call)
        if direct is not None:
            yield direct
            continue
        target = internal_call(call, function) if depth else None
        if target is not None and target.node is not function.node:
            yield from _through(call, target, depth - 1)


def _direct(call: Call) -> Recovery | None:
    name, arguments = called_name(call), call.arguments
    if isinstance(call.callee, Name) and name == "ecrecover" and arguments:
        return Recovery(call, arguments[0], arguments[1:], plain=True)
    if not isinstance(call.callee, Member) or not arguments:
        return None
    if name in _CHECKERS and len(arguments) > 1:
        return Recovery(call, arguments[1], arguments[2:], plain=False)
    if name in _RECOVERERS:
        library = isinstance(call.callee.object, Name) and call.callee.object.name[:1].isupper()
        digest = arguments[0] if library else call.callee.object
        return Recovery(call, digest, arguments[1:] if library else arguments, plain=False)
    return None


def _through(call: Call, target: FunctionModel, depth: int) -> Iterator[Recovery]:
    """A recovery inside of what is called, with the arguments it gets from here."""
    given = call.arguments
    if len(given) < len(target.node.parameters) and isinstance(call.callee, Member):
        given = (call.callee.object, *given)
    by_name = dict(zip((p.name for p in target.node.parameters), given, strict=False))
    for inner in _found(target, depth):
        signed = [by_name[name] for name in parameters_in(inner.digest, target) if name in by_name]
        sources = {name for part in inner.signature for name in parameters_in(part, target)}
        sources = sources or {p.name for p in target.node.parameters if p.type == "bytes"}
        signature = tuple(by_name[name] for name in sorted(sources) if name in by_name)
        digest = signed[0] if len(signed) == 1 else call
        yield Recovery(call, digest, signature, inner.plain, signed_names(inner, target))


def signed_names(recovery: Recovery, function: FunctionModel) -> frozenset[str]:
    """Everything that may be part of what was signed, functions that build it looked into.

    Generous: all names of such a function count, and all words of its assembly.
    """
    found = set(origins(recovery.digest, function))
    found |= _words_of_assembly(function) | recovery.inside
    pending = [(name, function) for name in found]
    seen: set[int] = set()
    while pending:
        name, where = pending.pop()
        for target in _named(name, where):
            if id(target.node) in seen:
                continue
            seen.add(id(target.node))
            inside = {n.name for n in target.source.inside(target.node, Name)}
            inside |= {n.member for n in target.source.inside(target.node, Member)}
            inside |= _words_of_assembly(target)
            pending += [(inner, target) for inner in inside - found]
            found |= inside
    return frozenset(found)


def _named(name: str, where: FunctionModel) -> Iterator[FunctionModel]:
    """Functions of that name, of the contract, of the file or of a library in use."""
    contract = where.contract
    for function in contract.functions if contract is not None else ():
        if function.name == name:
            yield function
    for function in where.model.free_functions:
        if function.name == name:
            yield function


def _words_of_assembly(function: FunctionModel) -> set[str]:
    blocks = function.source.inside(function.node, Assembly)
    return {word for block in blocks for word in _WORD.findall(function.source.code(block))}
