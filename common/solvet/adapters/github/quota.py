"""What GitHub last said of its limit: it is in the headers of every answer.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from github import Github


class Quota:
    """The clients that were used since it was last asked."""

    def __init__(self) -> None:
        self._clients: list[Github] = []

    def watched(self, client: Github) -> Github:
        """The same client."""
        self._clients.append(client)
        return client

    def left(self) -> int | None:
        """The fewest requests that any installation has left; None when nothing was asked.

        `Github.rate_limiting` would ask when it knows nothing; its requester does not.
        """
        clients, self._clients = self._clients, []
        said = [client.requester.rate_limiting[0] for client in clients]
        return min((remaining for remaining in said if remaining >= 0), default=None)
