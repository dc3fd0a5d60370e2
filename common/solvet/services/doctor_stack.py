"""doctor: the stack's functions, queues, table, bucket and alarms."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from solvet.domain.health import Finding, State
from solvet.errors import Gone
from solvet.ports.stack import FunctionFacts, Inspection, QueueFacts, StackFacts
from solvet.services.doctor import Check

OLD, FAR_TOO_OLD = 600, 3_600
"""Seconds that a message may wait before it is worth a word, and before something is wrong."""
DEAD_TOO_LONG = 900
"""The last resort takes dead letters within seconds, and again every six minutes."""
LEFT_TO_PEOPLE = {"UploadsDeadLetters": "UploadsAlarm", "NotificationsDeadLetters": "NotifyAlarm"}
"""Dead letters that no function reads, and the page of the runbook that says what to do."""
FUNCTION, QUEUE = "AWS::Lambda::Function", "AWS::SQS::Queue"
TABLE, BUCKET = "AWS::DynamoDB::Table", "AWS::S3::Bucket"
RUNBOOK = "docs/runbook.md says what to look at"
DEPLOY = "Deploy again, and read what CloudFormation says"


def stack_checks(inspection: Inspection, stack: StackFacts) -> tuple[Check, ...]:
    """All that AWS says of the stack."""
    return (
        Check("stack", lambda: _stack(stack)),
        Check("functions", lambda: _functions(inspection, stack)),
        Check("queues", lambda: _queues(inspection, stack)),
        Check("table", lambda: _table(inspection, stack)),
        Check("bucket", lambda: _bucket(inspection, stack)),
        Check("alarms", lambda: _alarms(inspection.alarms(f"{stack.name}-"))),
    )


def is_dead_letters(name: str) -> bool:
    """By the template's names."""
    return name.endswith("DeadLetters")


def _stack(stack: StackFacts) -> Iterator[Finding]:
    since = f"{stack.changed.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    said = f"{stack.name} is {stack.status} since {since}"
    if stack.status.endswith("_IN_PROGRESS"):
        yield Finding("stack", State.WARNING, said, "Wait until it is deployed, and look again")
    elif stack.status.endswith("_COMPLETE") and "ROLLBACK" not in stack.status:
        yield Finding("stack", State.OK, said)
    elif stack.status == "UPDATE_ROLLBACK_COMPLETE":
        yield Finding("stack", State.WARNING, f"{said}: the last update failed", DEPLOY)
    else:
        yield Finding("stack", State.PROBLEM, said, DEPLOY)


def _functions(inspection: Inspection, stack: StackFacts) -> Iterator[Finding]:
    ids = stack.ids(FUNCTION)
    if not ids:
        yield Finding("functions", State.PROBLEM, "the stack has none", DEPLOY)
        return
    facts = [inspection.function(name, id_) for name, id_ in ids.items()]
    broken = [said for each in facts if (said := _broken(each))]
    if broken:
        said = f"{len(broken)} of {len(facts)} are not ready"
        yield Finding("functions", State.PROBLEM, said, DEPLOY, tuple(broken))
    else:
        runtimes = ", ".join(sorted({each.runtime for each in facts}))
        yield Finding("functions", State.OK, f"{len(facts)} are ready, on {runtimes}")


def _broken(function: FunctionFacts) -> str:
    """Lambda calls an idle function Inactive and wakes it when it is called."""
    if function.state not in {"Active", "Inactive", ""}:
        return f"{function.name} is {function.state}"
    if function.update == "Failed":
        return f"the last update of {function.name} failed"
    return ""


def _queues(inspection: Inspection, stack: StackFacts) -> Iterator[Finding]:
    ids = stack.ids(QUEUE)
    if not ids:
        yield Finding("queues", State.PROBLEM, "the stack has none", DEPLOY)
        return
    queues = [inspection.queue(name, url) for name, url in ids.items()]
    found = [finding for queue in queues for finding in _of_queue(queue)]
    yield from found or [Finding("queues", State.OK, _calm(queues))]


def _calm(queues: Iterable[QueueFacts]) -> str:
    work = sum(queue.waiting + queue.in_hand for queue in queues)
    busy = f"{work:,} messages are worked on" if work else "nothing waits"
    return f"{busy}, no dead letters, and every queue has its reader"


def _of_queue(queue: QueueFacts) -> Iterator[Finding]:
    if "Enabled" not in queue.readers and queue.name not in LEFT_TO_PEOPLE:
        said = f"nothing takes messages from {queue.name}{_states(queue)}"
        yield Finding("queues", State.PROBLEM, said, "Enable its event source, or deploy again")
    if not queue.waiting and not queue.in_hand:
        return
    yield from _dead(queue) if is_dead_letters(queue.name) else _waiting(queue)


def _states(queue: QueueFacts) -> str:
    return f" (its event source is {', '.join(queue.readers)})" if queue.readers else ""


def _dead(queue: QueueFacts) -> Iterator[Finding]:
    said = f"{queue.waiting + queue.in_hand:,} dead letters in {queue.name}, {aged(queue.oldest)}"
    long = queue.oldest is not None and queue.oldest > DEAD_TOO_LONG
    mend = f"They should be gone within minutes; under DeadLettersAlarm {RUNBOOK}"
    if alarm := LEFT_TO_PEOPLE.get(queue.name):
        mend = f"They wait for you; under {alarm} {RUNBOOK}"
    yield Finding("dead letters", State.PROBLEM if long else State.WARNING, said, mend)


def _waiting(queue: QueueFacts) -> Iterator[Finding]:
    said = f"{queue.waiting:,} messages wait in {queue.name}, {aged(queue.oldest)}"
    mend = f"Under WaitingAlarm {RUNBOOK}"
    if queue.oldest is None:
        if queue.waiting:
            yield Finding("queues", State.UNKNOWN, said, "CloudWatch is minutes late: look again")
    elif queue.oldest > OLD:
        state = State.PROBLEM if queue.oldest > FAR_TOO_OLD else State.WARNING
        yield Finding("queues", state, said, mend)


def aged(seconds: int | None) -> str:
    """`the oldest for 3 min`."""
    return "for how long is not known" if seconds is None else f"the oldest for {span(seconds)}"


def span(seconds: int) -> str:
    """`42 s`, `3 min`, `2 h`, `4 days`."""
    for size, word in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}"
    return f"{seconds} s"


def _table(inspection: Inspection, stack: StackFacts) -> Iterator[Finding]:
    for name, id_ in stack.ids(TABLE).items():
        status = inspection.table_status(id_)
        state = State.OK if status == "ACTIVE" else State.PROBLEM
        yield Finding("table", state, f"{name} is {status}", "" if state is State.OK else DEPLOY)


def _bucket(inspection: Inspection, stack: StackFacts) -> Iterator[Finding]:
    for name, id_ in stack.ids(BUCKET).items():
        try:
            inspection.find_bucket(id_)
        except Gone:
            yield Finding("bucket", State.PROBLEM, f"{name} ({id_}) is not there", DEPLOY)
        else:
            yield Finding("bucket", State.OK, f"{name} is there")


def _alarms(raised: tuple[str, ...]) -> Iterator[Finding]:
    if not raised:
        yield Finding("alarms", State.OK, "none is raised")
    for name in raised:
        yield Finding("alarms", State.PROBLEM, f"{name} is raised", RUNBOOK)
