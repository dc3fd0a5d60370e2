"""Answers that were paid for: found again, asked by one at a time, gone in time, apart."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Lock
from types import SimpleNamespace

import boto3
import pytest

from solvet.adapters.aws import answers as aws_answers
from solvet.adapters.aws.answers import LARGEST, DynamoAnswers
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.memory.answers import MemoryAnswers
from solvet.errors import Retry
from solvet.llm.errors import Truncated
from solvet.llm.exchange import Completion
from solvet.llm.failures import failure_of
from solvet.ports.answers import FAILED, KEPT, LEASE, Kept, failed

SAID = Completion(
    text='{"claims": []} Ω',
    model="gpt-6-luna",
    provider="OpenAI",
    input_tokens=1_200,
    cached_tokens=1_024,
    output_tokens=80,
    cost=0.0012,
    lines=(4, 5, 9),
)
ANSWER = Kept(answer=SAID, paid_by="a scan")
CUT_OFF = Kept(failure=failure_of(Truncated("cut off", spent=SAID)), paid_by="a scan")
ODD_IDENTITIES = ["../../etc/passwd", "\ud800", "x" * 5_000, "a#b", "\x00"]


class Clock:
    """The time, and what a test adds to it."""

    def __init__(self):
        self.ahead = 0.0

    def __call__(self):
        return time.time() + self.ahead


@pytest.fixture
def table(aws):
    return boto3.resource("dynamodb").create_table(
        TableName="state",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    )


class Atomic:
    """The table as it really is: moto looks and writes in two steps, threads come between them."""

    def __init__(self, table):
        self._client, self._lock = table.meta.client, Lock()
        self.name, self.meta = table.name, SimpleNamespace(client=self)

    def __getattr__(self, name):
        return getattr(self._client, name)

    def update_item(self, **request):
        with self._lock:
            return self._client.update_item(**request)


@pytest.fixture
def dynamo(table, monkeypatch):
    clock, whole = Clock(), Atomic(table)
    monkeypatch.setattr(aws_answers, "time", clock)
    return SimpleNamespace(clock=clock, open=lambda tenant=1: DynamoAnswers(whole, tenant))


@pytest.fixture
def in_memory():
    clock = Clock()
    tenants = {1: MemoryAnswers(clock=clock), 2: MemoryAnswers(clock=clock)}
    return SimpleNamespace(clock=clock, open=lambda tenant=1: tenants[tenant])


@pytest.fixture(params=["dynamo", "in_memory"])
def store(request):
    return request.getfixturevalue(request.param)


def test_a_question_never_asked_has_no_answer(store):
    assert store.open().find("q") is None


def test_an_answer_is_found_as_it_was_kept(store):
    answers = store.open()
    assert answers.claim("q")
    answers.keep("q", ANSWER)
    assert answers.find("q") == ANSWER
    assert answers.find("another") is None


def test_one_at_a_time_may_ask(store):
    assert store.open().claim("q")
    assert not store.open().claim("q")


def test_who_gave_the_claim_back_lets_another_ask(store):
    answers = store.open()
    answers.claim("q")
    answers.release("q")
    assert answers.find("q") is None
    assert answers.claim("q")


def test_a_claim_whose_owner_died_expires(store):
    store.open().claim("q")
    store.clock.ahead = LEASE - 5
    assert not store.open().claim("q")
    store.clock.ahead = LEASE + 5
    assert store.open().claim("q")


def test_what_is_answered_is_not_asked_again(store):
    answers = store.open()
    answers.claim("q")
    answers.keep("q", ANSWER)
    assert not answers.claim("q")
    assert answers.find("q") == ANSWER


def test_an_old_answer_is_forgotten_and_asked_for_again(store):
    answers = store.open()
    answers.claim("q")
    answers.keep("q", ANSWER)
    store.clock.ahead = KEPT + 5
    assert answers.find("q") is None
    assert answers.claim("q")


@pytest.mark.parametrize("identity", ODD_IDENTITIES)
def test_an_identity_may_be_any_text(store, identity):
    answers = store.open()
    assert answers.claim(identity)
    answers.keep(identity, ANSWER)
    assert answers.find(identity) == ANSWER


def test_tenants_share_nothing(store):
    store.open(1).claim("q")
    store.open(1).keep("q", ANSWER)
    assert store.open(2).find("q") is None
    assert store.open(2).claim("q")


def test_of_many_threads_one_may_ask(store):
    answers = store.open()
    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(lambda _: answers.claim("q"), range(16))) == 1


def test_who_lost_the_claim_does_not_give_back_anothers(dynamo):
    late, owner = dynamo.open(), dynamo.open()
    late.claim("q")
    dynamo.clock.ahead = LEASE + 5
    assert owner.claim("q")
    late.release("q")
    dynamo.clock.ahead = 0
    assert not dynamo.open().claim("q")


def test_an_answer_too_large_for_an_item_is_not_kept(dynamo):
    answers = dynamo.open()
    noise = Random(4).randbytes(2 * LARGEST).hex()
    answers.claim("q")
    answers.keep("q", Kept(answer=Completion(text=noise, model="m", provider="p")))
    assert answers.find("q") is None
    assert answers.claim("q")


def test_a_long_answer_is_kept_compressed(dynamo):
    answers = dynamo.open()
    text = "the same again " * 100_000
    long = Kept(answer=Completion(text=text, model="m", provider="p"))
    answers.claim("q")
    answers.keep("q", long)
    assert answers.find("q") == long


def test_a_damaged_item_is_no_answer_and_can_be_asked_for_again(dynamo, table):
    answers = dynamo.open()
    answers.claim("q")
    answers.keep("q", ANSWER)
    item = table.scan()["Items"][0]
    table.put_item(Item=item | {"answer": b"\x1f\x8bnonsense"})
    assert answers.find("q") is None
    assert answers.claim("q")


def test_what_is_forgotten_does_not_come_back(dynamo, table):
    answers = dynamo.open()
    answers.claim("q")
    DynamoState(table).forget(1)
    answers.keep("q", ANSWER)
    assert table.scan()["Items"] == []


def test_answers_that_cannot_be_reached_are_a_reason_to_try_later(dynamo, table):
    answers = dynamo.open()
    table.delete()
    with pytest.raises(Retry):
        answers.find("q")


def test_a_failure_is_kept_for_a_day_beside_the_claim(store):
    answers = store.open()
    answers.claim("q")
    answers.fail("q", "openai", CUT_OFF)
    assert answers.find(failed("q", "openai")) == CUT_OFF
    assert answers.find(failed("q", "gemini")) is None
    assert answers.find("q") is None
    assert not store.open().claim("q")
    store.clock.ahead = FAILED + 5
    assert answers.find(failed("q", "openai")) is None


def test_no_failure_is_kept_of_an_installation_that_is_forgotten(dynamo, table):
    answers = dynamo.open()
    answers.claim("q")
    DynamoState(table).forget(1)
    answers.fail("q", "openai", CUT_OFF)
    assert table.scan()["Items"] == []


class Forgetful:
    """A table whose first answer to a write is lost, so that the client repeats it."""

    def __init__(self, table):
        self._client, self.lost = table.meta.client, 0
        self.name, self.meta = table.name, SimpleNamespace(client=self)

    def __getattr__(self, name):
        return getattr(self._client, name)

    def update_item(self, **request):
        reply = self._client.update_item(**request)
        if not self.lost:
            self.lost += 1
            return self._client.update_item(**request)
        return reply


def test_a_claim_whose_answer_was_lost_is_no_other_asker(table):
    answers = DynamoAnswers(Forgetful(table), 1)
    assert answers.claim("q")
    answers.keep("q", ANSWER)
    assert answers.find("q") == ANSWER


def test_nothing_is_kept_and_nobody_released_without_a_claim(dynamo):
    dynamo.open().claim("q")
    other = dynamo.open()
    other.keep("q", ANSWER)
    other.fail("q", "openai", CUT_OFF)
    other.release("q")
    assert other.find("q") is None
    assert other.find(failed("q", "openai")) is None
    assert not other.claim("q")
