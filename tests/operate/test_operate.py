"""status, tail, redeliver and replay against a running stack and the simulated GitHub."""

import json
import re
import time

import pytest

from solvet.adapters.aws.state import DynamoState
from solvet.bootstrap.operate import DeployedStack
from solvet.cli.tail import line_of, seconds
from solvet.domain.delivery import Repository
from solvet.domain.scan import Scan, Target, TargetKind
from solvet.domain.submission import tenant_of
from solvet.errors import BadInput
from solvet.ports.stack import Event

NOWHERE = "http://127.0.0.1:9/webhook"
EVIL = "evil\x1b[2J\u202e"
ANALYSIS = Scan(
    id="an-analysis",
    installation=tenant_of("issuer", "subject"),
    repository=Repository(0, "analyses"),
    target=Target(kind=TargetKind.PUSH, ref="an-analysis"),
    head_sha="0" * 40,
    base_sha="0" * 40,
    fence=0,
    check_run=0,
)


@pytest.fixture
def on(solvet, deployed):
    """Runs a command for the deployed stack."""
    return lambda command, *more: solvet(command, *more, "--stack", deployed.name)


@pytest.fixture
def lost(deployed, github_api, project):
    """A delivery that found nobody, of a pull request; the webhook is back since."""
    mine = project({"A.sol": "pragma solidity 0.8.28;\n"}, {"A.sol": "pragma solidity 0.8.28;\n\n"})
    pull = github_api.open_pull_request(mine.remote, head="feature")
    github_api.webhook_url = NOWHERE
    payload = github_api.payload_pull_request(pull, "opened")
    made = github_api.deliver("pull_request", payload)
    github_api.webhook_url = deployed.url
    return made


def test_status_tells_what_became_of_each_delivery(on, reviewed):
    code, out, _ = on("status")
    assert code == 0
    assert reviewed.delivery.guid in out
    assert "202  pull_request opened" in out
    assert "scan " in out
    assert "IntakeQueue" in out
    assert f"of $10.00  {reviewed.remote.full_name}" in out


def test_status_tells_open_scans_with_what_is_left(on, deployed, github_api, project):
    mine = project({"A.sol": "contract A {}\n"}, {"A.sol": "contract A { uint a; }\n"})
    pull = github_api.open_pull_request(mine.remote, head="feature")
    github_api.deliver("pull_request", github_api.payload_pull_request(pull, "opened"))
    next(p for p in deployed.stack._pumps if p.name == "PlanFunction").run()
    _, out, _ = on("status")
    deployed.stack.drain()
    assert f"{mine.remote.full_name} pull/{pull.number} at {mine.head[:7]}" in out
    assert "jobs left: 1 static" in out


def test_status_counts_analyses_only_while_there_are_some(on, deployed):
    (queues,) = [p for p in on("status")[1].split("\n\n") if p.startswith("Queues")]
    assert "analyses" not in queues
    table = DeployedStack(deployed.name, region=None, profile=None).table()
    DynamoState(table).remember(ANALYSIS)
    assert re.search(r"analyses under way +1\n", on("status")[1])


def test_a_part_that_cannot_be_had_says_so_and_the_others_follow(on, github_api):
    github_api.fail_next(path="/app/hook/deliveries", status=503, times=9)
    code, out, _ = on("status")
    assert code == 2
    assert "not known: listing deliveries" in out
    assert "Queues" in out


def test_status_needs_to_know_of_what(solvet):
    assert "--stack NAME or --local" in solvet("status")[2]


def test_redeliver_asks_for_what_failed_and_it_arrives(on, lost, github_api):
    code, out, _ = on("redeliver", "--failed")
    assert code == 0
    assert f"{lost.guid}  pull_request opened: asked for again (it was answered 502)" in out
    assert github_api.deliveries[-1].status_code == 202
    assert "have arrived" in on("redeliver", "--failed")[1]


def test_redeliver_takes_guids(on, lost, github_api):
    assert on("redeliver", lost.guid)[0] == 0
    assert [each.guid for each in github_api.deliveries] == [lost.guid] * 2


def test_a_guid_that_github_does_not_know_is_told(on, lost):
    code, out, _ = on("redeliver", "no-such-guid", lost.guid)
    assert code == 1
    assert "GitHub has no delivery no-such-guid" in out
    assert "asked for again" in out


@pytest.mark.parametrize("arguments", [[], ["abc", "--failed"], [EVIL]])
def test_redeliver_refuses_what_makes_no_sense(on, arguments):
    code, out, err = on("redeliver", *arguments)
    assert code == 2
    assert "\x1b" not in out + err


def test_a_delivery_of_github_is_replayed_with_a_guid_of_its_own(on, lost, deployed, github_api):
    code, out, _ = on("replay", str(lost.id))
    assert code == 0
    assert "answered 202: accepted" in out
    assert lost.guid not in out
    assert deployed.stack.drain() > 0


def test_a_delivery_is_found_by_its_guid_and_may_keep_it(on, lost, deployed):
    _, out, _ = on("replay", lost.guid, "--same-id")
    deployed.stack.drain()
    assert f"answered 202: accepted: {lost.guid}" in out


def test_a_payload_of_a_file_is_replayed(on, reviewed, deployed, tmp_path):
    file = tmp_path / "opened.json"
    file.write_text(json.dumps(reviewed.delivery.payload))
    code, out, _ = on("replay", str(file), "--event", "pull_request")
    deployed.stack.drain()
    assert (code, "answered 202" in out) == (0, True)


def test_a_delivery_of_a_file_says_its_event_itself(  # noqa: PLR0917  fixtures
    solvet, reviewed, deployed, tmp_path, monkeypatch, github_api
):
    file = tmp_path / "delivery.json"
    file.write_text(json.dumps(reviewed.delivery.details))
    monkeypatch.setenv("SOLVET_WEBHOOK_SECRET", github_api.world.app.webhook_secret)
    code, out, _ = solvet("replay", str(file), "--url", deployed.url)
    deployed.stack.drain()
    assert (code, "answered 202" in out) == (0, True)


def test_a_wrong_secret_is_told_as_the_webhook_tells_it(
    solvet, reviewed, deployed, tmp_path, monkeypatch
):
    file = tmp_path / "delivery.json"
    file.write_text(json.dumps(reviewed.delivery.details))
    monkeypatch.setenv("SOLVET_WEBHOOK_SECRET", "another")
    code, out, _ = solvet("replay", str(file), "--url", deployed.url)
    assert (code, "answered 401: rejected" in out) == (1, True)


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("{", [], "holds no JSON object"),
        ("[" * 100_000, [], "holds no JSON object"),
        ("[]", [], "holds no JSON object"),
        ("{}", [], "say of which event"),
        ("{}", ["--event", EVIL], "is no event"),
        ("{}", ["--event", "push", "--url", "http://example.org/webhook"], "use https"),
        ("{}", ["--event", "push", "--url", NOWHERE], "does not answer"),
    ],
)
def test_what_cannot_be_replayed_is_told(  # noqa: PLR0917  fixtures
    solvet, tmp_path, monkeypatch, text, more, said
):
    monkeypatch.setenv("SOLVET_WEBHOOK_SECRET", "secret")
    file = tmp_path / "payload.json"
    file.write_text(text)
    url = [] if "--url" in more else ["--url", NOWHERE]
    code, out, err = solvet("replay", str(file), *more, *url)
    assert code == 2
    assert said in err
    assert "\x1b" not in out + err


def test_without_a_secret_nothing_is_sent(solvet, tmp_path, monkeypatch):
    monkeypatch.delenv("SOLVET_WEBHOOK_SECRET", raising=False)
    file = tmp_path / "payload.json"
    file.write_text("{}")
    code, _, err = solvet("replay", str(file), "--event", "push", "--url", NOWHERE)
    assert (code, "nothing to sign with" in err) == (2, True)


@pytest.fixture
def machine(deployed, github_api, key_pem, tmp_path, monkeypatch):
    """The environment of `solvet local`, which runs where the stack does."""
    key = tmp_path / "app.pem"
    key.write_text(key_pem)
    for name, value in {
        "SOLVET_GITHUB_APP_ID": "4242",
        "SOLVET_GITHUB_PRIVATE_KEY_FILE": str(key),
        "SOLVET_WEBHOOK_SECRET": github_api.world.app.webhook_secret,
        "SOLVET_GITHUB_API_URL": github_api.api_url,
        "SOLVET_PORT": deployed.url.split(":")[2].removesuffix("/webhook"),
        "SOLVET_MODELS": "off",
        "LOG_LEVEL": "ERROR",
    }.items():
        monkeypatch.setenv(name, value)


def test_doctor_looks_at_this_machine_and_its_app(solvet, machine, reviewed):
    code, out, _ = solvet("doctor", "--local")
    assert code == 0
    assert "ok         local stack: it answers at http://127.0.0.1" in out
    assert "ok         app: solvet, App 4242" in out
    assert "ok         deliveries: 1 looked at, all arrived" in out


def test_a_machine_on_which_nothing_runs_is_a_warning(solvet, machine, monkeypatch):
    monkeypatch.setenv("SOLVET_PORT", "9")
    code, out, _ = solvet("doctor", "--local")
    assert code == 0
    assert "warning    local stack: nothing answers" in out


def test_status_of_this_machine_tells_deliveries_and_what_waits(solvet, machine, reviewed):
    code, out, _ = solvet("status", "--local")
    assert code == 0
    assert "202  pull_request opened" in out
    assert "PlanFunction             0" in out


def test_replay_on_this_machine_goes_to_its_own_webhook(solvet, machine, lost, deployed):
    code, out, _ = solvet("replay", str(lost.id), "--local")
    deployed.stack.drain()
    assert (code, "answered 202" in out) == (0, True)


def test_tail_tells_lines_of_all_functions_in_order(on, logged):
    line = {"level": "INFO", "message": "handled", "outcome": "scan abc", "service": "solvet"}
    logged("plan", json.dumps(line), "START RequestId: 1", at=round(time.time() * 1000) - 5_000)
    logged("static", json.dumps(line | {"level": "WARNING", "message": "postponed"}), "Task timed")
    code, out, _ = on("tail", "--once")
    first, second, third = out.splitlines()[-3:]
    assert code == 0
    assert first.split()[1:] == ["plan", "INFO", "handled", "outcome=scan", "abc"]
    assert second.split()[1:4] == ["static", "WARNING", "postponed"]
    assert third.endswith("Task timed")


def test_tail_follows_one_delivery(on, logged):
    logged("reporter", '{"level":"INFO","message":"mine","delivery":"guid-1"}', "another")
    _, out, _ = on("tail", "guid-1", "--once")
    assert [line.split()[3] for line in out.splitlines()] == ["mine"]


def test_tail_on_this_machine_says_where_the_log_is(solvet):
    code, out, _ = solvet("tail", "--local")
    assert (code, "terminal" in out) == (0, True)


@pytest.mark.parametrize("text", ["", "5", "m", "-1m", "1w", "²m", "9999999s", EVIL])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(BadInput):
        seconds(text)


@pytest.mark.parametrize(("text", "number"), [("30s", 30), ("10m", 600), ("2h", 7_200)])
def test_times_have_units(text, number):
    assert seconds(text) == number


def test_credentials_that_are_not_there_are_told(solvet, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    code, out, _ = solvet("doctor", "--stack", "x", "--region", "us-east-1")
    assert code == 2
    assert "Unable to locate credentials" in out
    assert "--profile" in out


def test_hostile_lines_steer_no_terminal():
    for text in (EVIL, json.dumps({"message": EVIL, "level": EVIL, EVIL: EVIL}), "[" * 100_000):
        line = line_of(Event(0, "1", "plan", text), lambda text, _: text)
        assert line.isprintable()
        assert len(line) < 2_100
