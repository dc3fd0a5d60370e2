"""The composition root. One module for each function, so that each imports only what it uses."""

from solvet.bootstrap.settings import ENVIRONMENT

__all__ = ["ENVIRONMENT"]
