"""Colours of a terminal, if it has any."""

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""A text and its style (`bold red`) to what the terminal shows."""


def plain(text: str, _style: str) -> str:
    """No colours."""
    return text
