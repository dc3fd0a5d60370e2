"""Settings: nothing but this room reads the environment, and it names every mistake at once."""

from collections.abc import Mapping

from solvet.domain.addresses import problem_of
from solvet.errors import ConfigError

MODEL_SETTINGS = (
    "SOLVET_OPENAI_MODEL",
    "SOLVET_OPENAI_STRONG_MODEL",
    "SOLVET_GEMINI_MODEL",
    "SOLVET_GEMINI_STRONG_MODEL",
    "SOLVET_STRONG_FROM",
    "SOLVET_SCAN_BUDGET",
    "SOLVET_MONTH_BUDGET",
    "OPENAI_BASE_URL",
    "GEMINI_BASE_URL",
)
"""What there is to say of models, wherever they are asked; each has a default of its own."""

EVENT_SETTINGS = ("SOLVET_EVENTS", "SOLVET_EVENT_BUS")
"""Whether the outside is told, and on which bus."""

ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "notify": (
        "SOLVET_TABLE",
        "SOLVET_NOTIFICATIONS_QUEUE_URL",
        "SOLVET_NOTIFY_SECRET_ID",
        "SOLVET_NOTIFY_TOPIC",
        "SOLVET_NOTIFY_SEVERITY",
        "SOLVET_NOTIFY_SCOPE",
        "SOLVET_NOTIFY_WEEKLY",
    ),
    "schedule": (
        "SOLVET_TABLE",
        "SOLVET_INTAKE_QUEUE_URL",
        "SOLVET_APP_SECRET_ID",
        "SOLVET_GITHUB_API_URL",
        "SOLVET_SCHEDULE",
        "SOLVET_SCHEDULE_MODELS",
        "SOLVET_BUCKET",
        "SOLVET_MODEL_QUEUE_URL",
        "SOLVET_MODEL_SECRET_ID",
        *MODEL_SETTINGS,
    ),
    "receive": ("SOLVET_INTAKE_QUEUE_URL", "SOLVET_WEBHOOK_SECRET_ID"),
    "setup": (
        "SOLVET_TABLE",
        "SOLVET_APP_SECRET_ARN",
        "SOLVET_WEBHOOK_SECRET_ARN",
        "SOLVET_MODEL_SECRET_ARN",
        "SOLVET_GITHUB_API_URL",
        "SOLVET_MODELS",
    ),
    "plan": (
        "SOLVET_TABLE",
        "SOLVET_BUCKET",
        "SOLVET_INTAKE_QUEUE_URL",
        "SOLVET_STATIC_QUEUE_URL",
        "SOLVET_REPORTS_QUEUE_URL",
        "SOLVET_APP_SECRET_ID",
        "SOLVET_GITHUB_API_URL",
        "SOLVET_MODELS",
        "SOLVET_SCHEDULE_MODELS",
    ),
    "static": (
        "SOLVET_TABLE",
        "SOLVET_BUCKET",
        "SOLVET_STATIC_QUEUE_URL",
        "SOLVET_MODEL_QUEUE_URL",
        "SOLVET_REPORTS_QUEUE_URL",
    ),
    "model": (
        "SOLVET_TABLE",
        "SOLVET_BUCKET",
        "SOLVET_MODEL_QUEUE_URL",
        "SOLVET_REPORTS_QUEUE_URL",
        "SOLVET_MODEL_SECRET_ID",
        *MODEL_SETTINGS,
    ),
    "report": (
        *EVENT_SETTINGS,
        "SOLVET_TABLE",
        "SOLVET_BUCKET",
        "SOLVET_REPORTS_QUEUE_URL",
        "SOLVET_APP_SECRET_ID",
        "SOLVET_GITHUB_API_URL",
        "SOLVET_UPLOAD_BUCKET",
    ),
    "analyze": (
        "SOLVET_TABLE",
        "SOLVET_BUCKET",
        "SOLVET_STATIC_QUEUE_URL",
        "SOLVET_MODEL_QUEUE_URL",
        "SOLVET_MODELS",
    ),
    "upload": (
        "SOLVET_TABLE",
        "SOLVET_BUCKET",
        "SOLVET_UPLOAD_BUCKET",
        "SOLVET_UPLOADS_QUEUE_URL",
        "SOLVET_STATIC_QUEUE_URL",
        "SOLVET_MODELS",
    ),
    "last_resort": ("SOLVET_TABLE", "SOLVET_BUCKET", "SOLVET_REPORTS_QUEUE_URL"),
    "sweep": (
        *EVENT_SETTINGS,
        "SOLVET_TABLE",
        "SOLVET_BUCKET",
        "SOLVET_INTAKE_QUEUE_URL",
        "SOLVET_STATIC_QUEUE_URL",
        "SOLVET_MODEL_QUEUE_URL",
        "SOLVET_REPORTS_QUEUE_URL",
        "SOLVET_APP_SECRET_ID",
        "SOLVET_GITHUB_API_URL",
    ),
}
"""What each function reads, by its handler's module. The template sets exactly these."""

MAY_BE_EMPTY = {*MODEL_SETTINGS, "SOLVET_UPLOAD_BUCKET"}
"""There need not be a bucket for uploads, and the reporter writes to it if there is."""

MODELS_OFF_BECAUSE = {
    "auto": "",
    "off": "models are switched off in the settings",
    "no-key": "no model key is set",
}
"""The values of SOLVET_MODELS; `no-key` is what the local stack says when it has none."""

LOOKS_OFF_BECAUSE = {"off": "a scheduled review asks no model", "batch": ""}
"""The values of SOLVET_SCHEDULE_MODELS."""


def settings(function: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The function's variables; ConfigError lists every one that is missing or wrong."""
    values = {name: environ.get(name, "").strip() for name in ENVIRONMENT[function]}
    problems = [
        f"{name} is not set" for name, v in values.items() if not v and name not in MAY_BE_EMPTY
    ]
    if values.get("SOLVET_MODELS", "") not in {"", *MODELS_OFF_BECAUSE}:
        problems.append(f"SOLVET_MODELS is none of {', '.join(MODELS_OFF_BECAUSE)}")
    if values.get("SOLVET_SCHEDULE_MODELS", "") not in {"", *LOOKS_OFF_BECAUSE}:
        problems.append(f"SOLVET_SCHEDULE_MODELS is none of {', '.join(LOOKS_OFF_BECAUSE)}")
    if values.get("SOLVET_EVENTS", "") not in {"", "off", "on", "notify"}:
        problems.append("SOLVET_EVENTS is none of off, on, notify")
    api_url = values.get("SOLVET_GITHUB_API_URL")
    if api_url and (problem := problem_of(api_url)):
        problems.append(f"SOLVET_GITHUB_API_URL is {problem}")
    if problems:
        raise ConfigError(problems)
    return values
