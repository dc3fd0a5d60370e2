"""What boto3 raises, in our own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from solvet.errors import Busy, Retry, Throttled, Unavailable

_LIMITS = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "ThrottlingException",
}


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn failures into some kind of Retry; conditions are for the caller to catch."""
    try:
        yield
    except ClientError as error:
        said = str(error.response.get("Error", {}).get("Message", ""))[:200]
        raise _kind(error)(f"{doing}: {code_of(error)} ({said})") from error
    except BotoCoreError as error:
        raise Unavailable(f"{doing}: {type(error).__name__}") from error


def code_of(error: ClientError) -> str:
    """The service's own name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def reasons_of(error: ClientError) -> set[str]:
    """Why a transaction was cancelled; empty for everything else.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    return {str(reason.get("Code")) for reason in error.response.get("CancellationReasons", ())}


def _kind(error: ClientError) -> type[Retry]:
    if "TransactionConflict" in reasons_of(error):
        return Busy
    return Throttled if code_of(error) in _LIMITS else Unavailable
