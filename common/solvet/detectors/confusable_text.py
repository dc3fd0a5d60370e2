"""`confusable-text`: a string that is not what it looks like."""

import re
import unicodedata
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.domain.texts import BLANK
from solvet.solidity.nodes import Literal

RULE = Rule(
    name="confusable-text",
    title="A string with letters that look like others",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds strings with a word that mixes Latin with Cyrillic or Greek letters, or that hold "
        "characters without width."
    ),
    why=(
        "`USDC` with a Cyrillic letter is another symbol, and another hash: a comparison fails, or "
        "a token passes for a known one."
    ),
    how="Type the word again in one script.",
    limits="Words in one foreign script are left alone. Compilers refuse such letters in names.",
    references=(cwe(1007), Reference("UTS 39", "https://www.unicode.org/reports/tr39/")),
    bad="""\
pragma solidity 0.8.30;

contract Token {
    string public symbol = unicode"USD\u0421";
}
""",
    good="""\
pragma solidity 0.8.30;

contract Token {
    string public symbol = unicode"USDC ₿";
}
""",
)

_WORD = re.compile(r"[^\W\d_]+")
_NO_WIDTH = re.compile("[\u00ad\u200b\u200c\u2060\ufeff]")
_ALIKE = ("CYRILLIC", "GREEK")


def _check(node: Literal, scope: Scope) -> Iterator[Hit]:
    if scope.function is None and scope.contract is None:
        return
    if node.text.isascii() or node.text[-1] not in {'"', "'"}:
        return
    why = _oddity(node.text)
    if why:
        yield Hit(
            node=node,
            message=f"This string {why}.",
            recommendation="Type it again in one script.",
        )


def _oddity(text: str) -> str:
    hidden = _NO_WIDTH.search(text) or BLANK.search(text)
    if hidden is not None:
        return f"holds U+{ord(hidden[0]):04X}, which does not show"
    for word in _WORD.findall(text):
        foreign = next((c for c in word if unicodedata.name(c, "").startswith(_ALIKE)), "")
        if foreign and any(c.isascii() for c in word):
            return f"has U+{ord(foreign):04X} among Latin letters"
    return ""


DETECTOR = Detector(rule=RULE, visits=(Literal,), check=_check)
