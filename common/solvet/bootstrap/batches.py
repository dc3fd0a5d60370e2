"""Asking in batches, wired: OpenAI's, and nobody else's.

What a batch answers goes the way of every answer, from the checks to the archive; only who is asked
is somebody who has spoken already:

    answers given before > failures that were paid for > counted > checked > what was said
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from math import ceil
from time import time
from typing import Any

from solvet.adapters.aws.answers import DynamoAnswers
from solvet.adapters.aws.askings import DynamoAskings
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.metrics import emit
from solvet.adapters.aws.purse import DynamoPurse
from solvet.adapters.aws.queues import SqsJobs
from solvet.adapters.memory.purse import MemoryPurse
from solvet.adapters.models.awaited import Awaited
from solvet.adapters.models.budgeted import Budgeted
from solvet.adapters.models.cached import Cached
from solvet.adapters.models.checked import Checked
from solvet.adapters.models.metered import Metered, took
from solvet.adapters.models.remembered import Remembered
from solvet.adapters.models.replayed import Replayed
from solvet.bootstrap import cloud
from solvet.bootstrap.models import (
    DEADLINE,
    ModelConfig,
    ModelKeys,
    Provider,
    archived,
    check_readable,
    model_config,
)
from solvet.domain.policy import Policy
from solvet.domain.scan import Scan
from solvet.llm.catalogue import catalogue, offer, succession
from solvet.llm.errors import ModelError
from solvet.llm.estimate import ceiling
from solvet.llm.exchange import Completion, ModelRequest, Tier
from solvet.ports.askings import Askings, Posed
from solvet.ports.batches import Batches, Spoken
from solvet.ports.money import Account, accounts, of_file
from solvet.ports.state import State
from solvet.services.batches.desk import Desk
from solvet.services.batches.parts import BatchParts
from solvet.services.batches.polling import ask_in_batches
from solvet.services.healer import Deed

PROVIDER: Provider = "openai"


def desk_of(config: ModelConfig, keys: ModelKeys, table: object, askings: Askings) -> Desk:
    """Where the model worker leaves what scheduled reviews ask."""

    def model(scan: Scan, path: str, closed: str) -> Awaited:
        answers = DynamoAnswers(table, scan.installation)
        payer = of_file(scan.id, path).name
        return Awaited(archived(config, keys, answers, payer), PROVIDER, closed)

    return Desk(askings=askings, model=model, now=time)


def batcher(
    config: Mapping[str, str], environ: Mapping[str, str], state: State
) -> Callable[[Callable[[], float]], Iterator[Deed]]:
    """What sends questions in batches and looks after them; `config` are the timetable's."""
    models, table = model_config(environ), cloud.table(config["SOLVET_TABLE"])
    s3, bucket = cloud.client("s3"), config["SOLVET_BUCKET"]
    read = partial(cloud.secrets().read, config["SOLVET_MODEL_SECRET_ID"], ModelKeys)

    def house() -> OpenAIHouse | None:
        keys = read()
        return OpenAIHouse(models, keys, table) if keys.openai_api_key else None

    def purse(scan: Scan, policy: Policy) -> DynamoPurse:
        booked = accounts(scan, _today(), models.allowance(policy))
        return DynamoPurse(table, scan.installation, booked)

    def run(seconds_left: Callable[[], float]) -> Iterator[Deed]:
        parts = BatchParts(
            askings=DynamoAskings(table, s3, bucket),
            state=state,
            storage=S3Storage(s3, bucket),
            jobs=SqsJobs(cloud.client("sqs"), config["SOLVET_MODEL_QUEUE_URL"]),
            house=house,
            purse=purse,
            now=lambda: datetime.now(UTC),
            seconds_left=seconds_left,
        )
        return ask_in_batches(parts)

    return run


@dataclass(frozen=True, slots=True)
class OpenAIHouse:
    """The models that there is a key for, asked by batches, and the installations' archives."""

    config: ModelConfig
    keys: ModelKeys
    table: Any

    @property
    def models(self) -> Mapping[Tier, str]:
        """The first of each tier's succession that has not ended."""
        names = {tier: succession(self.config.names[PROVIDER, tier]) for tier in Tier}
        return {tier: next(filter(_offered, each), each[-1]) for tier, each in names.items()}

    def batches(self, model: str) -> Batches:
        from solvet.adapters.models.openai import OpenAIModel
        from solvet.adapters.models.openai_account import Account as OpenAIAccount
        from solvet.adapters.models.openai_batches import OpenAIBatches

        key, url = self.keys.openai_api_key, self.config.urls[PROVIDER] or None
        asked = OpenAIModel(key, model, base_url=url, deadline_seconds=DEADLINE)
        return OpenAIBatches(OpenAIAccount.at(key, url), asked)

    def known(self, scan: Scan, posed: Posed) -> bool:
        archive = archived(self.config, self.keys, DynamoAnswers(self.table, scan.installation), "")
        request = posed.request
        return bool(archive.find(request) or archive.failure(request, PROVIDER))

    def ceiling(self, model: str, request: ModelRequest) -> int:
        return ceil(ceiling(model, request) * catalogue().batch)

    def take(self, scan: Scan, model: str, posed: Posed, spoken: Spoken) -> int:
        account = Account(name="answer", purpose="this answer", limit=None)
        purse = MemoryPurse([account])
        outcome = _paid(spoken, posed.request, model, purse)
        payer = of_file(scan.id, posed.path).name
        answers = DynamoAnswers(self.table, scan.installation)
        archive = archived(self.config, self.keys, answers, payer)
        said = Metered(Checked(Replayed(outcome), check_readable), partial(_count, scan))
        with suppress(ModelError):
            Cached(Remembered(said, PROVIDER, archive), archive).complete(posed.request)
        return purse.spent(account)


def _paid(spoken: Spoken, request: ModelRequest, model: str, purse: MemoryPurse) -> Spoken:
    """What was said at what it costs; where nobody tells that, at the most it can cost."""
    try:
        return Budgeted(Replayed(spoken), model, purse, catalogue().batch).complete(request)
    except ModelError as error:
        return error


def _offered(model: str) -> bool:
    known = offer(model)
    return known is None or not known.gone(_today())


def _count(scan: Scan, outcome: Completion | ModelError) -> None:
    emit(took(outcome), {"installation": scan.installation, "scan": scan.id})


def _today() -> date:
    return datetime.now(UTC).date()
