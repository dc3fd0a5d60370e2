"""The model worker, wired: OpenAI first, Gemini when it fails, none without a key."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from solvet import wire
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsPostponement, SqsReports
from solvet.adapters.aws.state import DynamoState
from solvet.bootstrap import cloud
from solvet.bootstrap.messages import Consumer
from solvet.bootstrap.settings import settings
from solvet.domain.scan import Job
from solvet.ports.model import Model
from solvet.services.analyse import WorkerParts, work

AT_ONCE = 10
"""The template's batch size: every file of a batch is asked about at the same time."""


@dataclass(frozen=True, slots=True)
class ModelKeys:
    """Either may be empty; without any the model stage says that it has no key."""

    openai_api_key: str = field(default="", repr=False)
    gemini_api_key: str = field(default="", repr=False)


def model_worker(environ: Mapping[str, str]) -> Consumer:
    """What asks a model about a file."""
    config = settings("model", environ)
    keys = cloud.secrets().read(config["SOLVET_MODEL_SECRET_ID"], ModelKeys)
    sqs = cloud.client("sqs")
    parts = WorkerParts(
        state=DynamoState(cloud.table(config["SOLVET_TABLE"])),
        storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
        reports=SqsReports(sqs, config["SOLVET_REPORTS_QUEUE_URL"]),
        model=model(config, keys),
    )
    return Consumer(
        handle=lambda body, attempt: work(wire.decode(Job, body), parts, last_attempt=attempt.last),
        postpone=SqsPostponement(sqs, config["SOLVET_MODEL_QUEUE_URL"]).postpone,
        at_once=AT_ONCE,
    )


def model(config: Mapping[str, str], keys: ModelKeys) -> Model | None:
    """The models there are keys for; a provider's SDK is imported only when it is one of them."""
    first, second = _openai(config, keys), _gemini(config, keys)
    if first is None or second is None:
        return first or second
    from solvet.adapters.models.fallback import FallbackModel

    return FallbackModel(first, second)


def _openai(config: Mapping[str, str], keys: ModelKeys) -> Model | None:
    if not keys.openai_api_key:
        return None
    from solvet.adapters.models.openai import DEFAULT_MODEL, OpenAIModel

    name = config["SOLVET_OPENAI_MODEL"] or DEFAULT_MODEL
    return OpenAIModel(keys.openai_api_key, name, base_url=config["OPENAI_BASE_URL"] or None)


def _gemini(config: Mapping[str, str], keys: ModelKeys) -> Model | None:
    if not keys.gemini_api_key:
        return None
    from solvet.adapters.models.gemini import DEFAULT_MODEL, GeminiModel

    name = config["SOLVET_GEMINI_MODEL"] or DEFAULT_MODEL
    return GeminiModel(keys.gemini_api_key, name, base_url=config["GEMINI_BASE_URL"] or None)
