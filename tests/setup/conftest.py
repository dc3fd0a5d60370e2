"""The setup page over moto's table and secrets, and a GitHub that knows no such App yet."""

import json
import time
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import boto3
import pytest
import requests
from playwright.sync_api import sync_playwright

from scripts.browser import find
from solvet.adapters.aws.setup import DynamoLedger, SecretsVault
from solvet.adapters.github.manifests import GitHubManifests
from solvet.local.cloud import local_aws
from solvet.local.github import SimulatedGitHub, new_private_key
from solvet.services.setup.desk import answer
from solvet.services.setup.link import new_link
from solvet.services.setup.parts import SetupParts
from solvet.services.setup.web import Request

BASE = "https://stack.example"
PATIENCE = 60_000
"""Milliseconds that a busy machine has for one step of a browser."""
FORM = {"origin": BASE, "sec-fetch-site": "same-origin"}


class Flaky:
    """Does what `really` does, but fails as the script says: an error for each call, or None."""

    def __init__(self, really, **script):
        self._really = really
        self._script = {name: list(errors) for name, errors in script.items()}

    def __getattr__(self, name):
        def call(*arguments):
            errors = self._script.get(name)
            error = errors.pop(0) if errors else None
            if error:
                raise error
            return getattr(self._really, name)(*arguments)

        return call


class Browser:
    """Keeps one cookie, follows nothing by itself."""

    def __init__(self, desk):
        self._desk = desk
        self.cookie = ""

    def get(self, url, **headers):
        return self._ask("GET", url, {}, headers)

    def post(self, url, form, **headers):
        return self._ask("POST", url, form, FORM | headers)

    def open(self, link):
        """Opens the link; answers the page it leads to."""
        return self.get(self.get(link).headers["location"])

    def _ask(self, method, url, form, headers):
        parts = urlsplit(url)
        request = Request(
            method=method,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            form=form,
            headers={"cookie": self.cookie} | headers,
        )
        reply = answer(request, self._desk.parts)
        self.cookie = reply.cookie.partition(";")[0] or self.cookie
        self._desk.replies.append(reply)
        return reply


class Desk:
    """A stack's setup; `parts` may be changed, `now` too."""

    def __init__(self, ledger, vault, github, secrets):
        self.ledger, self.vault, self.github, self._secrets = ledger, vault, github, secrets
        self.later = 0
        self.replies = []
        self.parts = SetupParts(
            ledger=ledger,
            manifests=GitHubManifests(github.api_url, github.web_url),
            vault=vault,
            now=lambda: time.time() + self.later,
            web_url=github.web_url,
            place="in this stack's Secrets Manager",
            models_on=True,
        )

    def use(self, **parts):
        self.parts = replace(self.parts, **parts)

    def link(self, organization=""):
        return new_link(
            self.ledger,
            webhook=f"{BASE}/webhook",
            base=BASE,
            organization=organization,
            now=self.parts.now(),
        )

    def browser(self):
        return Browser(self)

    def secret(self, name):
        """What Secrets Manager holds now."""
        reply = boto3.client("secretsmanager").get_secret_value(SecretId=self._secrets[name])
        return json.loads(reply["SecretString"])

    def lose(self, name):
        """From now on this secret cannot be written."""
        client = boto3.client("secretsmanager")
        client.delete_secret(SecretId=self._secrets[name], ForceDeleteWithoutRecovery=True)


@pytest.fixture(scope="module")
def aws():
    with local_aws():
        yield


@pytest.fixture(scope="module")
def blank_github():
    """Its App is replaced by those that are made."""
    with SimulatedGitHub(key_pem=new_private_key()) as server:
        yield server


@pytest.fixture
def desk(aws, blank_github):
    """A stack that nobody has set up yet."""
    name = f"setup-{uuid4().hex[:8]}"
    table = boto3.resource("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": k, "KeyType": t} for k, t in (("pk", "HASH"), ("sk", "RANGE"))
        ],
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    client = boto3.client("secretsmanager")
    made = {
        each: client.create_secret(Name=f"{name}/{each}", SecretString="{}")["ARN"]
        for each in ("app", "webhook", "models")
    }
    yield Desk(DynamoLedger(table), SecretsVault(client, **made), blank_github, made)
    blank_github.faults._waiting.clear()


@pytest.fixture
def press(blank_github):
    """Presses the button on the page, and GitHub's own; answers where GitHub sends the browser."""

    def press(page, name=None):
        form = fields(page.body)
        shown = requests.post(form.action, data={"manifest": form.manifest}, timeout=30)
        assert shown.status_code == 200, shown.text
        state = dict(parse_qsl(urlsplit(form.action).query))["state"]
        data = {"manifest": form.manifest, "state": state, "name": name or form.name}
        back = requests.post(
            f"{blank_github.web_url}/settings/apps/manifest",
            data=data,
            timeout=30,
            allow_redirects=False,
        )
        return back.headers["location"]

    return press


def fields(html):
    """What the page's forms would send."""
    found = SimpleNamespace(action="", manifest="", seal="")

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            told = dict(attributes)
            if tag == "form" and told.get("method") == "post" and not found.action:
                found.action = told["action"]
            if tag == "input" and told.get("name") in {"manifest", "seal"}:
                setattr(found, told["name"], told["value"])

    Reader().feed(html)
    found.name = json.loads(found.manifest)["name"] if found.manifest else ""
    return found


@pytest.fixture(scope="module")
def chromium():
    """A browser for each module: while it is open, nothing else here can have an event loop."""
    path = find()
    if path is None:
        pytest.skip("there is no Chromium: `make browser` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], timeout=PATIENCE
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """Opens an address in a window of a profile of its own; what the page's policy stops fails."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    window, said = context.new_page(), []
    window.on("console", lambda message: said.append(message.text))

    def visit(url):
        window.goto(url)
        return window

    visit.window, visit.addresses, visit.bodies = window, [], []
    window.on("request", lambda request: visit.addresses.append(request.url))
    window.on("requestfinished", lambda request: visit.bodies.append(_page_of(request)))
    yield visit
    context.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def _page_of(request):
    """A redirection has no body."""
    response = request.response()
    return request.url, "" if 300 <= response.status < 400 else response.text()
