"""What boto3 raises, in our own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from solvet.errors import Throttled, Unavailable

_LIMITS = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "ThrottlingException",
}


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn failures into Throttled or Unavailable; conditions are for the caller to catch."""
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        kind = Throttled if code in _LIMITS else Unavailable
        said = str(error.response.get("Error", {}).get("Message", ""))[:200]
        raise kind(f"{doing}: {code} ({said})") from error
    except BotoCoreError as error:
        raise Unavailable(f"{doing}: {type(error).__name__}") from error


def code_of(error: ClientError) -> str:
    """The service's own name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))
