"""The checks themselves, and doctor without a stack."""

import http.server
import json
import threading
from datetime import date

import pytest

from solvet.domain.health import Finding, State, exit_code
from solvet.errors import Denied, Unavailable
from solvet.services.doctor import Check, examine
from solvet.services.doctor_models import Asked, model_checks
from solvet.services.doctor_secrets import SecretFacts, secrets
from solvet.services.doctor_stack import span

KEY = "sk-nobody-may-see-this"


def failing(error):
    def look():
        raise error

    return look


@pytest.fixture
def environment(monkeypatch):
    for name in ("OPENAI_API_KEY", "GEMINI_API_KEY", "SOLVET_MODELS", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def provider():
    """A provider that answers every request with `status` and `models`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        status, models, keys = 200, ["gpt-6-luna", "gpt-6.1-terra"], []

        def do_GET(self):
            Handler.keys.append(self.headers["Authorization"])
            body = json.dumps({"data": [{"id": name} for name in Handler.models]}).encode()
            self.send_response(Handler.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        Handler.url = f"http://127.0.0.1:{server.server_port}"
        yield Handler
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unavailable("GitHub is away"), State.UNKNOWN),
        (Denied("no"), State.UNKNOWN),
        (KeyError("x"), State.UNKNOWN),
    ],
)
def test_a_check_that_cannot_be_made_is_not_known_and_stops_no_other(error, state):
    good = Check("good", lambda: [Finding("good", State.OK, "fine")])
    bad, fine = examine([Check("bad", failing(error)), good])
    assert (bad.name, bad.state, fine.state) == ("bad", state, State.OK)


def test_a_check_that_hangs_is_not_known_when_the_time_is_up():
    end = threading.Event()
    (found,) = examine([Check("slow", lambda: [end.wait()])], patience=0.05)
    end.set()
    assert found.state is State.UNKNOWN
    assert "no answer within" in found.said


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ((), 0),
        ((State.OK, State.WARNING), 0),
        ((State.OK, State.UNKNOWN), 2),
        ((State.UNKNOWN, State.PROBLEM), 1),
    ],
)
def test_exit_codes_tell_wrong_from_not_looked_at(states, code):
    assert exit_code([Finding("x", state, "…") for state in states]) == code


def test_a_model_that_ends_soon_is_told_with_its_successor():
    asked = Asked(
        names={"openai": ("gpt-5-mini",)}, providers=("openai",), off_because="", month_budget=1
    )
    found = list(examine(model_checks(asked, date(2026, 11, 21), None)))
    ((said, mend),) = [(f.said, f.mend) for f in found if f.name == "models"]
    assert said == "gpt-5-mini ends on 2026-12-11 (20 days)"
    assert mend.startswith("Set gpt-6-luna")


def test_a_model_that_nobody_knows_is_told():
    asked = Asked(names={"openai": ("gpt-0",)}, providers=(), off_because="", month_budget=1)
    found = list(examine(model_checks(asked, date(2026, 11, 21), None)))
    assert [f.state for f in found if f.name == "models"] == [State.WARNING]


def test_an_old_catalogue_is_told():
    asked = Asked(names={}, providers=(), off_because="off", month_budget=1)
    found = list(examine(model_checks(asked, date(2028, 1, 1), None)))
    assert [f.state for f in found if f.name == "model catalogue"] == [State.WARNING]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, State.OK),
        ({"current": 0}, State.PROBLEM),
        ({"current": 3}, State.WARNING),
        ({"previous": 20}, State.WARNING),
        ({"app_id": False}, State.PROBLEM),
        ({"key_problem": "is not set"}, State.PROBLEM),
    ],
)
def test_secrets_are_judged_without_being_told(facts, state):
    whole = {"current": 48, "previous": 0, "app_id": True, "key_problem": ""}
    assert state in {finding.state for finding in secrets(SecretFacts(**whole | facts))}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h"), (172_800, "2 days")],
)
def test_spans_are_told_in_few_figures(seconds, said):
    assert span(seconds) == said


def test_without_a_stack_versions_models_and_keys_are_looked_at(solvet, environment):
    environment.setenv("OPENAI_API_KEY", KEY)
    code, out, err = solvet("doctor")
    assert code == 0
    assert "versions: solvet " in out
    assert "there is a key for openai; none for gemini" in out
    assert "Not looked at: the App and a stack" in out
    assert KEY not in out + err


def test_a_provider_that_answers_is_told_and_its_key_is_not(solvet, environment, provider):
    environment.setenv("OPENAI_API_KEY", KEY)
    environment.setenv("OPENAI_BASE_URL", provider.url)
    code, out, err = solvet("doctor", "--models")
    assert code == 0
    assert "openai reach: the key is good" in out
    assert provider.keys == [f"Bearer {KEY}"]
    assert KEY not in out + err


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ({"status": 401}, 1, "refuses the key (401)"),
        ({"status": 429}, 0, "too many requests"),
        ({"status": 500}, 2, "answered 500"),
        ({"status": 302}, 2, "answered 302"),
        ({"models": ["gpt-0"]}, 0, "not among the models"),
    ],
)
def test_what_a_provider_answers_is_told(  # noqa: PLR0917  fixtures
    solvet, environment, provider, how, code, said
):
    for name, value in how.items():
        environment.setattr(provider, name, value)
    environment.setenv("OPENAI_API_KEY", KEY)
    environment.setenv("OPENAI_BASE_URL", provider.url)
    ended, out, _ = solvet("doctor", "--models")
    assert (ended, said in " ".join(out.split())) == (code, True)


def test_settings_that_are_wrong_are_all_named(solvet, environment):
    environment.delenv("SOLVET_GITHUB_APP_ID", raising=False)
    environment.setenv("SOLVET_PORT", "x")
    code, out, _ = solvet("doctor", "--local")
    assert code == 1
    assert "SOLVET_GITHUB_APP_ID is not set" in out
    assert "SOLVET_PORT is no port" in out


def test_two_installations_at_once_are_refused(solvet):
    assert solvet("doctor", "--local", "--stack", "x")[0] == 2
