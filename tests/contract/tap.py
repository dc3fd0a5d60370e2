"""A pytest plugin: writes down what the product and the simulated GitHub say to each other."""

import functools
import inspect
import json
import os
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

from werkzeug.wrappers import Request, Response

from solvet.adapters import github as adapters
from solvet.local.github.application import Application, api_path
from solvet.local.github.payloads import Payloads

FOLDER = Path(__file__).parents[2] / "build/contract"
RECORDED = FOLDER / "recorded"


class Tap:
    """Appends what it is told to a file of its own process, with the test it was told in."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{os.getpid()}.jsonl"
        self._test = ""

    def pytest_runtest_setup(self, item: Any) -> None:
        self._test = item.nodeid

    def exchange(self, request: Request, response: Response | None) -> None:
        """`response` is None where a test let the answer go wrong."""
        self._write(
            "exchange",
            product=request.headers.get("User-Agent") == "solvet",
            method=request.method,
            path=_path(request),
            query=request.args.to_dict(flat=False),
            body=request.get_data().decode("utf-8", "replace"),
            status=response and response.status_code,
            answer=response and response.get_data(as_text=True),
        )

    def payload(self, method: str, payload: Any) -> None:
        self._write("payload", method=method, payload=payload)

    def called(self, name: str) -> None:
        self._write("called", name=name)

    def _write(self, kind: str, **what: Any) -> None:
        line = json.dumps({"kind": kind, "test": self._test, **what})
        with self._file.open("a", encoding="utf-8") as out:
            out.write(line + "\n")


def pytest_configure(config: Any) -> None:
    """Every process taps; the first one makes room."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(RECORDED, ignore_errors=True)
        RECORDED.mkdir(parents=True)
    tap = Tap(RECORDED)
    config.pluginmanager.register(tap)
    _tap_answers(tap)
    for name, builder in public_functions(Payloads):
        setattr(Payloads, name, _telling(builder, functools.partial(tap.payload, name)))
    for owner, name, method in adapter_methods():
        said = f"{owner.__name__}.{name}"
        setattr(owner, name, _telling(method, lambda _, said=said: tap.called(said)))


def adapter_methods() -> Iterator[tuple[type, str, FunctionType]]:
    """The public methods of the classes that speak to GitHub."""
    for module in pkgutil.iter_modules(adapters.__path__, f"{adapters.__name__}."):
        for _, owner in inspect.getmembers(import_module(module.name), inspect.isclass):
            if owner.__module__ == module.name:
                yield from ((owner, name, it) for name, it in public_functions(owner))


def public_functions(owner: type) -> list[tuple[str, FunctionType]]:
    """The methods that a class defines itself."""
    own = vars(owner).items()
    return [(name, it) for name, it in own if inspect.isfunction(it) and name[0] != "_"]


def _telling(really: FunctionType, tell: Callable[[Any], None]) -> Callable[..., Any]:
    @functools.wraps(really)
    def tapped(*arguments: Any, **named: Any) -> Any:
        result = really(*arguments, **named)
        tell(result)
        return result

    return tapped


def _path(request: Request) -> str:
    """As it was sent: an escaped slash is none."""
    return api_path(request.environ["RAW_URI"].partition("?")[0])


def _tap_answers(tap: Tap) -> None:
    honest, faulty = Application._response, Application._faulty

    def response(self: Application, request: Request, path: str) -> Response:
        answer = honest(self, request, path)
        tap.exchange(request, answer)
        return answer

    def fault(self: Application, request: Request, path: str, how: Any) -> Response:
        answer = faulty(self, request, path, how)
        tap.exchange(request, None)
        return answer

    Application._response, Application._faulty = response, fault  # type: ignore[method-assign]
