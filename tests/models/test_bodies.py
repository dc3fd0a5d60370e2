"""What leaves the house: every byte that the real SDKs send while files are reviewed."""

import re
import socket
import socketserver
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from solvet.detectors.engine import analyse
from solvet.domain.finding import Severity
from solvet.local.providers.questions import labels, shown_lines
from solvet.services.consult import Subject, Terms, consult
from solvet.solidity.outline import comments

ATTACKS = sorted((Path(__file__).parents[1] / "llm" / "attacks").glob("*.sol"))
MARK = "SECRETCOMMENT"
PATH = "src/PATHMARK/File.sol"
API_KEY = "APIKEYMARK0123456789"
KEY_LINE = re.compile(rb"(?im)^(?:authorization: Bearer |x-goog-api-key: )(\S+)\r$")
REQUEST_LINE = re.compile(rb"(?m)POST \S+ HTTP/1\.1\r$")

DIGITS = "4c0883a69102937d6231471b5dbb6204fe512961708279feb1be6ae5538da033"
SECRETS = {
    "privateKey": (f"0x{DIGITS}", DIGITS[4:-4]),
    "githubToken": ("ghp_" + "a1" * 18, "a1a1a1"),
    "modelKey": ("sk-proj-" + "b2" * 18, "b2b2b2"),
    "cloudKey": ("AKIA" + "C3" * 8, "C3C3C3"),
    "chatToken": ("xoxb-" + "4455" * 4, "445544"),
    "mapsKey": ("AIza" + "Dd" * 18, "DdDdDd"),
    "session": ("eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0." + "c2ln", "eyJzdWIi"),
    "mnemonic": (
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
        "wave sausage",
    ),
    "login": ("https://ada:lovelace@node.example.org/", "lovelace"),
    "node": (f"https://node.example.org/v3/{DIGITS[:32]}", DIGITS[:32]),
    "pem": ("-----BEGIN PRIVATE KEY-----MIIEvQIBADAN-----END PRIVATE KEY-----", "MIIEvQIBADAN"),
}
BASE = f"// {MARK}\ncontract Base {{ uint256 total; /* {MARK} */ modifier once() {{ _; }} }}\n"


class Wire:
    """A server that hands everything on to another one and keeps what clients sent."""

    def __init__(self, port):
        self.port = port
        self.sent = []

    @property
    def openai_url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def gemini_url(self):
        return f"http://127.0.0.1:{self.port}/"


@contextmanager
def tapped(target):
    """A Wire to the port of this machine."""
    wire = Wire(0)

    class Connection(socketserver.BaseRequestHandler):
        def handle(self):
            with socket.create_connection(("127.0.0.1", target)) as onward:
                back = Thread(target=relay, args=(onward, self.request, []), daemon=True)
                back.start()
                relay(self.request, onward, wire.sent)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Connection) as server:
        wire.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield wire
        server.shutdown()
        thread.join()


def relay(source, target, kept):
    try:
        while data := source.recv(65_536):
            kept.append(data)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.fixture(scope="module")
def tap(shared_providers):
    with tapped(int(shared_providers.openai_url.split(":")[2].split("/")[0])) as wire:
        yield wire


@pytest.fixture(params=["responses", "chat", "gemini"])
def review(request, connector, providers, tap):
    """Reviews a file by one SDK; answers the bytes on the wire and the bodies of the requests."""
    providers.policy = insistent
    model = connector(request.param, tap, key=API_KEY)

    def ask(text, *, base=None, path=PATH):
        tap.sent.clear()
        providers.received.clear()
        imports = {"src/PATHMARK/Base.sol": BASE}
        subject = Subject(
            path=path,
            head=text,
            base=base,
            imports=imports,
            findings=analyse(path, text, imports).findings,
        )
        opinion = consult(model, subject, Terms(second_look=Severity.HIGH))
        bodies = [asked.body for asked in providers.received]
        return SimpleNamespace(opinion=opinion, wire=b"".join(tap.sent), bodies=bodies)

    return ask


def insistent(asked):
    """Claims the worst of the first statement shown, and confirms whatever it is asked about."""
    if "opinions" in asked.wants:
        return {"opinions": [judged(label, asked) for label in labels(asked)]}
    said = [(number, code) for number, code in shown_lines(asked) if code.count(" ") > 2]
    return {
        "claims": [claim(number, code.strip()) for number, code in said[:2]],
        "judgements": [judged(label, asked) for label in labels(asked)],
    }


def judged(label, asked):
    line, code = (*shown_lines(asked), (1, ""))[0]
    return {
        "label": label, "stance": "confirmed", "reason": "it is so", "quote": code,
        "start_line": line,
    }  # fmt: skip


def claim(number, code):
    return {
        "scenario": "other", "since": "change", "fix": "", "category": "other",
        "severity": "critical", "confidence": "high", "title": "Wrong",
        "explanation": "This is wrong.", "recommendation": "Mend it.",
        "quote": code, "start_line": number,
    }  # fmt: skip


def text_of(path):
    return path.read_bytes().decode()


def secretive():
    fields = "\n".join(
        f"    {'bytes32' if value.startswith('0x') else 'string'} constant {name} = "
        f"{value if value.startswith('0x') else chr(34) + value + chr(34)}; // {MARK} {value}"
        for name, (value, _) in SECRETS.items()
    )
    uses = "\n".join(f"        use({name});" for name in SECRETS)
    return (
        f"contract Keys {{\n{fields}\n    function all() external {{\n{uses}\n"
        f'        use("{SECRETS["githubToken"][0]}");\n    }}\n}}\n'
    )


def shorter(text):
    """An earlier version: without the last statement that stands on a line of its own."""
    lines = text.split("\n")
    at = max((n for n, line in enumerate(lines) if line.rstrip().endswith(";")), default=0)
    return "\n".join(lines[:at] + lines[at + 1 :])


def test_every_comment_of_the_corpus_is_marked():
    found = [text_of(p)[start:end] for p in ATTACKS for start, end in comments(text_of(p))]
    assert len(found) > len(ATTACKS)
    assert {comment for comment in found if MARK not in comment} <= {"/**/"}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: path.stem)
def test_no_comment_and_no_path_is_sent_of_a_hostile_file(review, attack):
    text = text_of(attack)
    for base in (None, shorter(text)):
        sent = review(text, base=base)
        assert MARK.encode() not in sent.wire
        assert b"PATHMARK" not in sent.wire
        assert b"File.sol" not in sent.wire


def test_the_hostile_files_were_asked_about_and_looked_at_again(review):
    reviewed = [review(text_of(attack)) for attack in ATTACKS]
    assert sum(len(sent.bodies) >= 1 for sent in reviewed) >= 15
    assert sum(len(sent.bodies) >= 2 for sent in reviewed) >= 15
    assert all(body in sent.wire for sent in reviewed for body in sent.bodies)


def test_a_claim_made_of_hostile_code_still_comes_back(review):
    (attack,) = (path for path in ATTACKS if path.stem == "comment_instructs")
    assert review(text_of(attack)).opinion.claims


@pytest.mark.parametrize("base", [None, "contract Keys {}", shorter(secretive())])
def test_no_secret_of_the_code_is_sent(review, base):
    sent = review(secretive(), base=base)
    assert sent.bodies
    assert b"function all" in sent.wire
    leaked = [name for name, (_, hidden) in SECRETS.items() if hidden.encode() in sent.wire]
    assert leaked == []


def test_no_secret_that_a_change_removes_is_sent(review):
    sent = review("contract Keys {\n    function all() external { }\n}\n", base=secretive())
    leaked = [name for name, (_, hidden) in SECRETS.items() if hidden.encode() in sent.wire]
    assert sent.bodies
    assert leaked == []


def test_code_of_other_files_is_sent_without_its_comments(review):
    text = 'import "./Base.sol";\ncontract A is Base { function f() external once { total = 1; } }'
    sent = review(text)
    assert b"modifier once" in sent.wire
    assert MARK.encode() not in sent.wire
    assert b"PATHMARK" not in sent.wire


def test_the_key_stands_in_one_header_of_each_request_and_nowhere_else(review):
    sent = review(text_of(ATTACKS[0]))
    requests = len(REQUEST_LINE.findall(sent.wire))
    assert requests == len(sent.bodies) > 0
    assert KEY_LINE.findall(sent.wire) == [API_KEY.encode()] * requests
    assert sent.wire.count(API_KEY.encode()) == requests
