"""Where text from outside comes in. Each surface says what may come of it; all else is a bug."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from random import Random

from benchmarks.fuzz.seeds import (
    COMMENTS,
    DIFFS,
    MESSAGES,
    PAYLOADS,
    POLICIES,
    REPLIES,
    RESULTS,
    SOLIDITY,
)
from solvet import wire
from solvet.adapters.models import gemini_answers
from solvet.adapters.models.openai import OpenAIModel
from solvet.adapters.models.openai_account import Account
from solvet.adapters.models.openai_answers import from_chat, from_responses
from solvet.adapters.models.openai_batches import OpenAIBatches
from solvet.detectors.engine import analyse
from solvet.domain.command import Command, Unclear, addressed, parse
from solvet.domain.delivery import Delivery
from solvet.domain.diff import changed_lines
from solvet.domain.globs import matches
from solvet.domain.scan import Job, Report
from solvet.errors import BadMessage
from solvet.llm.errors import ModelError
from solvet.llm.failures import failure_of
from solvet.llm.ground import grounded
from solvet.llm.reply import read_second_look
from solvet.policyfile.reading import merged, read
from solvet.policyfile.rules import known_rules
from solvet.ports.answers import Kept
from solvet.services.receive import receive
from solvet.solidity.paths import candidates, layout_of

SECRET = "fuzz"  # noqa: S105 - it protects nothing
STATUSES = {200, 202, 204, 400, 401}
_RULES = ("tx-origin", "reentrancy", "unused-state", *list(known_rules())[:5])


class Broken(Exception):
    """An answer that this surface must never give."""


@dataclass(frozen=True, slots=True)
class Surface:
    """`take` raises for a bug, and for nothing else. Of 16 texts it gets its `share`."""

    name: str
    share: int
    seeds: tuple[str, ...]
    take: Callable[[str, Random], object]


class _Intake:
    def accept(self, delivery: Delivery) -> None:
        """What is accepted must fit on a queue and come off it again as it was."""
        again = wire.decode(Delivery, wire.encode(delivery))
        if again != delivery:
            raise Broken(f"a delivery changes on its way: {delivery}")


def _webhook(text: str, random: Random) -> None:
    body = text.encode("utf-8", "surrogatepass")
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    forged = not random.randrange(10)
    headers = {
        "x-github-event": random.choice(tuple(PAYLOADS)),
        "x-github-delivery": random.choice(("id", "id", "", text[:200])),
        "x-hub-signature-256": text[:80] if forged else signature,
    }
    answer = receive(headers, body, secrets=(SECRET, ""), intake=_Intake())
    if answer.status not in STATUSES or (forged and answer.status in {200, 202, 204}):
        raise Broken(f"answered {answer.status} {answer.message}")


def _policy(text: str, random: Random) -> None:
    policy = read(text, rules=_RULES).policy
    merged(text, random.choice(POLICIES), rules=_RULES)
    policy.reviews(text[:300])
    matches([text[:100]], "src/deep/Vault.sol")


def _diff(text: str, random: Random) -> None:
    other = random.choice(DIFFS)
    if not changed_lines(other, text) <= set(range(1, text.count("\n") + 2)):
        raise Broken("a changed line that is none")
    changed_lines(text, other)
    layout = layout_of({"remappings.txt": text, "foundry.toml": text})
    for path in candidates("src/A.sol", text[:300], layout):
        if path.startswith(("/", "../")) or "\0" in path:
            raise Broken(f"an import leads out: {path!r}")


def _reply(text: str, _: Random) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    for take in (_ground, read_second_look):
        _but(ModelError, take, text)
    for answer in (from_responses, from_chat, gemini_answers.completion):
        _but(ModelError, answer, raw, "provider", "model")


def _results(text: str, _: Random) -> None:
    """What a batch answers, and what it fails with, has a price and can be kept."""
    for batches in _BATCHES:
        for _key, said in batches.read(text.encode("utf-8", "surrogatepass")):
            failure = failure_of(said) if isinstance(said, ModelError) else None
            answer = said.spent if isinstance(said, ModelError) else said
            if answer is not None and not 0 <= (answer.cost or 0) < inf:
                raise Broken(f"an answer that costs {answer.cost}")
            wire.unpack(Kept, wire.pack(Kept(answer=answer, failure=failure)))


def _ground(text: str) -> None:
    said = grounded(text, path="src/A.sol", text=SOLIDITY, labels=_LABELS, static=_FINDINGS)
    for claim in said.claims:
        if claim.finding.span.end_line > SOLIDITY.count("\n") + 1:
            raise Broken("a claim about a line that is not there")


def _message(text: str, _: Random) -> None:
    for kind in (Delivery, Job, Report):
        try:
            value = wire.decode(kind, text)
        except BadMessage:
            continue
        if wire.decode(kind, wire.encode(value)) != value:
            raise Broken(f"a message changes on its way: {value}")
    _but(BadMessage, wire.unpack, Job, text.encode("utf-8", "replace"))


def _comment(text: str, _: Random) -> None:
    said = parse(text)
    if (said is not None) != addressed(text) or not isinstance(said, Command | Unclear | None):
        raise Broken(f"not what was asked: {said!r}")


def _but(allowed: type[Exception], take: Callable[..., object], *given: object) -> None:
    try:
        take(*given)
    except allowed:
        return


_FINDINGS = analyse("src/A.sol", SOLIDITY).findings
_LABELS = {f"F{number}": finding for number, finding in enumerate(_FINDINGS, start=1)}
_ACCOUNT = Account.at("fuzz", None)
_BATCHES = tuple(
    OpenAIBatches(_ACCOUNT, OpenAIModel("fuzz", api=api)) for api in ("responses", "chat")
)
SURFACES = (
    Surface("webhook", 3, tuple(json.dumps(p) for p in PAYLOADS.values()), _webhook),
    Surface("policy", 1, POLICIES, _policy),
    Surface("diff", 2, DIFFS, _diff),
    Surface("reply", 3, REPLIES, _reply),
    Surface("results", 2, RESULTS, _results),
    Surface("message", 3, MESSAGES, _message),
    Surface("comment", 2, COMMENTS, _comment),
)
