"""Answers that were paid for: found again, asked by one at a time, gone in time, apart."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from types import SimpleNamespace

import boto3
import pytest

from solvet.adapters.aws import answers as aws_answers
from solvet.adapters.aws.answers import LARGEST, DynamoAnswers
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.memory.answers import MemoryAnswers
from solvet.adapters.memory.files import FileAnswers
from solvet.errors import BadInput, Retry
from solvet.llm.exchange import Completion
from solvet.ports.answers import KEPT, LEASE

ANSWER = Completion(
    text='{"claims": []} Ω',
    model="gpt-6-luna",
    provider="OpenAI",
    input_tokens=1_200,
    cached_tokens=1_024,
    output_tokens=80,
    cost=0.0012,
    lines=(4, 5, 9),
)
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


@pytest.fixture
def dynamo(table, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(aws_answers, "time", clock)
    return SimpleNamespace(clock=clock, open=lambda tenant=1: DynamoAnswers(table, tenant))


@pytest.fixture
def in_files(tmp_path):
    clock = Clock()
    return SimpleNamespace(
        clock=clock,
        open=lambda tenant=1: FileAnswers(tmp_path / "answers" / str(tenant), clock=clock),
    )


@pytest.fixture
def in_memory():
    clock = Clock()
    tenants = {1: MemoryAnswers(clock=clock), 2: MemoryAnswers(clock=clock)}
    return SimpleNamespace(clock=clock, open=lambda tenant=1: tenants[tenant])


@pytest.fixture(params=["dynamo", "in_files", "in_memory"])
def store(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["dynamo", "in_files"])
def shared_store(request):
    """One that several processes use."""
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


def test_who_lost_the_claim_does_not_give_back_anothers(shared_store):
    late, owner = shared_store.open(), shared_store.open()
    late.claim("q")
    shared_store.clock.ahead = LEASE + 5
    assert owner.claim("q")
    late.release("q")
    shared_store.clock.ahead = 0
    assert not shared_store.open().claim("q")


def test_an_answer_too_large_for_an_item_is_not_kept(dynamo):
    answers = dynamo.open()
    noise = Random(4).randbytes(2 * LARGEST).hex()
    answers.claim("q")
    answers.keep("q", Completion(text=noise, model="m", provider="p"))
    assert answers.find("q") is None
    assert answers.claim("q")


def test_a_long_answer_is_kept_compressed(dynamo):
    answers = dynamo.open()
    long = Completion(text="the same again " * 100_000, model="m", provider="p")
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


@pytest.mark.parametrize("damage", [lambda raw: raw[: len(raw) // 2], lambda _: b"", bytes.upper])
def test_a_damaged_file_is_no_answer_and_can_be_asked_for_again(in_files, tmp_path, damage):
    answers = in_files.open()
    answers.claim("q")
    answers.keep("q", ANSWER)
    [file] = tmp_path.rglob("*.answer")
    file.write_bytes(damage(file.read_bytes()))
    assert answers.find("q") is None
    assert answers.claim("q")


def test_nothing_but_the_answer_stays_in_the_directory(in_files, tmp_path):
    answers = in_files.open()
    answers.claim("q")
    answers.keep("q", ANSWER)
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".answer"]


def test_a_directory_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(BadInput, match="answers cannot be kept in"):
        FileAnswers(tmp_path / "taken").claim("q")


def test_an_answer_is_not_lost_when_its_directory_vanishes(tmp_path):
    answers = FileAnswers(tmp_path / "answers")
    answers.claim("q")
    for path in (tmp_path / "answers").iterdir():
        path.unlink()
    (tmp_path / "answers").rmdir()
    answers.keep("q", ANSWER)
    assert answers.find("q") is None
