"""What the model review costs, and what a model worker needs."""

from benchmarks.models.command import main

__all__ = ["main"]
