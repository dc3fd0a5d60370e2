"""The words, numbers, strings and signs of an expression."""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?:\s++|//[^\r\n]*+|/\*.*?\*/)*+
    (?:(?P<string>(?:unicode|hex)?(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<number>0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE]-?\d+)?)
    |(?P<word>[^\W\d][\w$]*|\$[\w$]*)
    |(?P<sign>>>>=|<<=|>>=|>>>|\*\*|&&|\|\||==|!=|<=|>=|\+\+|--|[-+*/%&|^]=|<<|>>
        |[-+*/%=<>!~&|^?:.,;(){}\[\]]))""",
    re.DOTALL | re.VERBOSE,
)


class Token(NamedTuple):
    """A word, number, string or sign; `kind` is the name of its group."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """What stands between two offsets, white space and comments left out."""
    return [
        Token(kind, match[kind], match.start(kind), match.end())
        for match in _TOKEN.finditer(text, start, end)
        if (kind := match.lastgroup)
    ]
