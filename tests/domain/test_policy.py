import time

import pytest

from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.domain.policy import Hidden, Level, PathSection, Policy
from solvet.domain.roles import Role, role_of
from solvet.wire import decode, encode


def finding(path="src/Vault.sol", engine=Engine.STATIC, confidence=Confidence.HIGH):
    return Finding(
        rule="reentrancy",
        title="",
        category=Category.REENTRANCY,
        severity=Severity.HIGH,
        confidence=confidence,
        path=path,
        span=Span(1, 1, 1, 2),
        symbol="",
        message="",
        recommendation="",
        code="",
        engine=engine,
    )


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("Vault.sol", Role.SOURCE),
        ("src/Vault.sol", Role.SOURCE),
        ("contracts/lib/Math.sol", Role.SOURCE),
        ("src/testing.sol", Role.SOURCE),
        ("lib/solmate/src/ERC20.sol", Role.VENDORED),
        ("packages/core/node_modules/x/A.sol", Role.VENDORED),
        ("test/Vault.sol", Role.TEST),
        ("src/Vault.t.sol", Role.TEST),
        ("script/Deploy.sol", Role.SCRIPT),
        ("src/Deploy.s.sol", Role.SCRIPT),
        ("contracts/Mocks/Token.sol", Role.MOCK),
    ],
)
def test_the_path_tells_what_a_file_is_for(path, role):
    assert role_of(path) is role


def test_a_weakness_in_deployed_code_stops_a_merge():
    assert Policy().fails(finding())


@pytest.mark.parametrize("path", ["test/A.sol", "lib/x/A.sol", "mocks/A.sol", "script/A.sol"])
def test_what_only_helps_is_neither_shown_nor_stops_a_merge(path):
    assert not Policy().shows(finding(path))
    assert not Policy().fails(finding(path))


def test_what_cannot_be_known_from_syntax_stops_nothing():
    unsure = finding(confidence=Confidence.LOW)
    assert Policy().shows(unsure)
    assert not Policy().fails(unsure)


def test_a_model_alone_stops_a_merge_only_if_the_policy_says_so():
    claim = finding(engine=Engine.MODEL)
    assert not Policy().fails(claim)
    assert Policy(models_fail=True).fails(claim)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("contracts/Vault.sol", True),
        ("contracts/old/Vault.sol", False),
        ("other/Vault.sol", False),
    ],
)
def test_what_is_included_and_not_excluded_is_reviewed(path, expected):
    policy = Policy(include=("contracts/**",), exclude=("contracts/old/**",))
    assert policy.reviews(path) is expected


def test_everything_is_reviewed_without_a_word_about_it():
    assert Policy().reviews("anything/at/all.sol")


def test_a_rule_that_is_off_says_nothing_and_stops_nothing():
    policy = Policy(rules={"reentrancy": Level.OFF})
    assert policy.rated(finding()) is None
    assert policy.hidden(finding()) is Hidden.RULE
    assert not policy.fails(finding())


def test_a_rated_rule_counts_as_rated():
    policy = Policy(rules={"reentrancy": Level.LOW})
    assert policy.rated(finding()).severity is Severity.LOW
    assert not policy.fails(finding())
    assert policy.rated(policy.rated(finding())) == policy.rated(finding())


def test_a_finding_that_nobody_rates_stays_the_same():
    assert Policy().rated(finding()) == finding()


def test_the_fingerprint_does_not_depend_on_the_rating():
    policy = Policy(rules={"reentrancy": Level.INFO})
    assert policy.rated(finding()).fingerprint == finding().fingerprint


def test_nothing_fails_where_failing_is_off():
    assert not Policy(fail_severity=None).fails(finding())
    policy = Policy(paths=(PathSection(match=("src",), fail_severity=Level.OFF),))
    assert not policy.fails(finding())
    assert policy.fails(finding("contracts/Vault.sol"))


def test_a_later_section_wins_value_by_value():
    policy = Policy(
        rules={"reentrancy": Level.OFF},
        paths=(
            PathSection(match=("src/**",), show_severity=Severity.HIGH, quiet=()),
            PathSection(
                match=("src/core/**",),
                show_severity=Severity.INFO,
                rules={"reentrancy": Level.ON},
            ),
        ),
    )
    core = policy.for_path("src/core/test/A.sol")
    assert core.show_severity is Severity.INFO
    assert core.speaks
    assert core.rated(finding()) == finding()
    assert policy.for_path("src/A.sol").show_severity is Severity.HIGH
    assert policy.for_path("src/A.sol").rated(finding()) is None


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (Policy(), None),
        (Policy(quiet=(Role.SOURCE,)), Hidden.ROLE),
        (Policy(show_severity=Severity.CRITICAL), Hidden.SEVERITY),
        (Policy(show_confidence=Confidence.HIGH), Hidden.CONFIDENCE),
    ],
)
def test_what_is_not_shown_has_a_reason(policy, reason):
    assert policy.hidden(finding(confidence=Confidence.MEDIUM)) is reason


def test_a_policy_travels_as_json_whether_it_was_used_or_not():
    policy = Policy(
        rules={"reentrancy": Level.LOW},
        paths=(PathSection(match=("src",), fail_severity=Level.OFF, rules={"x": Level.ON}),),
    )
    fresh = encode(policy)
    policy.shows(finding())
    assert encode(policy) == fresh
    assert decode(Policy, fresh) == policy


def test_three_thousand_findings_and_fifty_sections_take_no_time():
    sections = tuple(PathSection(match=(f"**/a{n}/*/b*.sol",)) for n in range(50))
    policy = Policy(paths=sections)
    findings = [finding(f"src/a{n % 500}/x/b.sol") for n in range(3_000)]
    before = time.process_time()
    assert sum(policy.shows(f) for f in findings) == 3_000
    assert time.process_time() - before < 5
