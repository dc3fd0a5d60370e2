"""Exchanges are written down, and a review is repeated from them without any network."""

import json
import os
from dataclasses import replace

import pytest

from solvet.adapters.models.recording import Recorder, Replayer
from solvet.errors import BadInput
from solvet.llm import errors
from solvet.llm.exchange import Completion, ModelRequest, Tier
from solvet.local.providers.answers import Blocks, Http, Says, Took, Truncates
from solvet.local.providers.server import ScriptedProviders

REQUEST = ModelRequest(
    instructions="Review.",
    input="   1| contract Vault {}",
    schema={"type": "object"},
    schema_name="review",
    max_output_tokens=777,
    identity="abc",
    lines=(1,),
)
UNNAMED = replace(REQUEST, identity="", lines=())
ANSWER = Says('{"claims": ["\u00e9\u202e"]}', model="gpt-6-luna", took=Took(5_000, 123, 4_000))
DIALECTS = ["responses", "chat", "gemini"]


class Plays:
    """A model of one outcome."""

    def __init__(self, outcome):
        self.outcome = outcome

    def complete(self, request):
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def outcome(model, request=REQUEST):
    """The answer, or all that an error tells."""
    try:
        return model.complete(request)
    except errors.ModelError as error:
        return type(error), error.reason, error.after, error.billed, error.spent


def recorded(folder, request=REQUEST, **changes):
    """A folder with one exchange, whose JSON is changed by hand afterwards."""
    said = Completion(text="{}", model="m", provider="P", cost=0.5)
    Recorder(Plays(said), folder).complete(request)
    (path,) = folder.iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}))
    return path


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("request_", [REQUEST, UNNAMED], ids=["named", "unnamed"])
def test_an_answer_is_the_same_when_nobody_is_there_any_more(
    tmp_path, connector, dialect, request_
):
    with ScriptedProviders(lambda _: ANSWER) as server:
        said = Recorder(connector(dialect, server), tmp_path).complete(request_)
    assert Replayer(tmp_path).complete(request_) == said
    assert said.cost > 0


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "fault",
    [Http(429, headers={"Retry-After": "7"}), Http(401), Truncates(), Blocks(), Says(" ")],
    ids=str,
)
def test_an_error_is_the_same_too(tmp_path, connector, dialect, fault):
    with ScriptedProviders(lambda _: fault) as server:
        came = outcome(Recorder(connector(dialect, server), tmp_path))
    assert outcome(Replayer(tmp_path)) == came


@pytest.mark.parametrize("kind", errors.ModelError.__subclasses__())
def test_every_kind_of_error_can_be_recorded(tmp_path, kind):
    outcome(Recorder(Plays(kind("It's so.", after=3, billed=True)), tmp_path))
    assert outcome(Replayer(tmp_path)) == (kind, "It's so.", 3, True, None)


def test_the_last_outcome_of_a_question_counts(tmp_path):
    said = Completion(text="{}", model="m", provider="P")
    outcome(Recorder(Plays(errors.Throttled("x", after=1)), tmp_path))
    outcome(Recorder(Plays(said), tmp_path))
    assert outcome(Replayer(tmp_path)) == said
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"identity": "abd"},
        {"identity": ""},
        {"instructions": "Review well."},
        {"schema": {"type": "array"}},
        {"tier": Tier.STRONG},
    ],
    ids=str,
)
def test_a_changed_question_is_refused_with_what_to_do(tmp_path, changes):
    recorded(tmp_path)
    with pytest.raises(errors.NotRecorded, match=r"[0-9a-f]{16}.*solvet scan --models record"):
        Replayer(tmp_path).complete(replace(REQUEST, **changes))


@pytest.mark.parametrize(
    "changes",
    [{"input": "y"}, {"lines": (2,)}, {"max_output_tokens": 1}, {"schema_name": "x"}],
    ids=str,
)
def test_without_an_identity_nothing_may_change(tmp_path, changes):
    recorded(tmp_path, UNNAMED)
    with pytest.raises(errors.NotRecorded):
        Replayer(tmp_path).complete(replace(UNNAMED, **changes))


def test_code_that_has_moved_gets_the_answer_with_the_numbers_it_speaks_of(tmp_path):
    recorded(tmp_path)
    moved = replace(REQUEST, input="   9| contract Vault {}", lines=(9,))
    assert Replayer(tmp_path).complete(moved).lines == (1,)
    assert Replayer(tmp_path).complete(REQUEST).lines == ()


def test_nothing_of_the_key_or_the_address_is_written(tmp_path, connector):
    with ScriptedProviders(lambda _: ANSWER) as server:
        Recorder(connector("gemini", server, key="sk-very-secret"), tmp_path).complete(REQUEST)
        (path,) = tmp_path.iterdir()
        for word in ("sk-very-secret", "127.0.0.1", "api-key", "Review."):
            assert word not in path.read_text("utf-8")


def test_files_have_hashes_for_names_and_nothing_is_left_beside_them(tmp_path):
    path = recorded(tmp_path, replace(REQUEST, identity="../../etc/passwd"))
    assert path.parent == tmp_path
    assert len(path.stem) == 64


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"{}",
        b"[" * 100_000,
        b'{"format": 1e999}',
        b" " * 17_000_000,
    ],
    ids=["empty", "open", "list", "null", "bytes", "object", "nesting", "infinite", "large"],
)
def test_a_damaged_file_is_told_so(tmp_path, text):
    recorded(tmp_path).write_bytes(text)
    with pytest.raises(errors.NotRecorded, match="damaged"):
        Replayer(tmp_path).complete(REQUEST)


FAILURE = {"kind": "Throttled", "reason": "x", "after": 1, "billed": False, "spent": None}


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"answer": None},
        {"answer": {"text": "{}"}},
        {"answer": None, "failure": {**FAILURE, "kind": "SystemExit"}},
        {"answer": None, "failure": {**FAILURE, "kind": "annotations"}},
        {"answer": None, "failure": {**FAILURE, "reason": "\x1b[2Jcleared"}},
        {"answer": None, "failure": {**FAILURE, "after": 10**12}},
        {"answer": None, "failure": {**FAILURE, "after": -1}},
    ],
    ids=str,
)
def test_a_file_written_by_somebody_else_is_told_so(tmp_path, changes):
    recorded(tmp_path, **changes)
    with pytest.raises(errors.NotRecorded, match="damaged"):
        Replayer(tmp_path).complete(REQUEST)


def test_the_file_of_another_question_is_told_so(tmp_path):
    path = recorded(tmp_path)
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**told, "question": {**told["question"], "identity": "other"}}))
    with pytest.raises(errors.NotRecorded, match="damaged"):
        Replayer(tmp_path).complete(REQUEST)


def test_what_is_no_file_is_told_so_and_not_waited_for(tmp_path):
    path = recorded(tmp_path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(errors.NotRecorded, match="damaged"):
        Replayer(tmp_path).complete(REQUEST)


def test_a_folder_that_is_not_there_holds_no_answer(tmp_path):
    with pytest.raises(errors.NotRecorded, match="not in the recording"):
        Replayer(tmp_path / "none").complete(REQUEST)


def test_a_folder_that_cannot_be_written_is_told_at_once(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be recorded"):
        Recorder(Plays(None), tmp_path / "file")
