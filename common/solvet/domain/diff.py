"""Which lines of the head a change touches."""

from difflib import SequenceMatcher


def changed_lines(base: str, head: str) -> frozenset[int]:
    """The lines of `head`, counted from 1, that do not stand in `base` in the same order."""
    matcher = SequenceMatcher(None, base.splitlines(), head.splitlines(), autojunk=False)
    blocks = (op for op in matcher.get_opcodes() if op[0] in {"insert", "replace"})
    return frozenset(line for _, _, _, start, end in blocks for line in range(start + 1, end + 1))
