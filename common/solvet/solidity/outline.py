"""A file in outline: its code without comments, and where its functions are."""

import re
from collections.abc import Iterator

from solvet.solidity.declarations import Function
from solvet.solidity.source import parse, symbol_of

_STRING_OR_COMMENT = re.compile(
    r"""(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |//[^\r\n]*
    |/\*.*?(?:\*/|\Z)""",
    re.DOTALL | re.VERBOSE,
)
_VISIBLE = re.compile(r"[^\r\n\t]")


def without_comments(text: str) -> str:
    """The text with every comment blanked: lines and columns stay, strings too.

    >>> without_comments('a; // why')
    'a;       '
    """
    return _STRING_OR_COMMENT.sub(_blanked, text)


def comments(text: str) -> Iterator[tuple[int, int]]:
    """Where comments start and end, in order; the end of a line is not part of one.

    A `//` comment ends at LF and CR. At the other line ends of Unicode solc refuses the file, or
    reads on before 0.4.25: https://github.com/argotorg/solidity/blob/develop/liblangutil/Scanner.cpp
    """
    matches = _STRING_OR_COMMENT.finditer(text)
    return (match.span() for match in matches if not match["string"])


def _blanked(match: re.Match[str]) -> str:
    return match.group() if match["string"] else _VISIBLE.sub(" ", match.group())


def functions(text: str) -> list[tuple[str, int, int]]:
    """Qualified name, first and last line of every function and modifier, in order.

    A function without a name is called what it is: `Vault.constructor`, `Vault.receive`.
    """
    source = parse(text)
    found = []
    for node in source.all(Function):
        span = source.span(node)
        found.append((symbol_of(node), span.start_line, span.end_line))
    return found
