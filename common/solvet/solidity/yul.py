"""Inline assembly: what its variables are made of, and whether it asks who calls."""

import re
from collections.abc import Iterator

from solvet.solidity.effects import Effect
from solvet.solidity.expressions import read
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Call, Expr, Member, Name
from solvet.solidity.outline import without_comments
from solvet.solidity.source import Source

#: What a value that is read from the calldata is made of.
CALLDATA = "calldataload"
CALLERS = frozenset({"caller", "origin"})

_MAX_LENGTH = 1_000
_NAMES = r"(?<![\w$.])[A-Za-z_$][\w$]*+(?:\s*,\s*[A-Za-z_$][\w$]*+)*+"
_SET = re.compile(rf"({_NAMES})\s*:=\s*([\w$.]+)\s*(\()?")
_READ = {CALLDATA: CALLDATA, "callvalue": "msg.value", "caller": "msg.sender"}
#: What is made of its arguments, but not by copying them: nobody chooses the result.
_MADE_ANEW = frozenset(
    {"create", "create2", "keccak256", "call", "callcode", "delegatecall", "staticcall"}
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_CALLER = re.compile(r"\b(?:caller|origin)\s*\(")


def assignments(block: Assembly, source: Source) -> Iterator[tuple[str, frozenset[str]]]:
    """What each variable that is set may be made of; longer values are not followed."""
    code = without_comments(source.code(block))
    if ":=" not in code:
        return
    closing = _closing(code)
    for found in _SET.finditer(code):
        start, end = found.start(2), found.end(2)
        if found[3]:
            end = closing.get(found.start(3), start) + 1
        if start < end <= start + _MAX_LENGTH and ":=" not in code[start:end]:
            made_of = frozenset(sources(read(code, start, end)))
            yield from ((name, made_of) for name in _NAME.findall(found[1]))


def sources(value: Expr) -> Iterator[str]:
    """Names that a value in assembly is made of; of what is loaded, the state variable."""
    match value:
        case Call(callee=Name(name="sload"), arguments=(slot,)):
            yield from _variable_at(slot)
        case Call(callee=Name(name=opcode), arguments=arguments) if opcode not in _MADE_ANEW:
            if opcode in _READ:
                yield _READ[opcode]
            for argument in arguments:
                yield from sources(argument)
        case Name(name=name) | Member(object=Name(name=name)):
            yield name


def may_turn_away(earlier: Effect, effect: Effect) -> bool:
    """Whether assembly that certainly ran, or in which `effect` stands, looks at the caller."""
    block, function = earlier.node, earlier.function
    if not isinstance(block, Assembly) or earlier.arms != effect.arms[: len(earlier.arms)]:
        return False
    holds_back = bool(block.opcodes & {"revert", "invalid"}) or effect.node.parent is block
    return holds_back and id(block) in function.derived(_asking_blocks)


def _asking_blocks(function: FunctionModel) -> frozenset[int]:
    """The assembly of a function that looks at the caller, by the nodes' ids."""
    source = function.source
    blocks = source.inside(function.node, Assembly)
    return frozenset(id(block) for block in blocks if asks_for_caller(block, source))


def asks_for_caller(block: Assembly, source: Source) -> bool:
    """Whether it looks at the caller for more than to hand something to him."""
    if not block.opcodes & CALLERS:
        return False
    code, at, kept = source.text, block.start, []
    for call in block.calls:
        kept.append(code[at : call.start])
        at = call.end
    kept.append(code[at : block.end])
    return _CALLER.search(without_comments(" ".join(kept))) is not None


def _variable_at(slot: Expr) -> Iterator[str]:
    """`a` of `a.slot`, and of `a_slot` before 0.7."""
    match slot:
        case Member(object=Name(name=name), member="slot"):
            yield name
        case Name(name=name) if name.endswith("_slot"):
            yield name.removesuffix("_slot")


def _closing(code: str) -> dict[int, int]:
    """Where each parenthesis is closed."""
    found, opened = {}, []
    for sign in re.finditer(r"[()]", code):
        if sign[0] == "(":
            opened.append(sign.start())
        elif opened:
            found[opened.pop()] = sign.start()
    return found
