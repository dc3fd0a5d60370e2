"""`python child.py MODULE PATH…`: a Lambda process. Events come in by lines, answers go out."""

import importlib
import json
import resource
import sys
import time

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:local"


class Context:
    function_name = "local"
    memory_limit_in_mb = 1024
    invoked_function_arn = FUNCTION
    aws_request_id = "local"

    def __init__(self, timeout):
        self._end = time.monotonic() + timeout

    def get_remaining_time_in_millis(self):
        return max(0, round(1000 * (self._end - time.monotonic())))


def stay_here(event, arguments):
    if event == "socket.connect" and arguments[1][0] not in {"127.0.0.1", "localhost"}:
        raise RuntimeError(f"reaches for the network: {arguments}")


def main(module, *path):
    sys.addaudithook(stay_here)
    sys.dont_write_bytecode = True
    sys.path[:0] = path
    answers, sys.stdout = sys.stdout, sys.stderr
    began = time.process_time()
    function = importlib.import_module(module)
    function.service()
    started = time.process_time() - began
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = function.handler(asked["event"], Context(asked["timeout"]))
        used = resource.getrusage(resource.RUSAGE_SELF)
        said = {
            "answer": answer,
            "started": started,
            "peak_kb": used.ru_maxrss,
            "version": list(sys.version_info[:2]),
        }
        print(json.dumps(said), file=answers, flush=True)


main(*sys.argv[1:])
