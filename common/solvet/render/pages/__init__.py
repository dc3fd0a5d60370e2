"""Pages for a browser: HTML with all in it that they need, no script, nothing from elsewhere.

Whatever is put into them is escaped.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent
STYLE = (_FOLDER / "style.css").read_text("utf-8")
STYLE_SOURCE = f"sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}"
"""What a policy allows it by: https://www.w3.org/TR/CSP3/#external-hash."""


def page(template: str, **values: object) -> str:
    """One page. What the template names and `values` lacks raises UndefinedError."""
    return _templates().get_template(template).render(style=STYLE, **values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
