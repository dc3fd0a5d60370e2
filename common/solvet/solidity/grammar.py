"""The parser: the one place that knows tree-sitter.

The grammar is https://github.com/JoranHonig/tree-sitter-solidity. It reads bytes; one byte is
made of each character, so that its offsets are offsets into the text.
"""

import warnings
from collections.abc import Iterator

import tree_sitter_solidity
from tree_sitter import Language, Node, Parser, Tree

with warnings.catch_warnings():
    # The binding hands out its language as a number, which tree-sitter still takes but warns of.
    warnings.simplefilter("ignore", DeprecationWarning)
    _PARSER = Parser(Language(tree_sitter_solidity.language()))


def parse(text: str) -> Tree:
    """The concrete syntax tree; byte offsets in it are character offsets in `text`."""
    plain = text.replace("\ufeff", " ").replace("\0", "?")
    return _PARSER.parse(plain.encode("ascii", "replace"))


def problems(tree: Tree) -> Iterator[Node]:
    """The ERROR and MISSING nodes, outermost first; each subtree is entered only if it has one."""
    pending = [tree.root_node] if tree.root_node.has_error else []
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield node
        else:
            pending.extend(child for child in reversed(node.children) if child.has_error)
