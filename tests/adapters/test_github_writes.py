"""What is written to GitHub: found before it is made, and never doubled by a lost answer."""

import pytest

from solvet.domain.verdict import Conclusion
from solvet.errors import SolvetError, Throttled, Unavailable
from solvet.local.github import Fault
from solvet.render.check_run import Annotation, CheckRunContent

MARKER = "<!-- solvet:summary -->"


def content(count=0, title="Nothing new found"):
    annotations = tuple(
        Annotation(
            path="A.sol",
            start_line=number,
            end_line=number,
            level="warning",
            title="High: something",
            message=f"number {number}",
            raw_details="details",
            start_column=1,
            end_column=4,
        )
        for number in range(1, count + 1)
    )
    return CheckRunContent(title=title, summary="summary", text="text", annotations=annotations)


@pytest.fixture
def shown(github_api, mine):
    """What people see of the repository: its check runs or its comments."""

    def of(kind):
        everything = github_api.snapshot()[kind]
        return [each for each in everything if each["repository"] == mine.repository.full_name]

    return of


@pytest.fixture
def open_check(client, mine):
    return lambda external_id="scan-1", name="Solvet": client.open_check(
        mine.repository, name=name, head_sha=mine.head, external_id=external_id
    )


@pytest.fixture
def conclude(client, mine):
    return lambda run, what, how=Conclusion.SUCCESS: client.conclude(
        mine.repository, run, how, what
    )


@pytest.fixture
def put(client, mine):
    def put(body, *, known=None, make=True):
        return client.put_comment(
            mine.repository,
            mine.pull.number,
            marker=MARKER,
            body=f"{MARKER}\n{body}",
            known=known,
            make=make,
        )

    return put


def test_a_check_run_is_opened_under_way_with_its_scans_id(open_check, shown):
    run = open_check()
    (seen,) = shown("check_runs")
    assert (seen["id"], seen["status"], seen["external_id"]) == (run, "in_progress", "scan-1")


def test_a_check_run_that_is_there_is_found(open_check, shown):
    assert open_check() == open_check()
    assert open_check("scan-2") != open_check()
    assert len(shown("check_runs")) == 2


@pytest.mark.parametrize("how", [{"dropped": True}, {"status": 502}, {"status": 200, "body": "<"}])
def test_a_lost_answer_doubles_no_check_run(open_check, shown, github_api, how):
    github_api.fail_next(method="POST", path="/check-runs", done=True, **how)
    with pytest.raises(Unavailable):
        open_check()
    assert open_check() == shown("check_runs")[0]["id"]
    assert len(shown("check_runs")) == 1


def test_the_check_runs_of_others_are_not_ours(open_check, client, mine, github_api, monkeypatch):
    open_check()
    monkeypatch.setattr(client, "_app_id", "99")
    assert client.checks_of(mine.repository, mine.head) == ()


@pytest.mark.parametrize("count", [0, 1, 50, 51, 120])
def test_annotations_go_in_chunks_and_once(open_check, conclude, shown, count):
    run = open_check()
    for _ in range(2):
        conclude(run, content(count))
    (seen,) = shown("check_runs")
    assert (seen["status"], seen["conclusion"]) == ("completed", "success")
    assert [a["start_line"] for a in seen["annotations"]] == list(range(1, count + 1))


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_answer_doubles_no_annotation(open_check, conclude, shown, github_api, lost):
    run, written = open_check(), iter(range(1, 100))
    fault = Fault(done=True, dropped=True)

    def hook(request):
        return fault if request.method == "PATCH" and next(written) == lost else None

    github_api.set_fault_hook(hook)
    with pytest.raises(Unavailable):
        conclude(run, content(120))
    conclude(run, content(120))
    (seen,) = shown("check_runs")
    assert len(seen["annotations"]) == 120
    assert seen["status"] == "completed"


def test_what_a_later_report_adds_is_added(open_check, conclude, shown):
    run = open_check()
    conclude(run, content(1))
    conclude(run, content(3, title="More found"), Conclusion.FAILURE)
    (seen,) = shown("check_runs")
    assert (seen["title"], seen["conclusion"]) == ("More found", "failure")
    assert len(seen["annotations"]) == 3


def test_a_restarted_check_run_is_under_way_again(open_check, conclude, client, mine, shown):
    run = open_check()
    conclude(run, content())
    client.restart(mine.repository, run, external_id="scan-2")
    (seen,) = shown("check_runs")
    assert (seen["status"], seen["conclusion"]) == ("in_progress", None)
    assert [c.external_id for c in client.checks_of(mine.repository, mine.head)] == ["scan-2"]


def test_a_note_stands_on_a_check_run_until_it_is_completed(
    open_check, conclude, client, mine, shown
):
    run = open_check()
    for title in ("queued", "ended", "late"):
        if title == "ended":
            conclude(run, content(title=title))
        client.note_on(mine.repository, run, title=title, summary="why")
        (seen,) = shown("check_runs")
        assert seen["title"] == ("queued" if title == "queued" else "ended")


def test_one_comment_is_made_and_then_edited(put, shown):
    first = put("one")
    assert put("two", known=first) == put("three") == first
    assert [c["body"] for c in shown("comments")] == [f"{MARKER}\nthree"]


@pytest.mark.parametrize("how", [{"dropped": True}, {"status": 502}, {"status": 200, "body": "<"}])
def test_a_lost_answer_doubles_no_comment(put, shown, github_api, how):
    github_api.fail_next(method="POST", path="/comments", done=True, **how)
    with pytest.raises(Unavailable):
        put("one")
    put("one")
    assert len(shown("comments")) == 1


def test_a_comment_that_somebody_deleted_is_made_again(put, shown, github_api):
    first = put("one")
    del github_api.world.comments[first]
    second = put("two", known=first)
    assert [c["id"] for c in shown("comments")] == [second]


def test_a_persons_comment_with_a_copied_marker_is_left_alone(put, shown, github_api, mine):
    github_api.comment(mine.pull, "ada", f"{MARKER}\nI copied this")
    put("ours")
    assert [(c["author"], c["body"]) for c in shown("comments")] == [
        ("ada", f"{MARKER}\nI copied this"),
        ("solvet[bot]", f"{MARKER}\nours"),
    ]


def test_our_comment_is_found_behind_a_hundred_others(put, shown, github_api, mine):
    for number in range(120):
        github_api.comment(mine.pull, "ada", f"remark {number}")
    assert put("one") == put("two")
    assert len(shown("comments")) == 121


def test_without_leave_to_make_one_a_comment_is_only_edited(put, shown):
    assert put("nothing to say", make=False) is None
    assert shown("comments") == []
    first = put("one")
    assert put("two", make=False) == first
    assert [c["body"] for c in shown("comments")] == [f"{MARKER}\ntwo"]


def test_a_limit_while_writing_is_told_and_nothing_is_written(put, shown, github_api):
    github_api.fail_next(method="POST", status=403, headers={"Retry-After": "5"}, body="{}")
    with pytest.raises(Throttled):
        put("one")
    assert shown("comments") == []


def test_an_annotation_that_github_refuses_is_an_error_of_ours(open_check, conclude, github_api):
    run = open_check()
    github_api.fail_next(method="PATCH", status=422, body='{"message": "Invalid request."}')
    with pytest.raises(SolvetError):
        conclude(run, content(1))
