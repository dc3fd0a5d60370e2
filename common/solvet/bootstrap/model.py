"""The model worker, wired."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from threading import Lock

from aws_lambda_powertools import Logger

from solvet import wire
from solvet.adapters.aws.answers import DynamoAnswers
from solvet.adapters.aws.askings import DynamoAskings
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.metrics import emit
from solvet.adapters.aws.purse import DynamoPurse
from solvet.adapters.aws.queues import SqsPostponement, SqsReports
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.models.metered import Metered, took
from solvet.adapters.models.single_flight import Flights
from solvet.bootstrap import cloud
from solvet.bootstrap.batches import desk_of
from solvet.bootstrap.books import booked
from solvet.bootstrap.messages import ATTEMPTS, Attempt, Consumer
from solvet.bootstrap.models import ModelConfig, ModelKeys, archived, asked, model_config
from solvet.bootstrap.settings import settings
from solvet.domain.metrics import Outcome
from solvet.domain.policy import Policy
from solvet.domain.scan import Job, Scan
from solvet.errors import BadMessage
from solvet.llm.errors import ModelError
from solvet.llm.exchange import Completion
from solvet.ports.model import Model
from solvet.ports.money import accounts, of_file
from solvet.ports.watch import Suspects
from solvet.services.analyse import Trial, WorkerParts, work
from solvet.services.deaths import unheard

AT_ONCE = 10
"""The template's batch size: every file of a batch is asked about at the same time."""

Models = Callable[[Scan, Policy, str], Model] | None
"""None without a key."""

logger = Logger()


def model_worker(environ: Mapping[str, str]) -> Consumer:
    """What asks a model about a file."""
    names = settings("model", environ)
    config = model_config(environ)
    secrets = cloud.secrets()
    sqs, table = cloud.client("sqs"), cloud.table(names["SOLVET_TABLE"])
    parts = WorkerParts(
        state=DynamoState(table),
        storage=S3Storage(cloud.client("s3"), names["SOLVET_BUCKET"]),
        reports=SqsReports(sqs, names["SOLVET_REPORTS_QUEUE_URL"]),
        booked=booked(table),
        routing=config.routing,
    )
    read = partial(secrets.read, names["SOLVET_MODEL_SECRET_ID"], ModelKeys)
    models_of = _once(lambda keys: _models(config, keys, table))
    askings = DynamoAskings(table, cloud.client("s3"), names["SOLVET_BUCKET"])
    models_of(read())

    def handle(body: str, attempt: Attempt) -> Outcome:
        job, keys = wire.decode(Job, body), read()
        keys = keys if keys.there else read(fresh=True)
        trial = Trial(
            attempt.last,
            attempt.seconds_left,
            again=attempt.alone,
            number=_number(job, attempt),
            pause=attempt.pause,
        )
        desk = desk_of(config, keys, table, askings)
        return Outcome(work(job, replace(parts, models=models_of(keys), desk=desk), trial))

    postpone = SqsPostponement(sqs, names["SOLVET_MODEL_QUEUE_URL"]).postpone
    return Consumer(handle, postpone, AT_ONCE, alone=partial(_is_alone, parts.state))


def _is_alone(suspects: Suspects, body: str, attempt: Attempt) -> bool:
    """What is no job of ours harms nobody: its handling says what it is."""
    try:
        job = wire.decode(Job, body)
    except BadMessage:
        return False
    return unheard(job, _number(job, attempt), suspects)


def _number(job: Job, attempt: Attempt) -> int:
    """Of the attempt, over all lives of the job."""
    return job.redriven * ATTEMPTS + attempt.number


def _once(make: Callable[[ModelKeys], Models]) -> Callable[[ModelKeys], Models]:
    """Makes anew only when the keys were changed; ten threads ask at the same time."""
    made: dict[ModelKeys, Models] = {}
    making = Lock()

    def made_of(keys: ModelKeys) -> Models:
        with making:
            if keys not in made:
                made.clear()
                made[keys] = make(keys)
            return made[keys]

    return made_of


def _models(config: ModelConfig, keys: ModelKeys, table: object) -> Models:
    """What makes the model for one file of a scan, which pays out of that scan's limits."""
    for sentence in config.warnings(keys, _today()):
        logger.warning("model ends", reason=sentence)
    flights = Flights()

    def model(scan: Scan, policy: Policy, path: str) -> Model:
        own = of_file(scan.id, path)
        booked = (*accounts(scan, _today(), config.allowance(policy)), own)
        return asked(
            config,
            keys,
            purse=DynamoPurse(table, scan.installation, booked),
            archive=archived(config, keys, DynamoAnswers(table, scan.installation), own.name),
            tenant=scan.installation,
            flights=flights,
            around=lambda provider: Metered(provider, _count),
        )

    return model if keys.there else None


def _count(outcome: Completion | ModelError) -> None:
    """With the keys of the message that the question was asked for."""
    emit(took(outcome), logger.thread_safe_get_current_keys())


def _today() -> date:
    return datetime.now(UTC).date()
