"""GitHub's refusals, raised by handlers and answered as JSON.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from collections.abc import Sequence
from typing import Any

from solvet.errors import SolvetError

DOCUMENTATION = "https://docs.github.com/rest"


class Refusal(SolvetError):
    """An answer other than success: a status, GitHub's message and, for 422, its errors."""

    def __init__(self, status: int, message: str, errors: Sequence[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors

    @property
    def body(self) -> dict[str, Any]:
        """The JSON that GitHub answers."""
        listed = {} if self.errors is None else {"errors": list(self.errors)}
        return {
            "message": self.message,
            **listed,
            "documentation_url": DOCUMENTATION,
            "status": str(self.status),
        }


def not_found() -> Refusal:
    """404, also for what exists and may not be seen."""
    return Refusal(404, "Not Found")


def forbidden() -> Refusal:
    """403 for a token without the permission."""
    return Refusal(403, "Resource not accessible by integration")


def invalid(resource: str, field: str, code: str = "invalid", message: str = "") -> Refusal:
    """422 that names one field of a resource."""
    error = {"resource": resource, "code": code, "field": field}
    return Refusal(422, "Validation Failed", [error | ({"message": message} if message else {})])


def schema_mismatch(message: str) -> Refusal:
    """422 for a body that does not fit the endpoint's schema."""
    return Refusal(422, f"Invalid request.\n\n{message}")


def unprocessable(*errors: str) -> Refusal:
    """422 with plain sentences, as reviews have it."""
    return Refusal(422, "Unprocessable Entity", errors)
