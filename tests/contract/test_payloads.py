"""The events of the simulated GitHub, held against GitHub's description of them."""

import pytest

from solvet.local.github.payloads import Payloads
from tests.contract.departures import unknown
from tests.contract.recording import told
from tests.contract.tap import public_functions

pytestmark = pytest.mark.contract


def test_every_payload_is_as_github_describes_it(recording, description, figures):
    against = (
        (f"{event} {action}", wrong, each.test)
        for each in recording.payloads
        for event, action in [_event(each)]
        for wrong in _against(description, event, action, each.payload)
    )
    violations = told(unknown(against))
    assert not violations, violations
    figures["payloads of the simulated GitHub"] = len(recording.payloads)
    figures["events and actions among them"] = len({_event(it) for it in recording.payloads})


def test_every_kind_of_payload_was_recorded(recording):
    kinds = {name for name, _ in public_functions(Payloads)}
    assert {each.method for each in recording.payloads} == kinds


def _event(recorded):
    action = recorded.payload.get("action") or ""
    return recorded.method.removeprefix("payload_").removesuffix(f"_{action}"), action


def _against(description, event, action, payload):
    name = "-".join(filter(None, (event, action))).replace("_", "-")
    described = description.document["x-webhooks"].get(name)
    if described is None:
        return ["GitHub has no such event"]
    schema = described["post"]["requestBody"]["content"]["application/json"]["schema"]
    return [*description.complaints(schema, payload), *description.unlisted(schema, payload)]
