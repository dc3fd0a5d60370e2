"""What a file declares and imports, told from its words alone: quick, and for any text at all."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_LEXEME = re.compile(
    r"""(?:\s++|//[^\r\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)
    |(?P<word>[\w$]++)
    |(?P<string>"(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
"""Takes every text in one pass: nothing in it is tried twice."""

_NAMED = {
    "contract": 1,
    "interface": 1,
    "library": 1,
    "struct": 1,
    "enum": 1,
    "function": 1,
    "error": 1,
    "event": 1,
    "type": 1,
    "abstract": 2,
}
"""How far behind a declaration's first word its name stands."""

_ENDED_BY_SEMICOLON = frozenset({"import", "using", "pragma"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class Imported:
    """An import as written. `names` maps what is used here to what it is called there.

    It is None where everything is taken over. `line` counts from 1.
    """

    path: str
    names: Mapping[str, str] | None
    line: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """All that a file declares under one name: its code without comments, and the words in it."""

    code: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Digest:
    """A file. `directives` are what holds for all of it: `using`, and whatever has no name."""

    declarations: Mapping[str, Declaration]
    imports: tuple[Imported, ...]
    directives: tuple[str, ...]

    @property
    def aliases(self) -> dict[str, str]:
        """What imported names are called where they are declared, by what they are called here."""
        pairs = (each.names.items() for each in self.imports if each.names)
        return {here: there for some in pairs for here, there in some if here != there}


@dataclass(frozen=True, slots=True)
class _Item:
    """What stands at the top of a file between two ends."""

    lexemes: tuple[str, ...]
    start: int

    @property
    def code(self) -> str:
        return "\n".join(self.lexemes)


@lru_cache(maxsize=256)
def digest(text: str) -> Digest:
    """Never raises; in time proportional to the text."""
    named: dict[str, list[_Item]] = {}
    imports: list[Imported] = []
    directives: list[str] = []
    for item in _items(text):
        if item.lexemes[0] == "import":
            imports += _imported(item, text)
        elif name := _name(item.lexemes):
            named.setdefault(name, []).append(item)
        elif item.lexemes[0] != "pragma":
            directives.append(item.code)
    declarations = {name: _declaration(items) for name, items in named.items()}
    return Digest(declarations, tuple(imports), tuple(directives))


def lexemes_of(text: str) -> Iterator[re.Match[str]]:
    """Words, strings and signs, without what stands between them."""
    return (match for match in _LEXEME.finditer(text) if match.lastgroup)


def _declaration(items: Iterable[_Item]) -> Declaration:
    every = tuple(items)
    words = frozenset(part for item in every for part in item.lexemes if _is_name(part))
    return Declaration("\n".join(item.code for item in every), words)


def _is_name(lexeme: str) -> bool:
    return lexeme[0].isidentifier() or lexeme[0] == "$"


def _items(text: str) -> Iterator[_Item]:
    """A declaration ends with the brace that closes it; a directive, with its semicolon."""
    lexemes: list[str] = []
    start = depth = 0
    for match in lexemes_of(text):
        part = match.group()
        start = start if lexemes else match.start()
        lexemes.append(part)
        if match.lastgroup != "sign":
            continue
        depth = max(0, depth + (part in _OPENING) - (part in _CLOSING))
        if depth == 0 and _ends(part, lexemes[0]):
            yield _Item(tuple(lexemes), start)
            lexemes = []
    if lexemes:
        yield _Item(tuple(lexemes), start)


def _ends(sign: str, first: str) -> bool:
    return sign == ";" or (sign == "}" and first not in _ENDED_BY_SEMICOLON)


def _name(lexemes: tuple[str, ...]) -> str:
    """The declared name, or nothing; of a constant it is what stands before the equals sign."""
    if behind := _NAMED.get(lexemes[0]):
        named = lexemes[behind : behind + 1]
        return named[0] if named and _is_name(named[0]) else ""
    if lexemes[0] in _ENDED_BY_SEMICOLON or "=" not in lexemes:
        return ""
    before = lexemes[lexemes.index("=") - 1]
    return before if _is_name(before) else ""


def _imported(item: _Item, text: str) -> Iterator[Imported]:
    path = next((part for part in item.lexemes if part[0] in "\"'"), "")
    if len(path) > 1:
        line = text.count("\n", 0, item.start) + 1
        yield Imported(path.strip("\"'"), _names(item.lexemes), line)


def _names(lexemes: tuple[str, ...]) -> dict[str, str] | None:
    """`{A, B as C}` as A to A and C to B."""
    if "{" not in lexemes or "}" not in lexemes:
        return None
    inner = lexemes[lexemes.index("{") + 1 : lexemes.index("}")]
    names: dict[str, str] = {}
    for part in " ".join(inner).split(","):
        words = part.split()
        if words:
            names[words[-1]] = words[0]
    return names
