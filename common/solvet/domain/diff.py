"""Which lines of the head a change touches."""

from difflib import SequenceMatcher


def changed_lines(base: str, head: str) -> frozenset[int]:
    """The lines of `head`, counted from 1, that do not stand in `base` in the same order."""
    matcher = SequenceMatcher(None, _lines(base), _lines(head), autojunk=False)
    blocks = (op for op in matcher.get_opcodes() if op[0] in {"insert", "replace"})
    return frozenset(line for _, _, _, start, end in blocks for line in range(start + 1, end + 1))


def _lines(text: str) -> list[str]:
    """Lines as git and we count them: what LF ends, and nothing else that Python takes for one."""
    ended = text.removesuffix("\n")
    return [line.removesuffix("\r") for line in ended.split("\n")] if text else []
