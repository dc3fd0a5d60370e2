"""GitHub as the App, and a webhook with its secret; what is wrong with them is told in words."""

from jwt import PyJWTError

from solvet.adapters.github.app import GitHubApp
from solvet.adapters.github.session import AppKey, Sessions
from solvet.adapters.webhook import post
from solvet.bootstrap.github import AppSecret
from solvet.domain.addresses import problem_of
from solvet.errors import ConfigError
from solvet.ports.hook import Knocked


def app_of(secret: AppSecret, api_url: str) -> GitHubApp:
    """GitHub as the App. Raises ConfigError for what cannot be used to reach it."""
    problems = [] if secret.app_id else ["the App's id is not set"]
    if problem := key_problem(secret):
        problems.append(f"the App's private key {problem}")
    if problem := problem_of(api_url):
        problems.append(f"the address of GitHub's API is {problem}")
    if problems:
        raise ConfigError(problems)
    sessions = Sessions(AppKey(secret.app_id, secret.private_key), api_url.rstrip("/"))
    return GitHubApp(sessions.as_app, sessions.as_installation)


def key_problem(app: AppSecret) -> str:
    """What is wrong with the key, after "it", found by signing with it; it is never told."""
    if not app.private_key:
        return "is not set"
    try:
        AppKey(app.app_id or "0", app.private_key).token()
    except (ValueError, TypeError, PyJWTError):
        return "cannot sign: it has to be the whole PEM file that GitHub made"
    return ""


def send(url: str, secret: str, *, event: str, guid: str, body: bytes) -> Knocked:
    """Post a signed delivery. ConfigError for an address or a secret that cannot be used."""
    problems = [f"{url} is {problem}"] if (problem := problem_of(url)) else []
    problems += [] if secret else ["the webhook secret is empty"]
    if problems:
        raise ConfigError(problems)
    return post(url, secret, event=event, guid=guid, body=body)
