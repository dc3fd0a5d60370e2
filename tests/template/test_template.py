from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solvet.bootstrap import ENVIRONMENT
from solvet.bootstrap.last_resort import REST
from solvet.bootstrap.plan import PLANNING
from solvet.bootstrap.static import ANALYSIS

ROOT = Path(__file__).parents[2]
ALWAYS = ("receive", "setup", "plan", "static", "model", "report", "last_resort", "sweep")
HANDLERS = (*ALWAYS, "analyze", "upload", "notify", "schedule")
CONSUMERS = ("plan", "static", "model", "report", "upload", "notify")
CONSUMING = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility")
PROVIDERS = {"OPENAI_BASE_URL", "GEMINI_BASE_URL"}


def attribute(value: dict[str, str]) -> str:
    """`!GetAtt Queue.Arn` as `Queue`."""
    return value["Fn::GetAtt"].partition(".")[0]


def source(function: dict[str, Any]) -> dict[str, Any]:
    """The one event that feeds this function."""
    (event,) = function["Events"].values()
    return event["Properties"]


def statements(resources: dict[str, Any], function: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of its role, and of policies that are added to it under a condition."""
    role = attribute(function["Role"])
    (policy,) = resources[role]["Properties"]["Policies"]
    added = (r["Properties"] for r in resources.values() if r["Type"] == "AWS::IAM::RolePolicy")
    further = [each for each in added if each["RoleName"] == {"Ref": role}]
    return [s for each in (policy, *further) for s in each["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(resources: dict[str, Any], function: dict[str, Any], action: str) -> set[str]:
    """The resources on which the function may do this, by their names in the template."""
    return {
        resource.get("Ref") or attribute(resource)
        for statement in statements(resources, function)
        if action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def referenced(function: dict[str, Any], suffix: str) -> set[str]:
    variables = function["Environment"]["Variables"]
    return {value["Ref"] for name, value in variables.items() if name.endswith(suffix)}


def mappings(document: Any) -> Iterator[dict[str, Any]]:
    """This mapping and all within it, however deep."""
    if isinstance(document, dict):
        yield document
    children = document.values() if isinstance(document, dict) else document
    for child in children:
        if isinstance(child, dict | list):
            yield from mappings(child)


def every(document: Any, key: str) -> list[Any]:
    """Each value that stands under this key, however deep."""
    return [mapping[key] for mapping in mappings(document) if key in mapping]


def test_the_functions_are_those_of_the_design_and_the_optional_ones(functions):
    assert set(functions) == set(HANDLERS)


@pytest.mark.parametrize("name", HANDLERS)
def test_a_functions_handler_is_in_its_folder(functions, name):
    assert (ROOT / functions[name]["CodeUri"] / f"{name}.py").is_file()


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_is_given_exactly_what_its_code_reads(functions, name):
    given = set(functions[name]["Environment"]["Variables"])
    assert given - PROVIDERS - {"POWERTOOLS_SERVICE_NAME"} == set(ENVIRONMENT[name]) - PROVIDERS


def test_only_those_who_ask_models_are_told_where_providers_are(functions):
    told = {n for n, f in functions.items() if PROVIDERS & set(f["Environment"]["Variables"])}
    assert told == {"model", "schedule"}


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_may_read_exactly_the_secrets_it_is_told_of(functions, resources, name):
    function = functions[name]
    may = allowed(resources, function, "secretsmanager:GetSecretValue")
    assert may == referenced(function, "_SECRET_ID")


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_is_told_of_the_queues_it_sends_to_and_of_its_own(functions, resources, name):
    function = functions[name]
    sends = allowed(resources, function, "sqs:SendMessage")
    delays = allowed(resources, function, "sqs:ChangeMessageVisibility")
    assert sends | delays == referenced(function, "_QUEUE_URL")
    assert sends & delays == set()


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_may_read_the_table_only_when_it_is_told_of_it(functions, resources, name):
    function = functions[name]
    assert allowed(resources, function, "dynamodb:GetItem") == referenced(function, "_TABLE")


def test_only_who_reads_several_items_at_once_may(functions, resources):
    may = {n for n, f in functions.items() if allowed(resources, f, "dynamodb:BatchGetItem")}
    assert may == {"plan", "static", "report", "analyze"}


@pytest.mark.parametrize("name", CONSUMERS)
@pytest.mark.parametrize("action", CONSUMING)
def test_a_consumer_may_take_from_its_own_queue_only(functions, resources, name, action):
    function = functions[name]
    own = attribute(source(function)["Queue"])
    assert allowed(resources, function, f"sqs:{action}") == {own}


def test_the_last_resort_takes_every_dead_letter_and_nothing_else(functions, resources, queues):
    function = functions["last_resort"]
    events = [event["Properties"] for event in function["Events"].values()]
    """But for uploads: their function tells beside each what became of it, before it dies. And for
    notices: they are sent back when somebody has mended where they go.
    """
    by_hand = {"UploadsDeadLetters", "NotificationsDeadLetters"}
    dead = {name for name in queues if name.endswith("DeadLetters")} - by_hand
    assert {attribute(event["Queue"]) for event in events} == dead
    assert {len(event["FunctionResponseTypes"]) for event in events} == {1}
    assert allowed(resources, function, "sqs:ReceiveMessage") == dead
    assert all(queues[name]["VisibilityTimeout"] >= 6 * function["Timeout"] for name in dead)


def test_the_clock_calls_the_sweep_less_often_than_it_may_run(functions):
    function = functions["sweep"]
    assert source(function)["Schedule"] == "rate(5 minutes)"
    assert function["Timeout"] < 5 * 60
    assert function["EventInvokeConfig"]["MaximumRetryAttempts"] == 0


def test_only_what_the_healer_comes_back_to_is_indexed(resources):
    (index,) = resources["StateTable"]["Properties"]["GlobalSecondaryIndexes"]
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["due", "look_at"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_reports_that_are_put_off_hold_back_nobody_else(functions):
    assert source(functions["report"])["BatchSize"] == 1


@pytest.mark.parametrize("name", CONSUMERS)
def test_no_backlog_takes_the_whole_concurrency_of_the_account(functions, name):
    """A thousand is what Lambda grants; what GitHub delivers must always find a process."""
    most = source(functions[name])["ScalingConfig"]["MaximumConcurrency"]
    assert most == {"Ref": "ModelConcurrency"} or 2 <= most <= 50


@pytest.mark.parametrize("name", ["plan", "static"])
def test_enough_is_in_flight_for_sqs_to_see_who_fills_a_queue(functions, name):
    """It looks at shares once thirty messages of a tenant are in flight."""
    event = source(functions[name])
    assert event["BatchSize"] * event["ScalingConfig"]["MaximumConcurrency"] > 30


@pytest.mark.parametrize(
    ("name", "takes"), [("plan", PLANNING), ("static", ANALYSIS), ("last_resort", REST)]
)
def test_two_messages_find_time_in_an_invocation(functions, name, takes):
    """Then a batch of ten is done before anybody's five attempts are used up."""
    assert 2 * takes <= functions[name].get("Timeout", 60)


def test_only_the_model_stage_lets_a_burst_of_pushes_pass_first(queues):
    delays = {name: queue.get("DelaySeconds", 0) for name, queue in queues.items()}
    assert delays.pop("ModelJobsQueue") == {"Ref": "ModelDelay"}
    assert set(delays.values()) == {0}


def alarms(resources: dict[str, Any]) -> dict[str, Any]:
    found = {n: r for n, r in resources.items() if r["Type"] == "AWS::CloudWatch::Alarm"}
    return {name: resource["Properties"] for name, resource in found.items()}


def test_every_alarm_is_told_to_the_topic_and_has_a_section_in_the_runbook(resources):
    runbook = (ROOT / "docs/runbook.md").read_text("utf-8")
    for name, alarm in alarms(resources).items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        assert f"\n## {name}\n" in runbook


def test_the_alarms_watch_every_function_and_every_queue(functions, resources, queues):
    told = alarms(resources)
    logical = {n for n, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}
    named = {name: every(alarm, "Value") for name, alarm in told.items()}
    own = ("AnalyzeAlarm", "UploadsAlarm", "NotifyAlarm", "ScheduleAlarm")
    optional = {v["Ref"] for n in own for v in named[n] if "Ref" in v} - {"EventBus"}
    for name in ("ErrorsAlarm", "ThrottlesAlarm"):
        assert {v["Ref"] for v in named[name]} | optional == logical
    dead = {name for name in queues if name.endswith("DeadLetters")}
    letters = [v for n in own for v in named[n] if "Fn::GetAtt" in v] + named["DeadLettersAlarm"]
    assert {attribute(v) for v in letters} == dead
    waiting = [v for n in named if n.endswith("WaitingAlarm") for v in named[n]]
    assert {attribute(v) for v in waiting} == set(queues) - dead


@pytest.mark.parametrize("name", CONSUMERS)
def test_one_bad_message_does_not_bring_its_batch_back(functions, name):
    assert source(functions[name])["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(functions, queues, name):
    event = source(functions[name])
    hidden = queues[attribute(event["Queue"])]["VisibilityTimeout"]
    window = event.get("MaximumBatchingWindowInSeconds", 0)
    assert hidden >= 6 * functions[name]["Timeout"] + window


def test_the_webhook_answers_before_github_gives_up(functions):
    assert functions["receive"]["Timeout"] < 10


def test_every_queue_has_dead_letters_of_its_kind_that_are_kept_longer(queues):
    working = {name: q for name, q in queues.items() if not name.endswith("DeadLetters")}
    targets = {n: attribute(q["RedrivePolicy"]["deadLetterTargetArn"]) for n, q in working.items()}
    assert sorted(targets.values()) == sorted(set(queues) - set(working))
    for name, target in targets.items():
        assert queues[target].get("FifoQueue") == queues[name].get("FifoQueue")
        kept, kept_dead = (queues[q]["MessageRetentionPeriod"] for q in (name, target))
        assert kept_dead > kept


def test_every_function_writes_to_a_log_of_its_own_that_ends(functions, resources):
    groups = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions.values()]
    assert len(set(groups)) == len(functions)
    assert all("RetentionInDays" in resources[group]["Properties"] for group in groups)


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_may_write_to_its_own_log_only(functions, resources, name):
    function = functions[name]
    assert allowed(resources, function, "logs:PutLogEvents") == {
        function["LoggingConfig"]["LogGroup"]["Ref"]
    }


@pytest.mark.parametrize("name", HANDLERS)
def test_no_role_allows_all_of_anything(functions, resources, name):
    granted = statements(resources, functions[name])
    assert not [a for s in granted for a in as_list(s["Action"]) if "*" in a]
    assert not [r for s in granted for r in as_list(s["Resource"]) if r == "*"]


def test_only_tracing_is_allowed_everywhere(resources):
    roles = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::IAM::Role"]
    assert [role["ManagedPolicyArns"] for role in roles] == [[{"Ref": "TracingPolicy"}]] * len(
        HANDLERS
    )
    (statement,) = every(resources["TracingPolicy"], "Statement")
    assert {a.partition(":")[0] for s in statement for a in s["Action"]} == {"xray"}


def test_every_parameter_has_a_default_and_none_is_a_secret(template):
    parameters = template["Parameters"].values()
    assert all("Default" in parameter for parameter in parameters)
    assert not every(template["Parameters"], "NoEcho")


def test_queues_and_environments_hold_only_what_a_small_reader_resolves(functions, queues):
    told = [every(functions, "Environment"), queues]
    used = {key for value in mappings(told) for key in value if key.startswith(("Fn::", "Ref"))}
    assert used <= {"Ref", "Fn::GetAtt", "Fn::If", "Fn::Sub"}
    assert all(isinstance(text, str) for text in every(told, "Fn::Sub"))
