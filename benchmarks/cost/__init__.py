"""`make bench ARGS=cost`: what reviews take of Lambda, AWS's services and GitHub, counted.

`--write` puts the figures where `solvet cost` reads them.
"""

from benchmarks.cost.command import main

__all__ = ["main"]
