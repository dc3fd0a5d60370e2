"""`bidirectional-text`: what is read is not what is compiled."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Unit
from solvet.solidity.nodes import Node

RULE = Rule(
    name="bidirectional-text",
    title="Characters that change the direction of text",
    category=Category.OTHER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what="Finds the Unicode characters that make an editor show code in another order.",
    why="A reviewer approves what he sees; the compiler takes the order of the characters.",
    how="Remove them.",
    limits="For letters that merely look alike see `confusable-text` and `lookalike-name`.",
    references=(swc(130), cwe(451), Reference("CVE-2021-42574", "https://trojansource.codes")),
    bad="""\
pragma solidity 0.8.30;

contract Access {
    bool private open; /*\u202e swap */
}
""",
    good="""\
pragma solidity 0.8.30;

contract Access {
    bool private open; /* swap */
}
""",
)

_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _check(_: Unit, scope: Scope) -> Iterator[Hit]:
    text, end = scope.source.text, -1
    for control in _CONTROLS.finditer(text):
        if control.start() < end:
            continue
        start = text.rfind("\n", 0, control.start()) + 1
        following = text.find("\n", start)
        end = following if following >= 0 else len(text)
        yield Hit(
            node=Node(start, end),
            message=f"U+{ord(control[0]):04X} changes the order in which this line is shown.",
            recommendation="Remove the character.",
        )


DETECTOR = Detector(rule=RULE, visits=(Unit,), check=_check)
