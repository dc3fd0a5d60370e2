import pytest

from solvet.policyfile.differences import differences
from solvet.policyfile.reading import read

RULES = ("tx-origin", "reentrancy")


def sentences(base, head):
    return differences(read(base, rules=RULES).policy, read(head, rules=RULES).policy)


@pytest.mark.parametrize(
    ("base", "head", "sentence"),
    [
        ("", "fail: critical", "`fail.severity` would change from high to critical"),
        ("", "fail: off", "`fail.severity` would change from high to off"),
        ("", "models: off", "`models.enabled` would change from on to off"),
        ("", "drafts: skip", "`drafts` would change from review to skip"),
        ("", "models: {budget: {scan: 0.5}}", "`models.budget.scan` would be set to 0.5"),
        (
            "models: {budget: {scan: 0.5}}",
            "",
            "`models.budget.scan` would no longer be set (it is 0.5)",
        ),
        ("", "exclude: [a, b]", "`exclude` would gain `a`, `b`"),
        ("quiet: [test]", "quiet: []", "`quiet` would lose `test`"),
        ("", "rules: {tx-origin: off}", "rule `tx-origin` would be switched off"),
        (
            "rules: {tx-origin: off}",
            "rules: {tx-origin: on}",
            "rule `tx-origin` would be switched on",
        ),
        ("", "rules: {tx-origin: low}", "rule `tx-origin` would be rated low"),
        ("rules: {tx-origin: low}", "", "rule `tx-origin` would no longer be set"),
        (
            "",
            "paths: [{match: 'packages/**', rules: {tx-origin: off}}]",
            "rule `tx-origin` would be switched off in `packages/**`",
        ),
        (
            "paths: [{match: a, fail: low}]",
            "paths: [{match: a, fail: off}]",
            "`fail.severity` would change from low to off in `a`",
        ),
        ("", "paths: [{match: a, fail: off}]", "`fail.severity` would be set to off in `a`"),
        ("", "paths: [{match: a, quiet: []}]", "`quiet` would be set to nothing in `a`"),
        (
            "paths: [{match: [a, b], fail: off}]",
            "",
            "the section of `paths` for `a`, `b` would be removed",
        ),
        ("", "paths: [{match: a}]", "a section of `paths` for `a` would be added"),
        (
            "paths: [{match: a, fail: low}, {match: b, fail: off}]",
            "paths: [{match: b, fail: off}, {match: a, fail: low}]",
            "the order of the sections of `paths` would change",
        ),
    ],
)
def test_a_difference_is_a_plain_sentence(base, head, sentence):
    assert sentences(base, head) == (sentence,)


def test_order_and_comments_are_no_difference():
    assert (
        sentences("exclude: [a, b]\nquiet: [mock, test]", "quiet: [test, mock] #\nexclude: [b, a]")
        == ()
    )


def test_every_difference_has_its_sentence():
    assert len(sentences("", "show: high\nfail: off\ninclude: [a]\nforks: review")) == 4


def test_two_sections_for_the_same_paths_are_told_apart():
    base = "paths: [{match: a, fail: low}, {match: a, fail: off}]"
    head = "paths: [{match: a, fail: low}, {match: a, fail: info}]"
    assert sentences(base, head) == ("`fail.severity` would change from off to info in `a`",)
