"""Scheduled reviews that ask models in batches: from the timetable to the edited check run."""

from datetime import UTC, datetime, timedelta

import pytest

from solvet.adapters.aws import askings as books
from solvet.adapters.aws import timetable as timetables
from solvet.adapters.aws.overview import DynamoOverview
from solvet.adapters.aws.purse import DynamoPurse
from solvet.adapters.aws.queues import SqsJobs
from solvet.adapters.aws.secrets import Secrets
from solvet.adapters.models.openai_batches import OpenAIBatches
from solvet.bootstrap import batches as wired_batches
from solvet.bootstrap import schedule as wired
from solvet.errors import BadMessage
from solvet.llm.prices import cost
from solvet.local.providers.answers import Http, Says, Took
from solvet.local.providers.results import Fate
from solvet.ports.money import of_repository
from solvet.services.batches.parts import UNCERTAIN
from tests.services.conftest import FLAWED, NOTHING_TO_ADD
from tests.services.healing import HOUR, Died, due, quieten, sweep_after

DAY = 86_400
LUNA = "gpt-6-luna"
MINUTES = 600
OTHER = """pragma solidity 0.8.28;
contract B {
    uint256 sum;
    function add(uint256 more) external {
        sum += more;
    }
}
"""
SETTER = """pragma solidity 0.8.28;
contract S {
    uint256 public fee;
    function setFee(uint256 next) external {
        fee = next;
    }
}
"""
CLAIM = {
    "scenario": "other",
    "quote": "        fee = next;",
    "start_line": 5,
    "explanation": "Anybody may set `fee` by calling `setFee`, and so take what others pay.",
    "title": "Anybody sets the fee",
    "category": "access_control",
    "severity": "high",
    "confidence": "high",
    "since": "change",
    "recommendation": "Let only the owner call it.",
    "fix": "",
}


@pytest.fixture(scope="module")
def parameters():
    return {"Schedule": "nightly", "ScheduleModels": "batch"}


@pytest.fixture
def clock(road, monkeypatch):
    """Calls the timetable's function some seconds later; answers how many deeds of each kind."""
    quieten(road)
    road.providers.batches.reset()
    road._table.delete_item(Key={"pk": "installation#0", "sk": "timetable"})
    really = datetime.now

    def now():
        return really(UTC).timestamp() + road._later

    class Clock(datetime):
        @classmethod
        def now(cls, zone):
            return datetime.fromtimestamp(now(), zone)

    for module in (wired, wired_batches):
        monkeypatch.setattr(module, "datetime", Clock)
    monkeypatch.setattr(wired_batches, "time", now)
    monkeypatch.setattr(timetables, "time", now)
    monkeypatch.setattr(books, "time", now)
    (function,) = [c.function for c in road.stack._clocked if c.function.name == "ScheduleFunction"]

    def call(seconds=MINUTES):
        road._later += seconds
        return function.invoke({})

    return call


@pytest.fixture
def looked(road, project, clock, monkeypatch):
    """A project whose default branch was looked at: the static verdict is there."""

    def make(files):
        mine = project(files)
        installed = wired.GitHubInstallations.installed
        monkeypatch.setattr(
            wired.GitHubInstallations,
            "installed",
            lambda self: tuple(i for i in installed(self) if i == mine.installation),
        )
        clock(0)
        look(road, clock)
        return mine

    return make


def look(road, clock):
    assert clock(2 * DAY)["Scheduled"] == 1
    road.run()


def scheduled(road, mine):
    return [check for check in road.checks(mine) if check["name"] == "Solvet (scheduled)"]


def only(road, mine):
    (check,) = scheduled(road, mine)
    return check


def settled(road, clock, times=8):
    """Calls the clock until nothing is open."""
    done = {}
    for _ in range(times):
        for deed, number in clock().items():
            done[deed] = done.get(deed, 0) + number
        road.run()
    return done


def says(asked):
    text = NOTHING_TO_ADD
    if "opinions" in asked.wants:
        text = {"opinions": []}
    return Says(books.wire.encode(text).decode(), model=LUNA)


def spent(road, mine, account):
    return DynamoPurse(road._table, mine.installation).spent(account)


def month(road, mine):
    """Micro-dollars that are spent or reserved of the repository's month, or of two of them."""
    now = datetime.now(UTC)
    days = {f"{day:%Y-%m}": day for day in (now, now + timedelta(seconds=road._later))}
    return sum(spent(road, mine, of_repository(mine.remote.id, day)) for day in days.values())


def one_answer():
    """Micro-dollars, at half the price."""
    took = Took()
    return round(cost(LUNA, took.input, took.output) / 2 * 1e6)


def test_the_static_verdict_stands_at_once_and_is_edited_once_the_batch_is_answered(
    road, looked, clock
):
    road.providers.policy = says
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    before = only(road, mine)
    assert (before["status"], before["title"]) == (
        "completed",
        "First review: 1 finding · model review queued: asked in a batch, answer within 24 hours",
    )
    assert clock()["Batched"] == 1
    road.run()
    assert only(road, mine)["title"] == before["title"]
    settled(road, clock)
    after = only(road, mine)
    assert after["id"] == before["id"]
    assert after["title"] == "First review: 1 finding"
    assert "2 questions (all batch, half price)" in after["summary"] + after["text"]
    assert road.providers.received == []
    assert len(road.providers.batches.asked) == 2
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []
    assert road.providers.batches.files == {}
    assert not [key for key in road.objects(mine.installation) if "/asked/" in key]
    assert month(road, mine) == 2 * one_answer()


def test_what_waits_for_a_day_has_its_texts_and_its_place_still(road, looked, clock, monkeypatch):
    really, kept = books.DynamoAskings.keep_texts, []

    def keep(self, scan):
        kept.append(scan.id)
        really(self, scan)

    monkeypatch.setattr(books.DynamoAskings, "keep_texts", keep)
    road.providers.policy = says
    road.providers.batches.fates = lambda _: Fate(after=8)
    mine = looked({"src/A.sol": FLAWED})
    clock()
    for _ in range(4):
        clock(5 * HOUR)
        sweep_after(road, 1)
        assert "queued" in only(road, mine)["title"]
    assert len(kept) == 1
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"


def test_grave_claims_are_put_to_the_test_in_a_second_batch(road, looked, clock):
    upheld = {"label": "C1", "quote": CLAIM["quote"], "start_line": 5, "reason": "So it is."}

    def policy(asked):
        if "opinions" in asked.wants:
            return {"opinions": [{**upheld, "stance": "confirmed"}]}
        return {"claims": [CLAIM], "judgements": []}

    road.providers.policy = policy
    mine = looked({"src/S.sol": SETTER})
    assert settled(road, clock)["Batched"] == 2
    check = only(road, mine)
    assert check["title"] == "First review: 1 finding"
    assert "2 questions (all batch, half price)" in check["summary"]
    assert "confidence medium" in check["text"]
    assert road.providers.received == []


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        (Fate(status="expired", answered=0), "the batch expired after 24 hours"),
        (Fate(status="cancelled", answered=0), "the batch was cancelled at OpenAI"),
        (Fate(status="failed"), "OpenAI did not accept the batch"),
        (Fate(mangle=lambda lines: [b"nonsense"] * len(lines)), "the batch brought no answer"),
    ],
)
def test_a_batch_without_answers_ends_static_only_says_why_and_costs_nothing(
    road, looked, clock, fate, reason
):
    road.providers.policy = says
    road.providers.batches.fates = lambda _: fate
    mine = looked({"src/A.sol": FLAWED})
    settled(road, clock)
    check = only(road, mine)
    assert check["title"] == "First review: 1 finding · static only"
    assert reason in check["summary"]
    assert month(road, mine) == 0
    assert road.providers.batches.files == {}
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []


def test_of_a_batch_that_expired_in_part_what_was_answered_is_shown_and_paid(road, looked, clock):
    road.providers.policy = says
    road.providers.batches.fates = lambda _: Fate(status="expired", answered=1)
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    settled(road, clock)
    check = only(road, mine)
    assert check["title"] == "First review: 1 finding · model review in part"
    assert "The model reviewed 1 of 2 files." in check["summary"]
    assert "the batch expired after 24 hours" in check["summary"]
    assert month(road, mine) == one_answer()


def test_what_the_provider_had_no_room_for_is_asked_again(road, looked, clock):
    road.providers.policy = says
    crowded = Fate(status="failed", problem="token_limit_exceeded")
    road.providers.batches.fates = lambda number: Fate() if number > 2 else crowded
    mine = looked({"src/A.sol": FLAWED})
    assert settled(road, clock, 12)["Batched"] == 4
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert month(road, mine) == one_answer()


def test_an_error_of_one_question_is_asked_again_in_the_second_batch(road, looked, clock):
    def policy(asked):
        first = len(road.providers.batches.asked) <= 2
        return Http(500) if first and "sum += more" in asked.input else says(asked)

    road.providers.policy = policy
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert [len(road.providers.batches.asked), month(road, mine)] == [3, 2 * one_answer()]


def test_answers_out_of_order_and_given_twice_are_each_paid_once(road, looked, clock):
    road.providers.policy = says
    road.providers.batches.fates = lambda _: Fate(mangle=lambda lines: [*lines[::-1], *lines])
    mine = looked({"src/A.sol": FLAWED, "src/B.sol": OTHER})
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"
    assert month(road, mine) == 2 * one_answer()


def test_the_limit_of_money_is_never_passed_and_what_was_not_asked_is_told(road, looked, clock):
    """A tenth of a cent is enough for one of the two questions, and never for both at once."""
    road.providers.policy = says
    road.providers.batches.fates = lambda _: Fate(after=1)
    limit = "version: 1\nmodels:\n  budget:\n    month: 0.001\n"
    mine = looked({".solvet.yml": limit, "src/A.sol": FLAWED, "src/B.sol": OTHER})
    seen = []
    for _ in range(8):
        clock()
        road.run()
        seen.append(month(road, mine))
    assert 0 < max(seen) <= 1_000
    assert len(road.providers.batches.asked) >= 1
    check = only(road, mine)
    assert seen[-1] == len(road.providers.batches.asked) * one_answer()
    assert "model review queued" not in check["title"]


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


def test_a_limit_of_the_provider_is_obeyed(road, looked, clock):
    road.providers.policy = says
    road.providers.batches.fault = lambda _: Http(429, headers={"retry-after": "3000"})
    mine = looked({"src/A.sol": FLAWED})
    assert clock()["Stopped"] == 1
    road.providers.batches.fault = lambda _: None
    calls = len(road.providers.batches.calls)
    assert [clock() for _ in range(4)] == [{}] * 4
    assert len(road.providers.batches.calls) == calls
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"


def test_a_newer_look_calls_the_batch_of_the_older_one_off(road, looked, clock):
    road.providers.policy = says
    road.providers.batches.fates = lambda number: Fate(after=0 if number else 999)
    mine = looked({"src/A.sol": FLAWED})
    clock()
    head = mine.history.commit(
        "main", {"src/A.sol": FLAWED, "src/B.sol": OTHER}, parents=[mine.base]
    )
    road._later += DAY
    road._table.update_item(
        Key={"pk": f"installation#{mine.installation}", "sk": f"look#{mine.remote.id}"},
        UpdateExpression="SET look_at = :now",
        ExpressionAttributeValues={":now": 1},
    )
    assert settled(road, clock)["CalledOff"] == 1
    first, *others = road.providers.batches.batches.values()
    assert first.status == "cancelled"
    assert {batch.status for batch in others} == {"completed"}
    checks = {check["head_sha"]: check["title"] for check in scheduled(road, mine)}
    assert "superseded by" in checks[mine.base]
    assert checks[head] == "Nothing new found"
    assert road.providers.batches.files == {}
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []


def test_without_a_key_of_openai_the_review_is_static_only_and_says_so(
    road, looked, clock, monkeypatch
):
    really = Secrets._text

    def other_key(self, *asked):
        return really(self, *asked).replace("openai_api_key", "gemini_api_key")

    monkeypatch.setattr(Secrets, "_text", other_key)
    mine = looked({"src/A.sol": FLAWED})
    settled(road, clock, 2)
    check = only(road, mine)
    assert check["title"].endswith("static only")
    assert "there is no key for it" in check["summary"]
    assert road.providers.batches.calls == []


def test_a_provider_that_is_not_heard_of_for_a_day_ends_the_review(road, looked, clock):
    mine = looked({"src/A.sol": FLAWED})
    clock()
    road.providers.batches.fault = lambda _: Http(503)
    for _ in range(10):
        clock(3 * HOUR)
        road.run()
    check = only(road, mine)
    assert check["title"].endswith("static only")
    assert "was not heard of within 26 hours" in check["summary"]
    assert due(road, "batch", mine.installation) == due(road, "scan", mine.installation) == []


def test_without_a_timetable_the_sweep_ends_what_waits_for_a_batch(
    road, looked, clock, monkeypatch
):
    monkeypatch.setattr(wired_batches, "ask_in_batches", lambda _: ())
    mine = looked({"src/A.sol": FLAWED})
    for hours in (1, 2, 6, 18):
        assert "queued" in only(road, mine)["title"]
        sweep_after(road, hours * HOUR + 1)
    check = only(road, mine)
    assert check["title"].endswith("static only")
    assert "was not heard of within 26 hours" in check["summary"]
    assert due(road, "scan", mine.installation) == []


def test_one_asking_that_cannot_be_read_stops_none_of_the_others(road, looked, clock):
    road.providers.policy = says
    mine = looked({"src/A.sol": FLAWED})
    key = {"pk": f"installation#{mine.installation}", "sk": "batch#broken"}
    road._table.put_item(Item={**key, "asking": "nonsense", "due": "batch", "look_at": 1})
    with pytest.raises(ExceptionGroup) as raised:
        clock()
    assert raised.group_contains(BadMessage)
    road._table.delete_item(Key=key)
    settled(road, clock)
    assert only(road, mine)["title"] == "First review: 1 finding"


def test_a_repository_that_was_taken_from_the_app_has_its_batch_called_off(road, looked, clock):
    road.providers.batches.fates = lambda _: Fate(after=999)
    mine = looked({"src/A.sol": FLAWED})
    clock()
    wired.DynamoState(road._table).forget_repository(mine.installation, mine.remote.id)
    assert clock()["CalledOff"] == 1
    (batch,) = road.providers.batches.batches.values()
    assert batch.status == "cancelling"
    assert due(road, "batch", mine.installation) == []
    assert road.providers.batches.files == {}


def test_status_counts_the_reviews_that_wait(road, looked, clock):
    road.providers.batches.fates = lambda _: Fate(after=999)
    looked({"src/A.sol": FLAWED})
    clock()
    assert DynamoOverview(road._table).batches(10) == 1
