"""A GitHub of our own: an HTTP server for the part of the API that the product uses."""

from solvet.local.github.deliver import Delivery
from solvet.local.github.faults import Fault
from solvet.local.github.keys import new_private_key
from solvet.local.github.records import (
    CheckRun,
    Limits,
    PullRequest,
    Repository,
)
from solvet.local.github.server import SimulatedGitHub

__all__ = [
    "CheckRun",
    "Delivery",
    "Fault",
    "Limits",
    "PullRequest",
    "Repository",
    "SimulatedGitHub",
    "new_private_key",
]
