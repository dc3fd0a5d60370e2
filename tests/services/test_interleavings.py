"""Whatever happens in whatever order: every review ends, once, and never green for a flaw."""

import itertools
import threading

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from solvet.local.github import Fault
from tests.services.conftest import FLAWED, SAFE

OF_THE_POLLER = {
    "ReceiveMessage",
    "DeleteMessageBatch",
    "GetQueueAttributes",
    "ChangeMessageVisibility",
}
HOUR = 3_600
VERSIONS = st.sampled_from([SAFE, FLAWED])
FAULTS = st.sampled_from(
    [
        {"status": 502},
        {"status": 502, "done": True},
        {"dropped": True, "done": True},
        {"status": 403, "body": '{"message": "secondary rate limit"}'},
        {"status": 200, "body": "<html>Unicorn</html>"},
    ]
)


class Died(BaseException):
    """The process is gone: no handler runs, nothing is cleaned up."""


class Trouble:
    """What happens to the calls to AWS: after some more of them, a death or a lost answer."""

    def __init__(self, patch):
        self.after, self.kind = None, None
        really = BaseClient._make_api_call

        def call(client, operation, arguments):
            if operation in OF_THE_POLLER or self.after is None:
                return really(client, operation, arguments)
            return self._troubled(really, client, operation, arguments)

        patch.setattr(BaseClient, "_make_api_call", call)

    def _troubled(self, really, client, operation, arguments):
        answer = really(client, operation, arguments)
        self.after -= 1
        if self.after >= 0:
            return answer
        self.after = None
        if "Body" in answer:
            answer["Body"].close()
        if self.kind == "death" and threading.current_thread() is threading.main_thread():
            raise Died
        raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)


def machine(road, project, trouble):  # noqa: C901 - the rules share the road
    """A state machine over one pull request of a repository of its own."""

    class Interleavings(RuleBasedStateMachine):
        @initialize(text=VERSIONS)
        def begin(self, text):
            road.github.faults._waiting.clear()
            trouble.after = None
            self.text, self.numbers = text, itertools.count()
            self.it = project({"src/A.sol": "contract A {}\n"}, {"src/A.sol": text})
            self.it.pull = road.github.open_pull_request(self.it.remote, head="feature")
            self.sent = [road.announce(self.it)]

        @rule(text=VERSIONS, backwards=st.booleans())
        def push(self, text, backwards):
            self.text = text
            files = {"src/A.sol": text + f"// {next(self.numbers)}\n"}
            events = road.move(self.it, files)
            for event, payload in reversed(events) if backwards else events:
                self.sent.append(road.deliver(event, payload))

        @rule(backwards=st.booleans())
        def close_and_open_again(self, backwards):
            acts = (road.github.close_pull_request, road.github.reopen_pull_request)
            events = [act(self.it.pull) for act in acts]
            for event, payload in reversed(events) if backwards else events:
                self.sent.append(road.deliver(event, payload))

        @rule(data=st.data())
        def deliver_again(self, data):
            old = data.draw(st.sampled_from(self.sent))
            road.deliver(old.event, old.payload, guid=old.guid)

        @precondition(lambda self: road.checks(self.it))
        @rule()
        def press_rerun(self):
            number = road.checks(self.it)[-1]["id"]
            payload = road.github.payload_check_run_rerequested(number)
            self.sent.append(road.deliver("check_run", payload))

        @rule(queue=st.integers(min_value=0, max_value=20))
        def handle_one_batch(self, queue):
            pumps = road.stack._pumps
            self._go_on(pumps[queue % len(pumps)].run)

        @rule()
        def time_passes(self):
            road.wait()

        @rule()
        def sweep(self):
            self._go_on(road.stack.sweep)

        @rule(after=st.integers(min_value=0, max_value=12), kind=st.sampled_from(["death", "loss"]))
        def aws_will_fail(self, after, kind):
            trouble.after, trouble.kind = after, kind

        @rule(how=FAULTS)
        def github_will_fail(self, how):
            road.github.faults.add(Fault(**how))

        def teardown(self):
            """Nothing fails any more, and everything has to end well."""
            trouble.after = None
            road.github.faults._waiting.clear()
            if not hasattr(self, "it"):
                return
            for _ in range(6):
                road.run()
                if all(run["status"] == "completed" for run in road.checks(self.it)):
                    break
                road.wait()
                road._later += 3 * HOUR
                road.stack.sweep()
            self._judge()

        def _judge(self):
            runs, head = road.checks(self.it), self.it.pull.head_sha
            assert all(run["status"] == "completed" for run in runs), runs
            of_heads = [run["head_sha"] for run in runs]
            assert len(of_heads) == len(set(of_heads))
            (newest,) = (run for run in runs if run["head_sha"] == head)
            assert newest["conclusion"] == ("failure" if self.text is FLAWED else "success")
            places = [(a["path"], a["start_line"], a["title"]) for a in newest["annotations"]]
            assert len(places) == len(set(places))
            assert len(road.comments(self.it)) == 1
            assert head[:7] in road.comment(self.it)
            inline = [
                each["body"].splitlines()[0]
                for each in road.github.snapshot()["review_comments"]
                if each["repository"] == self.it.remote.full_name
            ]
            assert len(inline) == len(set(inline))

        def _go_on(self, action):
            """Who dies is started again, later."""
            try:
                action()
            except Died:
                road.wait()

    return Interleavings


def test_every_interleaving_ends_in_one_true_review(road, project):
    with pytest.MonkeyPatch.context() as patch:
        kind = machine(road, project, Trouble(patch))
        checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
        wanted = settings(max_examples=15, stateful_step_count=14, suppress_health_check=checks)
        run_state_machine_as_test(kind, settings=wanted)
