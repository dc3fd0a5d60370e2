"""The setup page, wired."""

from collections.abc import Callable, Mapping
from time import time

from solvet.adapters.aws.setup import DynamoLedger, SecretsVault
from solvet.adapters.github.manifests import GitHubManifests
from solvet.bootstrap import cloud
from solvet.bootstrap.settings import settings
from solvet.domain.addresses import web_url
from solvet.services.setup.desk import answer
from solvet.services.setup.parts import SetupParts
from solvet.services.setup.web import Reply, Request


def setup_desk(environ: Mapping[str, str]) -> Callable[[Request], Reply]:
    """What answers a request to the setup page of a stack."""
    config = settings("setup", environ)
    api_url = config["SOLVET_GITHUB_API_URL"]
    parts = SetupParts(
        ledger=DynamoLedger(cloud.table(config["SOLVET_TABLE"])),
        manifests=GitHubManifests(api_url, web_url(api_url)),
        vault=SecretsVault(
            cloud.client("secretsmanager"),
            app=config["SOLVET_APP_SECRET_ARN"],
            webhook=config["SOLVET_WEBHOOK_SECRET_ARN"],
            models=config["SOLVET_MODEL_SECRET_ARN"],
        ),
        now=time,
        web_url=web_url(api_url),
        place="in this stack's Secrets Manager",
        models_on=config["SOLVET_MODELS"] == "auto",
    )
    return lambda request: answer(request, parts)
