"""A GitHub of our own: an HTTP server for the part of the API that the product uses."""

from solvet.local.github.deliver import Delivery
from solvet.local.github.faults import Fault
from solvet.local.github.keys import new_private_key
from solvet.local.github.server import SimulatedGitHub
from solvet.local.github.state import CheckRun, Limits, PullRequest, Repository

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
