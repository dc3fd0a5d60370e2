"""How well the static engine judges labelled Solidity, beside other tools' SARIF."""

from benchmarks.quality.command import main

__all__ = ["main"]
