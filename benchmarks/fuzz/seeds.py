"""Well-formed texts of every kind that comes from outside, for the fuzzer to damage."""

import json
from typing import Any

from solvet import wire
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.scan import Job, Report, ReportKind, Stage
from solvet.local.providers.answers import Says
from solvet.local.providers.dialects import problem, spoken
from solvet.local.providers.results import line_of, unanswered

_SHA, _OLD = "a" * 40, "b" * 40
_BASE: dict[str, Any] = {
    "installation": {"id": 3},
    "repository": {"id": 7, "full_name": "acme/vaults", "private": True},
    "sender": {"login": "ada", "id": 1},
}
PAYLOADS: dict[str, dict[str, Any]] = {
    "pull_request": _BASE
    | {"action": "edited", "number": 5, "changes": {"base": {"ref": {"from": "old"}}}},
    "push": _BASE | {"ref": "refs/heads/main", "before": _OLD, "after": _SHA, "deleted": False},
    "merge_group": _BASE
    | {
        "action": "checks_requested",
        "merge_group": {"head_sha": _SHA, "head_ref": "refs/heads/q/1", "base_sha": _OLD},
    },
    "check_run": _BASE
    | {"action": "rerequested", "check_run": {"name": "Solvet", "external_id": "scan-1", "id": 9}},
    "check_suite": _BASE | {"action": "rerequested", "check_suite": {"head_sha": _SHA}},
    "issue_comment": _BASE
    | {
        "action": "created",
        "issue": {"number": 5, "pull_request": {"url": "https://example.com"}},
        "comment": {
            "id": 8,
            "body": "/solvet review",
            "user": {"login": "ada", "id": 1, "type": "User"},
            "author_association": "MEMBER",
        },
    },
    "installation": {"action": "deleted", "installation": {"id": 3}},
    "installation_repositories": _BASE
    | {"action": "removed", "repositories_removed": [{"id": 7, "full_name": "acme/vaults"}]},
    "ping": {"zen": "Keep it logically awesome."},
}

SOLIDITY = """pragma solidity 0.8.28;
contract Vault {
    mapping(address => uint256) private held;
    function take() external {
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
    }
}
"""
POLICIES = (
    "version: 1\nfail-on: medium\nrules:\n  tx-origin: off\n  reentrancy: critical\n",
    "paths:\n- match: ['src/**', \"*.t.sol\"]\n  rules: {unused-state: off}\n  role: test\n",
    "exclude: [lib/**, 'node_modules/']\ncomment: findings\ndrafts: skip\nforks: static\n",
    "models:\n  enabled: on\n  fail: off\n  second-look: high\n  budget: {scan: 0.5, month: 10}\n",
    "inline: {severity: high, most: 10}\ninclude:\n- src\n# a comment\nseverity: low\n",
)
DIFFS = (
    SOLIDITY,
    SOLIDITY.replace("held", "kept"),
    "\n".join(f"uint256 v{number};" for number in range(60)),
    "ds-test/=lib/ds-test/src/\nsrc/:@oz/=lib/openzeppelin/contracts/\n",
    "[profile.default]\nlibs = ['lib', 'deps']\nremappings = ['a/=b/', 'c:d=e']\n",
    "@openzeppelin/contracts/token/ERC20.sol",
    "../../lib/./Math.sol",
)
_LOOK = {"quote": "require(sent);", "start_line": 6, "reason": "It reverts."}
_REVIEW = {
    "claims": [
        {
            "scenario": "other",
            "quote": "held[msg.sender] = 0;",
            "start_line": 7,
            "explanation": "The books are closed after the payment.",
            "title": "Reentrancy",
            "category": "reentrancy",
            "severity": "high",
            "confidence": "high",
            "since": "change",
            "recommendation": "Close them before.",
            "fix": "delete held[msg.sender];",
        }
    ],
    "judgements": [_LOOK | {"label": "F1", "stance": "refuted"}],
}
_OPINIONS = {"opinions": [_LOOK | {"label": "C1", "stance": "unsure"}]}
_SAID = json.dumps(_REVIEW)
REPLIES = (
    _SAID,
    json.dumps({"review": _REVIEW}),
    f"```json\n{_SAID}\n```",
    json.dumps(_OPINIONS),
    *(json.dumps(spoken(dialect, Says(_SAID))) for dialect in ("responses", "chat", "gemini")),
)
_ASKED = {"custom_id": "q1"}
_LINES = tuple(
    line.decode()
    for dialect in ("responses", "chat")
    for line in (
        line_of(_ASKED, 200, spoken(dialect, Says(_SAID))),
        line_of(_ASKED, 429, problem(dialect, 429, "rate_limit_exceeded")),
        unanswered(_ASKED, "batch_expired"),
    )
)
RESULTS = (*_LINES, "\n".join(_LINES))
_REPOSITORY = Repository(7, "acme/vaults")
MESSAGES = tuple(
    wire.encode(message).decode()
    for message in (
        Delivery(
            id="g", trigger=Trigger.PULL_REQUEST, installation=3, repository=_REPOSITORY, number=5
        ),
        Delivery(
            id="g",
            trigger=Trigger.PUSH,
            installation=3,
            repository=_REPOSITORY,
            ref="refs/heads/main",
            base_sha=_OLD,
            head_sha=_SHA,
        ),
        Delivery(id="g", trigger=Trigger.FORGET, installation=3),
        Job(installation=3, scan_id="scan", path="src/A.sol", stage=Stage.STATIC),
        Report(installation=3, scan_id="scan", group="7/pull/5", kind=ReportKind.FINAL),
    )
)
COMMENTS = (
    "/solvet review",
    "/solvet full\n\nthanks",
    "/solvet explain 0123abcd",
    "/solvet ignore `0123abcdef` paid out by the treasury",
    "/solvet unignore 0123abcdef456789",
    "  \n/SOLVET pause",
    "Looks good to me. /solvet review",
    "> /solvet config\n\nquoted",
)
