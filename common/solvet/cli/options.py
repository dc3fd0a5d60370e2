"""Options that several commands have."""

from collections.abc import Callable
from typing import Any

import click

report_format: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What the report is for: people or programs.",
)
