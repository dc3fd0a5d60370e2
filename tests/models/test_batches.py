"""The provider's batches: OpenAI's real SDK against the scripted account, both dialects."""

import tracemalloc
from dataclasses import replace

import pytest

from solvet import wire
from solvet.adapters.models import openai_batch_answers as results
from solvet.adapters.models import openai_batches
from solvet.adapters.models.openai import OpenAIModel
from solvet.adapters.models.openai_account import Account
from solvet.adapters.models.openai_batches import OpenAIBatches
from solvet.llm import errors
from solvet.llm.exchange import ModelRequest
from solvet.llm.prices import cost
from solvet.llm.reply import SCHEMA
from solvet.local.providers.answers import Http, Refuses, Resets, Says, Took, Truncates
from solvet.local.providers.results import Fate
from solvet.ports.batches import Phase

TEXT = '{"claims": [], "judgements": []}'
LUNA = "gpt-6-luna"
REQUEST = ModelRequest(
    instructions="Review.", input="x", schema=SCHEMA, schema_name="review", max_output_tokens=777
)
QUESTIONS = {f"q{n}": replace(REQUEST, input=f"question {n}") for n in range(5)}


@pytest.fixture(params=["responses", "chat"])
def account(request, providers):
    providers.batches.reset()
    providers.policy = lambda asked: Says(f"{TEXT} {asked.input}", model=LUNA)
    model = OpenAIModel("key", LUNA, base_url=providers.openai_url, api=request.param)
    return OpenAIBatches(Account.at("key", providers.openai_url), model)


def sent(account):
    return account.create("scan-1", account.upload("scan-1", QUESTIONS))


def ended(account, providers, fate):
    providers.batches.fates = lambda _: fate
    return account.look(sent(account).id)


def test_what_is_handed_in_is_answered_at_half_the_price(account, providers):
    batch = ended(account, providers, Fate())
    said = dict(account.answers(batch))
    assert batch.phase is Phase.COMPLETED
    assert said.keys() == QUESTIONS.keys()
    assert {key: answer.text for key, answer in said.items()} == {
        key: f"{TEXT} {asked.input}" for key, asked in QUESTIONS.items()
    }
    assert {answer.batched for answer in said.values()} == {True}
    took = Took()
    assert said["q0"].cost == cost(LUNA, took.input, took.output) / 2


def test_a_question_in_a_batch_is_the_one_that_would_be_asked_at_once(account, providers):
    ended(account, providers, Fate())
    account.model.complete(QUESTIONS["q0"])
    (live,), (first, *_) = providers.received, providers.batches.asked
    assert (live.instructions, live.input) == (first.instructions, first.input)
    assert (live.wants, live.model, live.dialect) == (first.wants, first.model, first.dialect)


def test_a_batch_is_open_until_it_ends(account, providers):
    providers.batches.fates = lambda _: Fate(after=2)
    batch = sent(account)
    phases = [account.look(batch.id).phase for _ in range(3)]
    assert phases == [Phase.OPEN, Phase.OPEN, Phase.COMPLETED]


@pytest.mark.parametrize("status", [Phase.EXPIRED, Phase.CANCELLED])
def test_what_was_answered_before_the_end_is_there(account, providers, status):
    batch = ended(account, providers, Fate(status=status, answered=2))
    assert batch.phase is status
    assert [key for key, _ in account.answers(batch)] == ["q0", "q1"]


def test_a_batch_that_is_called_off_ends(account, providers):
    providers.batches.fates = lambda _: Fate(after=9)
    batch = sent(account)
    account.cancel(batch.id)
    assert account.look(batch.id).phase is Phase.CANCELLED
    account.cancel(batch.id)
    assert list(account.answers(batch)) == []


@pytest.mark.parametrize(
    ("code", "crowded"), [("invalid_json_line", False), ("token_limit_exceeded", True)]
)
def test_a_batch_that_fails_says_whether_it_may_do_later(account, providers, code, crowded):
    batch = ended(account, providers, Fate(status="failed", problem=code))
    assert (batch.phase, batch.crowded) == (Phase.FAILED, crowded)


def test_errors_of_single_questions_are_told_with_their_kind(account, providers):
    answers = {"question 0": Http(500), "question 1": Refuses(), "question 2": Truncates()}
    providers.policy = lambda asked: answers.get(asked.input, Says(TEXT, model=LUNA))
    said = dict(account.answers(ended(account, providers, Fate())))
    kinds = [type(said[key]).__name__ for key in ("q0", "q1", "q2", "q3")]
    assert kinds == ["Unavailable", "Refused", "Truncated", "Completion"]
    assert (said["q0"].billed, said["q1"].spent.batched) == (False, True)


def test_order_repetition_and_nonsense_spoil_no_answer(account, providers):
    def mangle(lines):
        return [b"nonsense", *reversed(lines), lines[0], b"{}", b"\xff", b'{"custom_id": 7}']

    said = list(account.answers(ended(account, providers, Fate(mangle=mangle))))
    assert [key for key, _ in said] == ["q4", "q3", "q2", "q1", "q0", "q0"]


def test_a_line_that_is_too_long_answers_nothing_and_spoils_no_other(account, providers):
    def mangle(lines):
        return [b" " * results.LONGEST_LINE + lines[0], *lines[1:]]

    said = dict(account.answers(ended(account, providers, Fate(mangle=mangle))))
    assert list(said) == ["q1", "q2", "q3", "q4"]


def test_a_file_of_endless_lines_takes_neither_time_nor_memory():
    content = b"\n" * 10_000_000
    tracemalloc.start()
    try:
        assert list(results.told_in(content)) == []
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_file_of_results_that_is_far_too_large_is_an_error(account, providers, monkeypatch):
    batch = ended(account, providers, Fate())
    monkeypatch.setattr(openai_batches, "LARGEST_RESULTS", 1_000)
    with pytest.raises(errors.Malformed):
        list(account.answers(batch))


def test_a_batch_whose_making_was_not_heard_of_is_found_by_its_name(account, providers):
    file = account.upload("scan-1", QUESTIONS)
    providers.batches.lost = lambda call: call == "POST /batches"
    with pytest.raises(errors.Unavailable):
        account.create("scan-1", file)
    providers.batches.lost = lambda _: False
    for number in range(120):
        account.create(f"other-{number}", file)
    assert account.find("scan-1", since=0).input == file == account.find_file("scan-1")
    assert account.find("scan-2", since=0) is account.find_file("scan-2") is None


def test_files_are_deleted_once(account, providers):
    batch = ended(account, providers, Fate())
    account.forget([batch.input, *batch.results])
    account.forget([batch.input])
    assert providers.batches.files == {}
    assert list(account.answers(batch)) == []
    assert account.look("batch_999") is None


@pytest.mark.parametrize("name", [7, "", "x" * 201])
def test_a_name_that_is_none_is_not_taken(account, providers, name):
    listed = {"id": name, "status": "completed", "input_file_id": "file-1"}
    providers.batches.fault = lambda _: Http(200, body=wire.encode(listed))
    for ask in (
        lambda: account.upload("scan-1", QUESTIONS),
        lambda: account.create("scan-1", "file-1"),
        lambda: account.look("batch_1"),
    ):
        with pytest.raises(errors.Malformed):
            ask()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Http(429, headers={"retry-after": "77"}), errors.Throttled),
        (Http(503), errors.Unavailable),
        (Http(401), errors.Auth),
        (Http(200, body=b"<html>"), errors.Malformed),
        (Http(404), errors.Rejected),
        (Resets(), errors.Unavailable),
    ],
)
def test_faults_of_the_account_are_errors_of_ours(account, providers, fault, kind):
    providers.batches.fault = lambda _: fault
    with pytest.raises(kind) as raised:
        account.upload("scan-1", QUESTIONS)
    assert "key" not in str(raised.value).replace("the key", "")
    assert raised.value.after == 77 or kind is not errors.Throttled
