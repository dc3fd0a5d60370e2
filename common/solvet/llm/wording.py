"""Text of a model, made fit to be shown."""

import unicodedata

MAX_TITLE = 120
MAX_MESSAGE = 1_500
MAX_REASON = 400


def one_line(text: str, limit: int) -> str:
    """On one line, without characters that control a terminal or the direction of writing."""
    visible = "".join(
        " " if char.isspace() else char
        for char in text[: limit * 4]
        if char.isspace() or not unicodedata.category(char).startswith("C")
    )
    folded = " ".join(visible.split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"
