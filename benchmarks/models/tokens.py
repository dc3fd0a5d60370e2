"""How many tokens a text is: counted with o200k where a tokenizer is installed, else estimated."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from solvet.llm.context.tokens import estimated

ENCODING = "o200k_base"
INSTALL = ".venv/bin/uv pip install --python .venv/bin/python bpe-openai==0.1.4"


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Counts, and says how."""

    count: Callable[[str], int]
    how: str


def tokenizer() -> Tokenizer:
    """The package bpe-openai carries its vocabulary with it, so that nothing is downloaded."""
    try:
        with warnings.catch_warnings():
            # It opens its vocabulary in a way that Python 3.11 calls old.
            warnings.simplefilter("ignore", DeprecationWarning)
            encoding = import_module("bpe_openai").get_encoding(ENCODING)
    except ImportError:
        return Tokenizer(estimated, f"estimated as characters / 4.2; to count them: {INSTALL}")
    return Tokenizer(lambda text: len(encoding.encode_ordinary(text)), f"counted with {ENCODING}")
