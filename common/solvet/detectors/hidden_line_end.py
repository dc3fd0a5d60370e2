"""`hidden-line-end`: a comment that is over before its line is."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Unit
from solvet.solidity.nodes import Node
from solvet.solidity.outline import comments

RULE = Rule(
    name="hidden-line-end",
    title="Code behind the end of a comment",
    category=Category.OTHER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what="Finds `//` comments that a carriage return ends, with more on the same line.",
    why=(
        "Git and many editors take the rest of the line for part of the comment. solc compiles it "
        "from 0.4.25 on, and did not before: a comment that opens there hides what follows from "
        "one of them."
    ),
    how="End lines with a line feed.",
    limits="Files that end all lines with a carriage return alone are reported once.",
    references=(
        cwe(451),
        Reference(
            "Solidity grammar: LINE_COMMENT",
            "https://docs.soliditylang.org/en/latest/grammar.html#a4.SolidityLexer.LINE_COMMENT",
        ),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Access {
    address public owner = msg.sender;

    function take() external {
        // only the owner may \r owner = msg.sender;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Access {
    address public owner = msg.sender;

    function take() external {
        // only the owner may
        require(msg.sender == owner);
    }
}
""",
)

_FOLLOWED = re.compile(r"\r(?!\n)[ \t\r]*(?!//)[^\s]")


def _check(_: Unit, scope: Scope) -> Iterator[Hit]:
    text, end = scope.source.text, -1
    if not _FOLLOWED.search(text):
        return
    for start, over in comments(text):
        if start < end or text[start : start + 2] != "//" or not _FOLLOWED.match(text, over):
            continue
        following = text.find("\n", over)
        end = following if following >= 0 else len(text)
        yield Hit(
            node=Node(start, end),
            message="A carriage return ends this comment; solc compiles what follows on the line.",
            recommendation="Put what follows on a line of its own, or remove it.",
        )


DETECTOR = Detector(rule=RULE, visits=(Unit,), check=_check)
