"""Whatever dies, and whenever: a batch is asked once and paid once."""

import boto3
import pytest

from solvet.adapters.aws import askings as books
from solvet.adapters.aws.purse import DynamoPurse
from solvet.adapters.aws.queues import SqsJobs
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.models.openai_batches import OpenAIBatches
from solvet.bootstrap import batches as wired_batches
from solvet.local.providers.results import Fate
from solvet.services.batches import sending
from solvet.services.batches.parts import UNCERTAIN, BatchParts
from tests.services.batches.reading import OTHER, month, one_answer, only, says, settled
from tests.services.conftest import FLAWED
from tests.services.healing import Died, die, due

STEPS = [
    (books.DynamoAskings, "put_parcel"),
    (books.DynamoAskings, "save"),
    (DynamoPurse, "reserve_as"),
    (OpenAIBatches, "upload"),
    (OpenAIBatches, "create"),
    (OpenAIBatches, "answers"),
    (wired_batches.OpenAIHouse, "take"),
    (DynamoPurse, "settle"),
    (OpenAIBatches, "forget"),
    (SqsJobs, "assign"),
    (books.DynamoAskings, "forget_questions"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", STEPS, ids=[step for _, step in STEPS])
def test_a_death_at_any_step_asks_once_pays_once_and_loses_nothing(
    road, looked, clock, place, after
):
    owner, step = place
    road.providers.policy = says
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    really, deaths = getattr(owner, step), []

    def once(*given, **named):
        if deaths:
            return really(*given, **named)
        deaths.append(step)
        if after:
            done = really(*given, **named)
            list(done) if step == "answers" else None
        raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, step, once)
        for _ in range(6):
            try:
                clock(UNCERTAIN + 1)
                road.run()
            except Died:
                continue
    settled(road, clock, 2)
    assert deaths
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert len(road.providers.batches.batches) == 1
    assert month(road, mine) == 2 * one_answer()
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []
    assert [f for f in road.providers.batches.files.values() if f.purpose == "batch"] == []


@pytest.mark.parametrize("call", ["POST /files", "POST /batches", "DELETE /files/ID"])
def test_an_answer_of_the_provider_that_is_lost_leads_to_no_second_batch(road, looked, clock, call):
    road.providers.policy = says
    lost = [call]
    road.providers.batches.lost = lambda made: made in lost and not lost.remove(made)
    mine = looked({"src/A.sol": FLAWED})
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert (len(road.providers.batches.batches), month(road, mine)) == (1, one_answer())
    assert [f for f in road.providers.batches.files.values() if f.purpose == "batch"] == []


def test_a_batch_that_nobody_heard_of_is_called_off_with_its_repository(road, looked, clock):
    road.providers.batches.fates = lambda _: Fate(after=999)
    road.providers.batches.lost = lambda call: call == "POST /batches"
    mine = looked({"src/A.sol": FLAWED})
    assert clock()["Stopped"] == 1
    DynamoState(road._table).forget_repository(mine.installation, mine.remote.id)
    assert clock(UNCERTAIN + 1)["CalledOff"] == 1
    (batch,) = road.providers.batches.batches.values()
    assert batch.status == "cancelling"
    assert road.providers.batches.files == {}


def test_questions_that_were_lost_before_they_were_sent_end_the_review_and_cost_nothing(
    road, looked, clock, monkeypatch
):
    mine = looked({"src/A.sol": FLAWED})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OpenAIBatches, "upload", die)
        with pytest.raises(Died):
            clock()
    s3 = boto3.client("s3")
    for key in road.objects(mine.installation):
        if "/asked/parcel/" in key:
            s3.delete_object(Bucket=road._bucket, Key=key)
    clock(UNCERTAIN + 1)
    settled(road, clock, 2)
    check = only(road, mine)
    assert check["title"].endswith("static only")
    assert "what was asked is not kept any more" in check["summary"]
    assert (road.providers.batches.calls.count("POST /batches"), month(road, mine)) == (0, 0)


def test_batches_that_there_is_no_time_for_are_sent_by_the_next_run(
    road, looked, clock, monkeypatch
):
    monkeypatch.setattr(sending, "MOST_QUESTIONS", 1)
    road.providers.policy = says
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BatchParts, "in_time", lambda _: not road.providers.batches.batches)
        assert clock()["Batched"] == 1
    assert clock()["Batched"] == 1
    settled(road, clock, 3)
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert (len(road.providers.batches.batches), month(road, mine)) == (2, 2 * one_answer())
