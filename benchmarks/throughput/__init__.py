"""Deliveries a second, from the webhook to the posted verdict: static stage, ten files each."""

from benchmarks.throughput.command import main

__all__ = ["main"]
