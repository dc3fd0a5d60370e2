from solvet.solidity.source import Source, parse

__all__ = ["Source", "imports", "parse", "parses_cleanly"]


def imports(text: str) -> tuple[str, ...]:
    """The paths a file imports, as written, in order."""
    return tuple(item.path for item in parse(text).imports)


def parses_cleanly(text: str) -> bool:
    """Whether the parser understands all of the text."""
    source = parse(text)
    return not source.unparsed and not source.too_deep and not source.too_long
