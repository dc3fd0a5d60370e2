"""The statement that a quote is about, which is what a claim is known by.

Models quote the same defect with a line more or less, so the first statement that is touched
stands for the whole quote: of an `if` or a loop its head, and the head of a function or a contract
only when nothing of its body is quoted.
"""

from solvet.solidity import Source
from solvet.solidity.declarations import Contract, Function, Unit
from solvet.solidity.nodes import Block, If, Loop, Node, Statement, Try
from solvet.solidity.source import symbol_of


def place_of(source: Source, start: int, end: int) -> tuple[str, str]:
    """The symbol around the quote between these offsets, and the code of its first statement."""
    node = _first(source, start, end)
    if node is None:
        return "", _line(source.text, start)
    first, last = _head(node, source)
    return symbol_of(node), source.text[first:last].rstrip()


def _first(source: Source, start: int, end: int) -> Node | None:
    touched = (s for s in source.all(Statement) if not isinstance(s, Block))
    statement = next((s for s in touched if _touches(s, source, start, end)), None)
    if statement is not None:
        return statement
    others = (n for n in source.nodes if not isinstance(n, Statement | Unit))
    return next((n for n in others if _touches(n, source, start, end)), None)


def _touches(node: Node, source: Source, start: int, end: int) -> bool:
    if node.start >= end or node.end <= start:
        return False
    return _head(node, source)[1] > start


def _head(node: Node, source: Source) -> tuple[int, int]:
    match node:
        case If(then=body) | Loop(body=body) | Try(body=body):
            return node.start, body.start
        case Function() | Contract():
            return source.head(node)
        case _:
            return node.start, node.end


def _line(text: str, offset: int) -> str:
    first = text.rfind("\n", 0, offset) + 1
    last = text.find("\n", offset)
    return text[first : last if last >= 0 else len(text)].strip()
