"""Markdown of which every part that comes from code, or from a model, stays plain text.

GitHub's own additions (mentions, references, autolinks, emoji, mathematics) work on the rendered
text, so a backslash does not stop them; an invisible word joiner inside the trigger does.
https://docs.github.com/en/get-started/writing-on-github
"""

import re
import unicodedata
from urllib.parse import quote

from solvet.domain.texts import BLANK

JOINER = "\u2060"
"""The word joiner: of no width, no line break, and no part of any name or number."""

_WIDE_DOLLAR = "\uff04"
_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|])")
_LINE_START = re.compile(r"^(?:(?=[-+#=])|(\d{1,9})(?=[.)]))")
_SOCIAL = re.compile(r"(@|#|:(?=\S)|www(?=\.)|GH-(?=\d))", re.IGNORECASE)
_COMMIT = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,}(?![0-9a-z])", re.IGNORECASE)
_HEX_PIECE = re.compile(r"[0-9a-f]{6}\B", re.IGNORECASE)
_TRUSTED_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~/%#?=+-]*)?")


def visible(text: str) -> str:
    r"""The text with what cannot be seen written out (`\u{202e}`), so that nothing is smuggled.

    Line feeds and tabs stay; the result can always be encoded as UTF-8.
    """
    text = text.replace("\r\n", "\n")
    if text.isprintable() and not BLANK.search(text):
        return text
    return "".join(map(_visible_character, text))


def one_line(text: str) -> str:
    """Visible text with its white space folded."""
    return " ".join(visible(text).split())


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters; an ellipsis stands for what is left out at the end."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def prose(text: str, *, limit: int = 1_000) -> str:
    """A sentence on one line, inert; what stands between backticks becomes a code span."""
    parts = re.split("`+", clipped(one_line(text), limit))
    if len(parts) % 2 == 0:
        parts[-2:] = [" ".join(parts[-2:])]
    made = "".join(code(p) if n % 2 else _inert(p) for n, p in enumerate(parts))
    return _LINE_START.sub(rf"\1{JOINER}", made.strip())


def code(text: str, *, limit: int = 300) -> str:
    """A code span that its content cannot leave."""
    body = _unmarked(clipped(one_line(text), limit)) or " "
    ticks = "`" * (longest_run(body) + 1)
    pad = " " if body[0] == "`" or body[-1] == "`" else ""
    return f"{ticks}{pad}{body}{pad}{ticks}"


def fence(text: str, *, language: str = "solidity", limit: int = 2_000) -> str:
    """A fenced block that its content cannot leave; `language` is ours."""
    body = _unmarked(clipped(visible(text).strip("\n"), limit))
    ticks = "`" * max(3, longest_run(body) + 1)
    return f"{ticks}{language}\n{body}\n{ticks}"


def link(label: str, url: str) -> str:
    """A link with Markdown of ours as its label, or the label alone without a trusted address."""
    return f"[{label}]({url})" if _TRUSTED_URL.fullmatch(url) else label


def details(summary: str, body: str) -> str:
    """A folded section; `summary` is ours, never a contract's."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def blob_link(blob_url: str, path: str, first: int, last: int) -> str:
    """`path:line`, linked to the lines at `blob_url` (`https://host/owner/name/blob/sha`)."""
    label = code(f"{path}:{first}")
    lines = f"#L{first}" if first == last else f"#L{first}-L{last}"
    return link(label, f"{blob_url}/{quote(path, errors='replace')}{lines}") if blob_url else label


def _visible_character(character: str) -> str:
    if character in "\n\t" or (character.isprintable() and not BLANK.match(character)):
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return f"\\u{{{ord(character):x}}}"


def _inert(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", text).replace("$", _WIDE_DOLLAR)
    text = _SOCIAL.sub(rf"\1{JOINER}", text)
    return _COMMIT.sub(lambda found: _HEX_PIECE.sub(rf"\g<0>{JOINER}", found[0]), text)


def _unmarked(text: str) -> str:
    return text.replace("<!--", f"<!{JOINER}--")


def longest_run(text: str) -> int:
    """How many backticks stand together, at most."""
    return max(map(len, re.findall("`+", text)), default=0)
