"""Who signed a delivery, and which scan it asks for."""

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.delivery import Delivery, Repository, Trigger, verify
from solvet.domain.scan import Target, TargetKind, scan_id
from solvet.errors import BadSignature

BODY = b'{"action": "opened"}'


def signed(secret, body=BODY):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_the_example_of_githubs_documentation_is_verified():
    verify(
        ["It's a Secret to Everybody"],
        b"Hello, World!",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    )


@pytest.mark.parametrize("secrets", [["one"], ["two", "one"], ["one", ""], ["", "one"]])
def test_any_configured_secret_is_accepted(secrets):
    verify(secrets, BODY, signed("one"))


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
@pytest.mark.parametrize("signature", [signed(""), signed("one"), "", None, "sha256="])
def test_without_a_secret_nothing_passes(secrets, signature):
    with pytest.raises(BadSignature):
        verify(secrets, BODY, signature)


@given(st.one_of(st.none(), st.text()))
def test_no_made_up_signature_passes(signature):
    with pytest.raises(BadSignature):
        verify(["one", "two"], BODY, signature)


@given(st.binary(), st.binary())
def test_a_signature_is_good_for_its_own_body_only(body, other):
    verify(["one"], body, signed("one", body))
    if body != other:
        with pytest.raises(BadSignature):
            verify(["one"], other, signed("one", body))


DELIVERY = Delivery(
    id="d1", trigger=Trigger.PULL_REQUEST, installation=1, repository=Repository(7, "acme/vaults")
)
PULL = Target(kind=TargetKind.PULL, number=3)


def identity(delivery=DELIVERY, target=PULL, head="a", base="b", again=""):
    return scan_id(delivery, target, head_sha=head, base_sha=base, again=again)


def test_the_same_change_is_the_same_scan_whoever_announces_it():
    renamed = replace(DELIVERY, id="d2", repository=Repository(7, "acme/renamed"))
    assert identity(renamed) == identity()


@pytest.mark.parametrize(
    "other",
    [
        {"delivery": replace(DELIVERY, installation=2)},
        {"delivery": replace(DELIVERY, repository=Repository(8, "acme/vaults"))},
        {"target": Target(kind=TargetKind.PULL, number=4)},
        {"target": Target(kind=TargetKind.PUSH, ref="refs/heads/main")},
        {"head": "c"},
        {"base": "c"},
        {"again": "d1"},
    ],
)
def test_what_differs_is_another_scan(other):
    assert identity(**other) != identity()


def test_a_push_never_shares_a_check_with_a_pull_request():
    push = Target(kind=TargetKind.PUSH, ref="refs/heads/main")
    assert push.check_name != PULL.check_name
