"""The timetable, wired, and the batches of what it has looked at."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from solvet.adapters.aws.queues import SqsIntake
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.github.installed import GitHubInstallations
from solvet.bootstrap import cloud
from solvet.bootstrap.github import connector
from solvet.bootstrap.settings import settings
from solvet.domain.timetable import Period
from solvet.errors import ConfigError
from solvet.ports.state import State
from solvet.services.healer import Deed
from solvet.services.scheduling import TimetableParts, keep_time


def timetable(
    environ: Mapping[str, str],
) -> Callable[[Callable[[], float]], Iterator[Deed]]:
    """What hands out default branches, and asks about them in batches; takes what tells the seconds
    that are left.
    """
    config = settings("schedule", environ)
    if config["SOLVET_SCHEDULE"] not in set(Period):
        raise ConfigError(["SOLVET_SCHEDULE is neither nightly nor weekly"])
    state = DynamoState(cloud.table(config["SOLVET_TABLE"]))
    intake = SqsIntake(cloud.client("sqs"), config["SOLVET_INTAKE_QUEUE_URL"])
    connect = connector(
        cloud.secrets(), config["SOLVET_APP_SECRET_ID"], config["SOLVET_GITHUB_API_URL"]
    )
    installations = GitHubInstallations(
        lambda: connect().as_app(), lambda installation: connect().as_installation(installation)
    )

    batches = _batches(config, environ, state)

    def run(seconds_left: Callable[[], float]) -> Iterator[Deed]:
        parts = TimetableParts(
            period=Period(config["SOLVET_SCHEDULE"]),
            installations=installations,
            timetable=state,
            watch=state,
            limits=state,
            intake=intake,
            waiting=intake.waiting,
            now=lambda: datetime.now(UTC),
            seconds_left=seconds_left,
        )
        yield from keep_time(parts)
        if batches is not None:
            yield from batches(seconds_left)

    return run


def _batches(
    config: Mapping[str, str], environ: Mapping[str, str], state: State
) -> Callable[[Callable[[], float]], Iterator[Deed]] | None:
    """Loaded where models are asked: nobody else pays for it at each start."""
    if config["SOLVET_SCHEDULE_MODELS"] != "batch":
        return None
    from solvet.bootstrap.batches import batcher

    return batcher(config, environ, state)
