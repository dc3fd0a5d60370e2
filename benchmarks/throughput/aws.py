"""AWS in a process of its own: moto behind one port, one request at a time, all of them counted.

Polls of empty queues are counted apart: there are the more of them the longer one waits, and in AWS
they are Lambda's own.
"""

import os
import time
from collections import Counter
from collections.abc import Iterable
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server

from benchmarks.quicker import make_quicker
from solvet.local.kept_open import KeptOpen

REGION = "us-east-1"
_IN_VAIN = "bench.in_vain"
_BUCKET, _OBJECT = 1, 2
_S3 = {
    ("GET", _BUCKET): "ListObjectsV2",
    ("GET", _OBJECT): "GetObject",
    ("PUT", _OBJECT): "PutObject",
    ("DELETE", _OBJECT): "DeleteObject",
}


def environment(port: int) -> dict[str, str]:
    """What a process is told to find it, and nobody's real account."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "LOG_LEVEL": "WARNING",
    }


class _Counted:
    """Moto, one request at a time; its calls, and the CPU seconds of polls in vain."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._lock = Lock()
        self.calls: Counter[str] = Counter()
        self.in_vain = 0.0

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        operation = _operation(environ)
        with self._lock:
            answer = list(self._application(environ, start))
            in_vain = operation == "ReceiveMessage" and b"Body" not in b"".join(answer)
            self.calls[operation] += not in_vain
        environ[_IN_VAIN] = in_vain
        return answer

    def add_in_vain(self, seconds: float) -> None:
        with self._lock:
            self.in_vain += seconds

    def timed(self) -> type[WSGIRequestHandler]:
        """What handles the requests, with an eye on the time."""
        counted = self

        class Timed(KeptOpen):
            def setup(self) -> None:
                super().setup()
                self.environ: WSGIEnvironment = {}

            def handle_one_request(self) -> None:
                began = time.thread_time()
                super().handle_one_request()
                if self.environ.get(_IN_VAIN):
                    counted.add_in_vain(time.thread_time() - began)

        return Timed


def serve(pipe: Connection) -> None:
    """Answers the port, then to whatever it is sent its CPU seconds, those of them that polls in
    vain took, and its calls, until None.
    """
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    make_quicker()
    counted = _Counted(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, counted, threaded=True, request_handler=counted.timed())
    Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(server.server_port)
    while pipe.recv() is not None:
        pipe.send((time.process_time(), counted.in_vain, counted.calls))
    server.shutdown()


def _operation(environ: WSGIEnvironment) -> str:
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return target.rpartition(".")[2]
    parts = str(environ["PATH_INFO"]).strip("/").count("/") + 1
    method = str(environ["REQUEST_METHOD"])
    return _S3.get((method, min(parts, _OBJECT)), method)
