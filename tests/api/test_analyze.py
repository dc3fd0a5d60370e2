"""A request for an analysis: the static answer at once, the model's part when it is there."""

import logging

import pytest

from solvet.errors import Unavailable
from solvet.local.providers.answers import Http, Says, Took
from tests.api.conftest import FATAL, SAFE
from tests.logs import functions_log

GAS = """pragma solidity 0.8.28;
contract A {
    uint256[] private all;
    uint256 private sum;
    function total() external {
        for (uint256 i = 0; i < all.length; i++) { sum += all[i]; }
    }
    function end() external { selfdestruct(payable(msg.sender)); }
}
"""


def rules(answer):
    return {each["rule"] for each in answer.json["vulnerabilities"]}


def test_the_answer_to_a_request_has_what_the_static_engine_found(ann):
    answer = ann.post({"code": FATAL})
    assert answer.status == 200
    (found,) = answer.json["vulnerabilities"]
    assert (found["type"], found["severity"], found["line"]) == ("access_control", "critical", 4)
    assert found["description"]
    assert found["recommendation"]
    assert answer.json["security_score"] == 60
    assert answer.json["processing_seconds"] > 0
    assert answer.json["service"]["name"] == "solvet"
    assert answer.json["model"]["status"] == "pending"
    assert answer.headers["retry-after"] == "5"


def test_the_models_part_is_there_once_the_worker_has_asked(place, ann):
    first = ann.post({"code": FATAL})
    place.run()
    later = ann.call("GET", first.headers["location"])
    assert later.status == 200
    assert later.json["model"]["status"] == "done"
    assert later.json["model"]["names"]
    assert later.json["model"]["cost"] > 0
    assert "retry-after" not in later.headers
    same = {"vulnerabilities", "security_score", "id", "created_at", "processing_seconds"}
    assert {k: later.json[k] for k in same} == {k: first.json[k] for k in same}


CLAIM = {
    "scenario": "other",
    "quote": "selfdestruct(payable(msg.sender));",
    "start_line": 4,
    "explanation": "Whoever calls first takes the ether.",
    "title": "First come, first served",
    "category": "front_running",
    "severity": "medium",
    "confidence": "high",
    "since": "change",
    "recommendation": "Name the receiver.",
    "fix": "",
}
DOUBT = {
    "label": "F1",
    "quote": "selfdestruct(payable(msg.sender));",
    "start_line": 4,
    "reason": "nobody deploys this",
    "stance": "refuted",
}


def test_a_model_adds_what_it_can_quote_and_takes_nothing_away(place, ann):
    invented = CLAIM | {"quote": "owner.transfer(all);", "title": "Invented"}
    reply = {"claims": [CLAIM, invented], "judgements": [DOUBT]}
    place.providers.policy = lambda _: reply
    first = ann.post({"code": FATAL})
    place.run()
    later = ann.get(first.json["id"]).json
    told = {each["title"]: each for each in later["vulnerabilities"]}
    assert set(told) == {"Anybody can destroy the contract", "First come, first served"}
    assert told["First come, first served"]["said_by"] == "model"
    assert told["Anybody can destroy the contract"]["said_by"] == "disagreed"
    assert told["Anybody can destroy the contract"]["second_opinion"]["stance"] == "refuted"
    assert later["security_score"] < first.json["security_score"]


def test_a_provider_that_is_down_fails_the_models_part_and_nothing_else(place, ann):
    place.providers.policy = lambda _: Http(503, "down")
    first = ann.post({"code": FATAL})
    place.run()
    later = ann.get(first.json["id"])
    assert later.json["model"]["status"] == "failed"
    assert later.json["model"]["reason"]
    assert later.json["status"] == "complete"
    assert later.json["security_score"] == 60


def test_what_failed_is_tried_anew_when_it_is_asked_again(place, ann):
    place.providers.policy = lambda _: Http(401, "no such key")
    first = ann.post({"code": FATAL})
    place.run()
    place.providers.policy = lambda _: {"claims": [], "judgements": []}
    again = ann.post({"code": FATAL})
    assert again.json["id"] != first.json["id"]
    assert ann.get(first.json["id"]).json["model"]["status"] == "failed"


def test_the_same_question_has_the_same_answer_and_costs_once(place, ann):
    ids = {ann.post({"code": FATAL, "analysis_type": "full"}).json["id"] for _ in range(3)}
    place.run()
    ids.add(ann.post({"code": FATAL}).json["id"])
    place.run()
    assert len(ids) == 1
    assert len(place.providers.received) == 1


def test_at_the_limit_of_the_month_the_static_answer_stands_and_says_why(place, ann):
    nothing = '{"claims": [], "judgements": []}'
    dear = Says(nothing, model="gpt-6.1-sol", took=Took(input=0, output=1_200_000))
    place.providers.policy = lambda _: dear
    ann.post({"code": FATAL})
    place.run()
    second = ann.post({"code": FATAL.replace("end()", "finish()")})
    place.run()
    later = ann.get(second.json["id"]).json
    assert later["model"]["status"] == "failed"
    assert "for this caller and month is used up" in later["model"]["reason"]
    assert later["security_score"] == 60
    assert len(place.providers.received) == 1


def test_an_analysis_is_its_owners_alone(place, ann, bob):
    mine = ann.post({"code": FATAL}).json["id"]
    assert bob.get(mine).status == 404
    theirs = bob.post({"code": FATAL})
    assert theirs.json["id"] != mine
    place.run()
    assert len(place.providers.received) == 2, "nobody reads what somebody else paid for"


def test_a_gas_analysis_looks_at_costs_and_asks_no_model(place, ann):
    answer = ann.post({"code": GAS, "analysis_type": "gas"})
    assert rules(answer) == {"storage-length-in-loop"}
    assert answer.json["security_score"] is None
    assert answer.json["model"]["status"] == "skipped"
    assert "gas" in answer.json["model"]["reason"]


def test_a_security_analysis_leaves_costs_out(ann):
    assert "storage-length-in-loop" not in rules(
        ann.post({"code": GAS, "analysis_type": "security"})
    )
    assert {"storage-length-in-loop", "unprotected-selfdestruct"} <= rules(ann.post({"code": GAS}))


def test_what_cannot_be_parsed_is_no_success(ann):
    answer = ann.post({"files": {"A.sol": SAFE, "B.sol": "this is no Solidity {{{"}})
    assert answer.status == 200
    assert answer.json["status"] == "incomplete"
    assert answer.json["security_score"] is None
    spots = {file["path"]: file["blind_spots"] for file in answer.json["coverage"]}
    assert spots["A.sol"] == []
    assert spots["B.sol"]


@pytest.mark.parametrize("code", ["", " \n\t", "// nothing\n/* here */"])
def test_nothing_but_comments_has_no_score(place, ann, code):
    answer = ann.post({"code": code})
    assert answer.json["status"] == "incomplete"
    assert answer.json["security_score"] is None
    assert answer.json["coverage"][0]["reason"] == "there is nothing but comments in it"
    assert answer.json["model"]["status"] != "pending"


def test_files_see_what_they_import_from_each_other(ann):
    base = "contract Owned { modifier only() { require(msg.sender == address(1)); _; } }"
    heir = 'import "./Owned.sol"; contract A is Owned { function end() external only {} }'
    alone = ann.post({"files": {"src/A.sol": heir}})
    both = ann.post({"files": {"src/A.sol": heir, "src/Owned.sol": base}})
    assert alone.json["coverage"][0]["unknown_bases"] == ["Owned"]
    assert both.json["coverage"][0]["unknown_bases"] == []


def test_a_comment_silences_a_finding_and_does_not_raise_the_score(ann):
    told = ann.post({"code": FATAL})
    marker = "// solvet-ignore-next-line unprotected-selfdestruct -- tests"
    quiet = FATAL.replace("        selfdestruct", f"        {marker}\n        selfdestruct")
    answer = ann.post({"code": quiet})
    assert answer.json["vulnerabilities"] == []
    (silenced,) = answer.json["silenced"]
    assert silenced["silenced_because"] == "tests"
    assert answer.json["security_score"] == told.json["security_score"]


def test_what_there_is_no_time_for_is_left_to_the_workers(place, ann, monkeypatch):
    monkeypatch.setattr("solvet.services.analyses.begin.MOST_AT_ONCE", len(SAFE))
    answer = ann.post({"files": {"A.sol": SAFE, "B.sol": FATAL}})
    assert answer.status == 202
    assert answer.json["status"] == "pending"
    assert answer.json["security_score"] is None
    place.run()
    later = ann.get(answer.json["id"])
    assert later.status == 200
    assert later.json["status"] == "complete"
    assert "unprotected-selfdestruct" in rules(later)


def test_a_request_that_died_is_taken_up_by_the_workers_when_it_comes_again(
    place, ann, monkeypatch
):
    def die(*_, **__):
        raise Unavailable("the process died here")

    with monkeypatch.context() as patch:
        patch.setattr("solvet.services.analyses.answer.look_at_once", die)
        assert ann.post({"code": FATAL}).status == 503
    again = ann.post({"code": FATAL})
    assert again.status == 202
    place.run()
    assert ann.get(again.json["id"]).json["security_score"] == 60


def test_neither_the_code_nor_who_asks_is_logged_or_queued(place, ann, monkeypatch):
    monkeypatch.setattr("solvet.services.analyses.begin.MOST_AT_ONCE", 0)
    bodies = []
    with functions_log(logging.DEBUG) as log:
        ann.post({"code": FATAL.replace("end()", "unheardOf()")})
        for pump in place.stack._pumps:
            reply = pump._sqs.receive_message(QueueUrl=pump._url, VisibilityTimeout=0)
            bodies += [message["Body"] for message in reply.get("Messages", [])]
        place.run()
    assert bodies
    for text in [*bodies, log.getvalue()]:
        assert "unheardOf" not in text
        assert ann.token not in text
