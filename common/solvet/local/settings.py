"""The settings of `solvet local`: one table, from the environment and what `solvet setup` stored.

All mistakes are told at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from solvet.adapters.files.credentials import Credentials, CredentialsFile, place
from solvet.bootstrap.models import DEFAULTS
from solvet.bootstrap.settings import LOOKS_OFF_BECAUSE, MODEL_SETTINGS
from solvet.domain.addresses import problem_of
from solvet.domain.outward import problem_of_webhook
from solvet.domain.timetable import Period
from solvet.errors import ConfigError

PORTS = range(65_536)
KEY_FILE = "SOLVET_GITHUB_PRIVATE_KEY_FILE"
OF_THE_APP = {
    "SOLVET_GITHUB_APP_ID": "app-id",
    KEY_FILE: "private-key",
    "SOLVET_WEBHOOK_SECRET": "webhook-secret",
    "SOLVET_WEBHOOK_SECRET_PREVIOUS": "webhook-secret-previous",
}
STORED = {
    **{name: kind for name, kind in OF_THE_APP.items() if name != KEY_FILE},
    "OPENAI_API_KEY": "openai-key",
    "GEMINI_API_KEY": "gemini-key",
}
"""Variables whose values may be stored instead, by the names that `solvet secrets` has for them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: what it means, and what it is when it is not set (None: it must be)."""

    name: str
    meaning: str
    default: str | None = ""


def _of_models(name: str, meaning: str) -> Setting:
    return Setting(name, meaning, DEFAULTS[name])


SETTINGS = (
    Setting("SOLVET_GITHUB_APP_ID", "the App's id, or its client id", None),
    Setting("SOLVET_GITHUB_PRIVATE_KEY_FILE", "path of the App's private key (PEM)", None),
    Setting("SOLVET_WEBHOOK_SECRET", "the App's webhook secret", None),
    Setting("SOLVET_WEBHOOK_SECRET_PREVIOUS", "a second secret, while they are rotated"),
    Setting("SOLVET_CREDENTIALS_FILE", "where `solvet setup --local` stores what it is given"),
    Setting("SOLVET_GITHUB_API_URL", "base URL of GitHub's REST API", "https://api.github.com"),
    Setting("SOLVET_HOST", "address to listen on", "127.0.0.1"),
    Setting("SOLVET_PORT", "port of /webhook and /health; 0 takes a free one", "8080"),
    Setting("SOLVET_API_TOKEN", "bearer token for POST /analyze; without one there is no API"),
    Setting("SOLVET_MODELS", "auto asks whichever model has a key; off asks none", "auto"),
    Setting("OPENAI_API_KEY", "key for OpenAI, asked first"),
    Setting("OPENAI_BASE_URL", "anything else that speaks OpenAI's protocol"),
    _of_models("SOLVET_OPENAI_MODEL", "model to ask there"),
    _of_models("SOLVET_OPENAI_STRONG_MODEL", "model for risky changes there"),
    Setting("GEMINI_API_KEY", "key for Gemini, asked when OpenAI fails"),
    Setting("GEMINI_BASE_URL", "anything else that speaks Gemini's protocol"),
    _of_models("SOLVET_GEMINI_MODEL", "model to ask there"),
    _of_models("SOLVET_GEMINI_STRONG_MODEL", "model for risky changes there"),
    Setting("SOLVET_STRONG_FROM", "points of risk that make a change risky (docs/models.md)"),
    _of_models("SOLVET_SCAN_BUDGET", "dollars for models, of one scan"),
    _of_models("SOLVET_MONTH_BUDGET", "dollars for models, of one repository in a month"),
    Setting("SOLVET_NOTIFY_WEBHOOK_URL", "a Slack-compatible webhook that is told what is new"),
    Setting("SOLVET_SCHEDULE", "nightly or weekly looks at whole default branches", "off"),
    Setting("SOLVET_SCHEDULE_MODELS", "batch asks OpenAI about them, at half the price", "off"),
    Setting("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", "INFO"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSettings:
    """What a local stack runs with. Secrets are not shown."""

    app_id: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    previous_secret: str = field(default="", repr=False)
    api_url: str = "https://api.github.com"
    host: str = "127.0.0.1"
    port: int = 8080
    api_token: str = field(default="", repr=False)
    models: str = "auto"
    openai_key: str = field(default="", repr=False)
    gemini_key: str = field(default="", repr=False)
    model_settings: Mapping[str, str] = field(default_factory=dict)
    notify_url: str = field(default="", repr=False)
    schedule: str = "off"
    schedule_models: str = "off"
    log_level: str = "INFO"

    @property
    def asks_models(self) -> bool:
        return self.models == "auto" and bool(self.openai_key or self.gemini_key)

    @property
    def secrets(self) -> dict[str, dict[str, str]]:
        """What goes into Secrets Manager, by the template's logical names."""
        return {
            "WebhookSecret": {"current": self.webhook_secret, "previous": self.previous_secret},
            "AppSecret": {"app_id": self.app_id, "private_key": self.private_key},
            "ModelSecret": {
                "openai_api_key": self.openai_key,
                "gemini_api_key": self.gemini_key,
            },
            "NotifySecret": {"webhook_url": self.notify_url},
        }

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters that are not at their defaults; a chat is told everything."""
        told = {"Events": "notify", "NotifyScope": "everything"} if self.notify_url else {}
        timetable = {"Schedule": self.schedule, "ScheduleModels": self.schedule_models}
        return {**timetable, **told}

    @property
    def callers(self) -> dict[str, str]:
        """Who may call the analysis API, by their tokens."""
        return {self.api_token: "local"} if self.api_token else {}

    @property
    def variables(self) -> dict[str, str]:
        """What replaces the template's own values in the functions' environments."""
        off = "off" if self.models == "off" else "no-key"
        return {
            "SOLVET_GITHUB_API_URL": self.api_url,
            "SOLVET_MODELS": "auto" if self.asks_models else off,
            **{name: self.model_settings.get(name, "") for name in MODEL_SETTINGS},
        }


def local_settings(environ: Mapping[str, str]) -> LocalSettings:
    """The settings, or ConfigError with everything that is missing or wrong."""
    kept, unread = _kept(environ)
    values = _values(environ, kept)
    key, problems = _key(values[KEY_FILE]) if values[KEY_FILE] else (kept.get("private-key"), [])
    known = values | {KEY_FILE: key or values[KEY_FILE]}
    missing = [s for s in SETTINGS if s.default is None and not known[s.name]]
    problems = unread + [f"{s.name} is not set ({s.meaning})" for s in missing] + problems
    problems += _mistakes(values)
    if problems:
        raise ConfigError(problems)
    return LocalSettings(
        app_id=values["SOLVET_GITHUB_APP_ID"],
        private_key=key,
        webhook_secret=values["SOLVET_WEBHOOK_SECRET"],
        previous_secret=values["SOLVET_WEBHOOK_SECRET_PREVIOUS"],
        api_url=values["SOLVET_GITHUB_API_URL"].rstrip("/"),
        host=values["SOLVET_HOST"],
        port=int(values["SOLVET_PORT"]),
        api_token=values["SOLVET_API_TOKEN"],
        models=values["SOLVET_MODELS"],
        openai_key=values["OPENAI_API_KEY"],
        gemini_key=values["GEMINI_API_KEY"],
        model_settings={name: values[name] for name in MODEL_SETTINGS},
        notify_url=values["SOLVET_NOTIFY_WEBHOOK_URL"],
        schedule=values["SOLVET_SCHEDULE"],
        schedule_models=values["SOLVET_SCHEDULE_MODELS"],
        log_level=values["LOG_LEVEL"].upper(),
    )


def address(environ: Mapping[str, str]) -> tuple[str, int]:
    """Which GitHub, and the port to listen on; ConfigError when something is wrong."""
    values = _values(environ, Credentials())
    if problems := _mistakes(values):
        raise ConfigError(problems)
    return values["SOLVET_GITHUB_API_URL"].rstrip("/"), int(values["SOLVET_PORT"])


def _kept(environ: Mapping[str, str]) -> tuple[Credentials, list[str]]:
    """What `solvet setup` and `solvet secrets` have stored. An App of the environment is whole."""
    path = place(environ)
    try:
        kept = CredentialsFile(path).read() if path else Credentials()
    except ConfigError as error:
        return Credentials(), error.problems
    if any(environ.get(name, "").strip() for name in OF_THE_APP):
        return kept.without(OF_THE_APP.values()), []
    return kept, []


def _values(environ: Mapping[str, str], kept: Credentials) -> dict[str, str]:
    stored = {name: kept.get(kind) for name, kind in STORED.items()}
    stored["SOLVET_GITHUB_API_URL"] = kept.api_url
    return {
        s.name: environ.get(s.name, "").strip() or stored.get(s.name, "") or s.default or ""
        for s in SETTINGS
    }


def _key(path: str) -> tuple[str, list[str]]:
    try:
        text = Path(path).expanduser().read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return "", [f"SOLVET_GITHUB_PRIVATE_KEY_FILE cannot be read ({error})"]
    try:
        load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "", ["SOLVET_GITHUB_PRIVATE_KEY_FILE holds no private key in PEM"]
    return text, []


def _mistakes(values: Mapping[str, str]) -> list[str]:
    problems = []
    port = values["SOLVET_PORT"]
    if not port.isdigit() or int(port) not in PORTS:
        problems.append(f"SOLVET_PORT is no port: {port!r}")
    if values["SOLVET_MODELS"] not in {"auto", "off"}:
        problems.append("SOLVET_MODELS is neither 'auto' nor 'off'")
    if values["SOLVET_SCHEDULE"] not in {"off", *Period}:
        problems.append("SOLVET_SCHEDULE is none of off, nightly, weekly")
    if values["SOLVET_SCHEDULE_MODELS"] not in LOOKS_OFF_BECAUSE:
        problems.append("SOLVET_SCHEDULE_MODELS is neither off nor batch")
    webhook = values["SOLVET_NOTIFY_WEBHOOK_URL"]
    if webhook and (problem := problem_of_webhook(webhook)):
        problems.append(f"SOLVET_NOTIFY_WEBHOOK_URL is {problem}")
    if values["LOG_LEVEL"].upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        problems.append("LOG_LEVEL is none of DEBUG, INFO, WARNING, ERROR")
    urls = ("SOLVET_GITHUB_API_URL", "OPENAI_BASE_URL", "GEMINI_BASE_URL")
    wrong = {name: problem_of(values[name]) for name in urls if values[name]}
    return problems + [f"{name} is {problem}" for name, problem in wrong.items() if problem]
