"""Somebody's words in a sentence of ours; by itself, because it needs no YAML."""

MAX_QUOTED = 60


def quoted(text: str) -> str:
    """Somebody's text in backticks: clipped, on one line, without backticks of its own."""
    clean = text.encode("utf-8", "replace").decode().replace("`", "'")
    shown = "".join(c if c.isprintable() else "\ufffd" for c in clean[:MAX_QUOTED])
    return f"`{shown}…`" if len(clean) > MAX_QUOTED else f"`{shown}`"
