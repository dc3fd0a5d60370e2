from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import Confidence, Severity
from solvet.domain.score import BEST, WEIGHTS, score
from tests.render.samples import FINDING

findings = st.builds(
    lambda severity, confidence: replace(FINDING, severity=severity, confidence=confidence),
    st.sampled_from(Severity),
    st.sampled_from(Confidence),
)


def test_nothing_found_is_the_best_score():
    assert score([]) == BEST == 100


@given(st.lists(findings, max_size=12), findings)
def test_a_further_finding_never_raises_the_score(known, further):
    assert 0 <= score([*known, further]) <= score(known)


@given(st.lists(findings, max_size=12), st.randoms())
def test_the_order_of_findings_does_not_matter(known, chance):
    mixed = list(known)
    chance.shuffle(mixed)
    assert score(mixed) == score(known)


def test_what_is_worse_or_surer_weighs_no_less():
    for confidence in Confidence:
        weights = [WEIGHTS[severity][confidence] for severity in Severity]
        assert weights == sorted(weights, reverse=True)
    for row in WEIGHTS.values():
        assert list(row) == list(Confidence)
        assert list(row.values()) == sorted(row.values(), reverse=True)
