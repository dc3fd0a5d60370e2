"""Who answers a scan's questions: the providers there is a key for, or a recording."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from solvet.adapters.memory.answers import MemoryAnswers
from solvet.adapters.memory.purse import MemoryPurse
from solvet.adapters.models.archive import Archive, reused
from solvet.adapters.models.recording import Recorder, Replayer
from solvet.adapters.models.single_flight import Flights
from solvet.bootstrap.models import ModelConfig, ModelKeys, archived, asked, model_config
from solvet.cli.answers import KeptAnswers, cache_folder, sweep
from solvet.llm.errors import ModelError, NotRecorded
from solvet.llm.exchange import Completion, ModelRequest, Tier
from solvet.llm.routing import RoutingRule
from solvet.ports.answers import Answers
from solvet.ports.model import Model
from solvet.ports.money import of_scan, tightest

_NO_KEY = (
    "--models {mode} needs OPENAI_API_KEY or GEMINI_API_KEY in the environment (any value will do "
    "for a server at OPENAI_BASE_URL that wants none). Without a key, leave --models away for a "
    "static review, or repeat a recorded one with --models replay."
)
_NO_RECORDING = (
    "There is no recording in {folder}. Make one with: solvet scan --models record "
    "--recording {folder} PATH..."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line says of models: `mode` is auto, record or replay.

    `budget` is in dollars, None is what the settings say and `ceiling`, the policy's, allows.
    """

    mode: str
    recording: Path
    budget: float | None = None
    ceiling: float | None = None
    cache: bool = True


class Once:
    """Asks `model` each question once: an equal one gets the same answer, or the same error.

    Equal questions have to come one after the other.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._outcomes: dict[str, Completion | ModelError] = {}

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        match self._outcomes.get(request.identity):
            case Completion() as answer:
                return reused(answer)
            case ModelError() as error:
                raise type(error)(error.reason, after=error.after)
        return self._ask(request)

    @property
    def unrecorded(self) -> int:
        """How many questions a recording had no answer to."""
        return sum(isinstance(outcome, NotRecorded) for outcome in self._outcomes.values())

    def _ask(self, request: ModelRequest) -> Completion:
        try:
            answer = self._model.complete(request)
        except ModelError as error:
            self._outcomes[request.identity] = error
            raise
        self._outcomes[request.identity] = replace(answer, lines=answer.lines or request.lines)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a scan asks. `budget` is in dollars; `replays` is the recording that answers, if any.

    `warnings` are sentences about models that end.
    """

    model: Once
    archive: Archive
    rule: RoutingRule
    names: Mapping[Tier, str]
    budget: float
    replays: Path | None = None
    warnings: tuple[str, ...] = ()

    @property
    def unkept(self) -> str:
        """Where and why answers could not be kept for the next scan, if they could not."""
        answers = self.archive.answers
        if not isinstance(answers, KeptAnswers) or not answers.trouble:
            return ""
        return f"{answers.folder} ({answers.trouble})"


def asking(wish: Wish, environ: Mapping[str, str]) -> Asking:
    """Who answers. Raises UsageError when nobody can, ConfigError for settings that are wrong."""
    config = model_config(environ)
    keys = ModelKeys(_key("OPENAI_API_KEY", environ), _key("GEMINI_API_KEY", environ))
    _check(wish, keys)
    archive = archived(config, keys, _answers(wish, environ), payer=uuid4().hex)
    budget = _budget(wish, config)
    return Asking(
        model=Once(_model(wish, config, keys, archive, budget)),
        archive=archive,
        rule=config.routing,
        names=config.named(keys),
        budget=budget,
        replays=wish.recording if wish.mode == "replay" else None,
        warnings=() if wish.mode == "replay" else config.warnings(keys, datetime.now(UTC).date()),
    )


def _budget(wish: Wish, config: ModelConfig) -> float:
    if wish.budget is not None:
        return wish.budget
    limits = (config.scan_budget, wish.ceiling)
    return min(limit for limit in limits if limit is not None)


def _check(wish: Wish, keys: ModelKeys) -> None:
    if wish.mode != "replay" and not keys.there:
        raise click.UsageError(_NO_KEY.format(mode=wish.mode))
    if wish.mode == "replay" and not wish.recording.is_dir():
        raise click.UsageError(_NO_RECORDING.format(folder=wish.recording))


def _key(name: str, environ: Mapping[str, str]) -> str:
    return environ.get(name, "").strip()


def _model(
    wish: Wish, config: ModelConfig, keys: ModelKeys, archive: Archive, budget: float
) -> Model:
    if wish.mode == "replay":
        return Replayer(wish.recording)
    purse = MemoryPurse((of_scan("local", tightest(budget)),))
    model = asked(config, keys, purse=purse, archive=archive, tenant=0, flights=Flights())
    return Recorder(model, wish.recording) if wish.mode == "record" else model


def _answers(wish: Wish, environ: Mapping[str, str]) -> Answers:
    if wish.mode == "replay" or not wish.cache:
        return MemoryAnswers()
    folder = cache_folder(environ) / "answers"
    sweep(folder)
    return KeptAnswers(folder)
