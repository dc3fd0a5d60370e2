"""What a scripted model reads out of a question: lines of code and labels, nothing else of it."""

import re

from solvet.local.providers.answers import Asked

_LINE = re.compile(r"^[ +]*(\d+)\| (.*)$", re.MULTILINE)
_LABEL = re.compile(r"^[^\w\n]*(?:label\W{1,4})?([FC]\d{1,3})\b", re.MULTILINE)


def shown_lines(asked: Asked) -> list[tuple[int, str]]:
    """Numbers and code of the lines shown; removed ones, which are marked, are not among them."""
    return [(int(number), code) for number, code in _LINE.findall(asked.input)]


def labels(asked: Asked) -> list[str]:
    """The labels at the start of a line, of findings (F1, F2…) or of claims (C1, C2…)."""
    return list(dict.fromkeys(_LABEL.findall(asked.input)))
