"""The setup page on this machine, before there is anything to deliver to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from solvet.errors import ConfigError
from solvet.lambdas.pages import page_request, page_response
from solvet.local.web import WebhookServer
from solvet.services.setup.desk import PATHS
from solvet.services.setup.web import Reply, Request

HOST = "127.0.0.1"
TOO_EARLY = {
    "statusCode": 503,
    "headers": {"content-type": "text/plain; charset=utf-8"},
    "body": "not accepted: the App is being set up\n",
}


@contextmanager
def serving(answer: Callable[[Request], Reply], port: int) -> Iterator[str]:
    """Answers where: on this machine only, for it speaks plain http. ConfigError when the port is
    taken.
    """

    def invoke(event: dict[str, Any]) -> dict[str, Any]:
        return page_response(answer(page_request(event)))

    pages = dict.fromkeys(PATHS, invoke)
    try:
        server = WebhookServer(lambda _: TOO_EARLY, dict, host=HOST, port=port, pages=pages)
    except OSError as error:
        problem = f"cannot listen on {HOST}:{port} ({error}): choose SOLVET_PORT"
        raise ConfigError([problem]) from error
    with server:
        yield server.url
