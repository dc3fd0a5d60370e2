"""placeholder"""

from werkzeug.wrappers import Request, Response

from solvet.local.github.state import World


class Pages:
    def __init__(self, world: World) -> None:
        self._world = world

    def response(self, request: Request) -> Response | None:
        return None
