import pytest

from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.domain.policy import Policy
from solvet.domain.roles import Role, role_of


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
