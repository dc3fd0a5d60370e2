"""Check runs, with the limits that make a careless client fail.

https://docs.github.com/en/rest/checks/runs
"""

from solvet.local.github.call import Call, Reply
from solvet.local.github.errors import Refusal, invalid, not_found, schema_mismatch
from solvet.local.github.fields import Fields
from solvet.local.github.records import CheckRun, Json, stamp
from solvet.local.github.rest.repos import resolved_commit
from solvet.local.github.shapes import checks, owners

_STATUSES = ("queued", "in_progress", "completed")
_CONCLUSIONS = (
    *("action_required", "cancelled", "failure", "neutral", "skipped", "success", "timed_out"),
)
_LEVELS = ("notice", "warning", "failure")
_LONGEST_TEXT = 65_535
_LONGEST_TITLE = 255
_LARGEST_DETAILS = 65_536
_MOST_ANNOTATIONS = 50
_MOST_ACTIONS = 3


def create(call: Call) -> Reply:
    """`POST …/check-runs`."""
    fields = call.fields()
    name, head_sha = fields.required_text("name"), fields.required_text("head_sha")
    sha = resolved_commit(call, head_sha).sha
    run = CheckRun(
        id=call.world.next_id(),
        repository=call.repo,
        suite=call.world.suite(call.repo, sha),
        name=name,
        head_sha=sha,
        started_at=stamp(call.world.now()),
    )
    _apply(call, run, fields, creating=True)
    call.world.check_runs[run.id] = run
    return Reply(_shown(call, run), 201)


def update(call: Call, number: int) -> Reply:
    """`PATCH …/check-runs/{number}`."""
    run, fields = _run(call, number), call.fields()
    _apply(call, run, fields, creating=False)
    return Reply(_shown(call, run))


def show(call: Call, number: int) -> Reply:
    """`GET …/check-runs/{number}`."""
    return Reply(_shown(call, _run(call, number)))


def list_annotations(call: Call, number: int) -> Reply:
    """`GET …/check-runs/{number}/annotations`."""
    run = _run(call, number)
    return call.page(run.annotations, lambda each: checks.annotation(call.urls, run, each))


def list_of_commit(call: Call, ref: str) -> Reply:
    """Newest first; `filter=latest` (the default) keeps the newest of each name."""
    runs = call.world.runs_of(call.repo, resolved_commit(call, ref).sha)[::-1]
    if call.query.get("filter", "latest") == "latest":
        runs = list({run.name: run for run in reversed(runs)}.values())[::-1]
    found = [run for run in runs if _is_wanted(call, run)]
    chosen, headers = call.slice(found)
    listed = [_shown(call, run) for run in chosen]
    return Reply({"total_count": len(found), "check_runs": listed}, headers=headers)


def show_suite(call: Call, number: int) -> Reply:
    """`GET …/check-suites/{number}`."""
    for suite in call.world.suites:
        if suite.id == number and suite.repository is call.repo:
            shown = checks.check_suite(call.urls, call.world, suite)
            where = owners.repository(call.urls, call.world, call.repo)
            return Reply({**shown, "repository": where})
    raise not_found()


def _apply(call: Call, run: CheckRun, fields: Fields, *, creating: bool) -> None:
    # Everything is read before anything is written: a refused request changes nothing.
    status, conclusion, completed_at = _outcome(call, run, fields)
    output = fields.object("output")
    title, summary, text, annotations = _output(output, creating=creating)
    actions = [_action(each) for each in fields.objects("actions", most=_MOST_ACTIONS)]
    details_url, started_at = fields.url("details_url"), fields.time("started_at")
    name, external_id = fields.text("name"), fields.text("external_id")
    run.status, run.conclusion, run.completed_at = status, conclusion, completed_at
    run.name, run.started_at = name or run.name, started_at or run.started_at
    run.details_url = details_url or run.details_url
    run.external_id = run.external_id if external_id is None else external_id
    run.actions = actions if fields.has("actions") else run.actions
    if output is not None:
        run.title, run.summary = title or run.title, summary
        run.text = text if output.has("text") else run.text
        run.annotations.extend(annotations)


def _outcome(call: Call, run: CheckRun, fields: Fields) -> tuple[str, str | None, str | None]:
    """Status, conclusion and time of completion after this request."""
    status = fields.choice("status", _STATUSES)
    conclusion = fields.choice("conclusion", _CONCLUSIONS)
    completed_at = fields.time("completed_at")
    if conclusion is None and (status == "completed" or completed_at is not None):
        raise schema_mismatch('"conclusion" wasn\'t supplied.')
    if conclusion is not None and status not in {None, "completed"}:
        raise invalid("CheckRun", "conclusion", message="conclusion requires status completed")
    if conclusion is not None:
        return "completed", conclusion, completed_at or stamp(call.world.now())
    if status is None:
        return run.status, run.conclusion, run.completed_at
    return status, None, None


def _output(
    output: Fields | None, *, creating: bool
) -> tuple[str | None, str | None, str | None, list[Json]]:
    if output is None:
        return None, None, None, []
    title = output.required_text("title") if creating else output.text("title")
    output.required_text("summary")
    summary = output.bytes_text("summary", longest=_LONGEST_TEXT)
    text = output.bytes_text("text", longest=_LONGEST_TEXT)
    listed = output.objects("annotations", most=_MOST_ANNOTATIONS)
    return title, summary, text, [_annotation(each) for each in listed]


def _annotation(fields: Fields) -> Json:
    path = fields.required_text("path")
    start, end = fields.required_integer("start_line"), fields.required_integer("end_line")
    start_column, end_column = fields.integer("start_column"), fields.integer("end_column")
    level = fields.choice("annotation_level", _LEVELS)
    fields.required_text("message")
    if path.startswith("/") or not path:
        raise _bad_annotation("path", "path must be relative to the repository's root")
    if start < 1 or end < start:
        raise _bad_annotation("end_line", "end_line must not be before start_line")
    if start != end and (start_column is not None or end_column is not None):
        raise _bad_annotation("start_column", "columns need start_line and end_line to be equal")
    if None not in {start_column, end_column} and (end_column or 0) < (start_column or 0):
        raise _bad_annotation("end_column", "end_column must not be before start_column")
    return {
        "path": path,
        "start_line": start,
        "end_line": end,
        "start_column": start_column,
        "end_column": end_column,
        "annotation_level": level or fields.required_text("annotation_level"),
        "title": fields.text("title", longest=_LONGEST_TITLE),
        "message": fields.bytes_text("message", longest=_LARGEST_DETAILS),
        "raw_details": fields.bytes_text("raw_details", longest=_LARGEST_DETAILS),
    }


def _action(fields: Fields) -> Json:
    limits = {"label": 20, "description": 40, "identifier": 20}
    return {name: fields.required_text(name, longest=most) for name, most in limits.items()}


def _bad_annotation(field: str, message: str) -> Refusal:
    return invalid("CheckAnnotation", field, message=message)


def _shown(call: Call, run: CheckRun) -> Json:
    return checks.check_run(call.urls, call.world, run)


def _run(call: Call, number: int) -> CheckRun:
    run = call.world.check_runs.get(number)
    if run is None or run.repository is not call.repo:
        raise not_found()
    return run


def _is_wanted(call: Call, run: CheckRun) -> bool:
    name, status = call.query.get("check_name"), call.query.get("status")
    app_id = call.query.get("app_id")
    return (
        name in {None, "", run.name}
        and status in {None, "", run.status}
        and app_id in {None, "", str(call.world.app.id)}
    )
