import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import Confidence, Severity
from solvet.domain.policy import CommentMode, Drafts, Forks, Level, PathSection, Policy
from solvet.domain.roles import Role
from solvet.policyfile.reading import ORGANISATION, REPOSITORY, merged, read

RULES = ("tx-origin", "reentrancy", "missing-event")

FULL = """
version: 1
show: {severity: medium, confidence: high}
fail: {severity: critical, confidence: low}
include: contracts/**
exclude: ["lib/**", "*.t.sol"]
quiet: [test, mock]
rules: {tx-origin: off, reentrancy: critical, missing-event: on}
paths:
  - match: "packages/core/**"
    fail: medium
    rules: {tx-origin: low}
  - match: [a, b]
    fail: off
    show: info
    quiet: []
drafts: skip
forks: review
comment: findings
inline: {severity: off, most: 3}
models: {enabled: no, fail: yes, second-look: off, budget: {scan: 0.20, month: 5}}
"""


def one_mistake(text):
    (mistake,) = read(text, rules=RULES).mistakes
    return mistake


def test_every_key_says_what_it_is_for():
    reading = read(FULL, rules=RULES)
    assert reading.mistakes == ()
    assert reading.policy == Policy(
        show_severity=Severity.MEDIUM,
        show_confidence=Confidence.HIGH,
        fail_severity=Severity.CRITICAL,
        fail_confidence=Confidence.LOW,
        include=("contracts/**",),
        exclude=("lib/**", "*.t.sol"),
        quiet=(Role.TEST, Role.MOCK),
        rules={"tx-origin": Level.OFF, "reentrancy": Level.CRITICAL, "missing-event": Level.ON},
        paths=(
            PathSection(
                match=("packages/core/**",),
                fail_severity=Level.MEDIUM,
                rules={"tx-origin": Level.LOW},
            ),
            PathSection(
                match=("a", "b"),
                fail_severity=Level.OFF,
                show_severity=Severity.INFO,
                quiet=(),
            ),
        ),
        drafts=Drafts.SKIP,
        forks=Forks.REVIEW,
        comment=CommentMode.FINDINGS,
        inline_severity=None,
        inline_most=3,
        models=False,
        models_fail=True,
        second_look=None,
        scan_budget=0.2,
        month_budget=5.0,
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "---\n", "\ufeff", "{}"])
def test_a_file_that_says_nothing_is_the_default(text):
    assert read(text, rules=RULES) == read("version: 1", rules=RULES)
    assert read(text, rules=RULES).policy == Policy()


@pytest.mark.parametrize(
    ("text", "place", "message", "suggestion"),
    [
        (
            "fail:\n  severty: low",
            (2, 3, "fail"),
            "`severty` is no key",
            "did you mean `severity`?",
        ),
        ("show: hgih", (1, 7, "show"), "`hgih` is not one of", "did you mean `high`?"),
        ("show: High", (1, 7, "show"), "`High` is not one of", "did you mean `high`?"),
        ("show: no", (1, 7, "show"), "`no` is not one of", ""),
        ("fail: never", (1, 7, "fail"), "`never` is not one of", "did you mean `off`?"),
        ("rules: {tx-orign: off}", (1, 9, "rules"), "`tx-orign` is no rule", "`tx-origin`?"),
        ("rules:\n  tx-origin: [a]", (2, 14, "rules.tx-origin"), "found a list", ""),
        ("rules:", (1, 7, "rules"), "found nothing", "remove it"),
        ("inline: {most: '7'}", (1, 16, "inline.most"), "found text", "write `7`"),
        ("inline: {most: 1e9}", (1, 16, "inline.most"), "a whole number from 0 to 50", ""),
        ("inline: {most: 010}", (1, 16, "inline.most"), "a whole number from 0 to 50", ""),
        ("models: {budget: {scan: -1}}", (1, 25, "models.budget.scan"), "from 0 to 10000", ""),
        ("models: {budget: {scan: .inf}}", (1, 25, "models.budget.scan"), "from 0 to 10000", ""),
        ("paths: {match: a}", (1, 8, "paths"), "expected a list of sections", ""),
        ("paths: [{fail: low}]", (1, 9, "paths[0]"), "needs `match`", ""),
        ("paths: [low]", (1, 9, "paths[0]"), "expected a section", ""),
        ("paths: [{match: []}]", (1, 17, "paths[0].match"), "1 to 100", ""),
        ("exclude: ['a[b]']", (1, 11, "exclude[0]"), "brackets", ""),
        ("version: 2", (1, 10, "version"), "`2` is not `1`", ""),
        ("1: 2", (1, 1, ""), "`1` is no key here", ""),
        ("? [a]\n: b", (1, 3, ""), "a key must be a plain word", ""),
        ("drafts: skip\ndrafts: review", (2, 1, ""), "`drafts` is here twice", ""),
        ("- a", (1, 1, ""), "expected a mapping of keys to values, found a list", ""),
        ("just words", (1, 1, ""), "found a single value", ""),
        ("fail:\n\tseverity: low", (2, 1, ""), "a tab cannot indent", ""),
        ("show: [", (1, 8, ""), "cannot be read as YAML", ""),
        ("show: low\nx: \0", (2, 4, ""), "U+0000", ""),
        ("show: low\n---\nshow: high", (2, 1, ""), "more than one document", ""),
        ("show: &a low", (1, 7, ""), "anchors and aliases", ""),
        ("show: !!python/object:os.system low", (1, 7, ""), "tags are not allowed", ""),
        ("show: " + "[" * 5000, (1, 14, ""), "nested too deeply", ""),
        ("x: '" + "é" * 40_000 + "'", (1, 1, ""), "over 64 KB", ""),
        ('show: "\\UFFFFFFFF"', (1, 1, ""), "too large", ""),
    ],
)
def test_a_mistake_has_its_place_and_plain_words(text, place, message, suggestion):
    mistake = one_mistake(text)
    assert (mistake.line, mistake.column, mistake.key) == place
    assert mistake.origin == REPOSITORY
    assert message in mistake.message
    assert suggestion in mistake.suggestion
    assert bool(suggestion) == bool(mistake.suggestion)


def test_what_is_wrong_takes_nothing_right_with_it():
    text = "show: loud\nfail: medium\nrules: {nonsense: off, reentrancy: low}\nquiet: [tset, mock]"
    reading = read(text, rules=RULES)
    assert len(reading.mistakes) == 3
    assert reading.policy == Policy(
        fail_severity=Severity.MEDIUM, rules={"reentrancy": Level.LOW}, quiet=(Role.MOCK,)
    )


def test_a_list_with_nothing_right_in_it_leaves_the_default():
    assert read("quiet: [tset]", rules=RULES).policy == Policy()


def test_of_two_equal_keys_the_first_counts():
    assert read("fail: low\nfail: high", rules=RULES).policy.fail_severity is Severity.LOW


@pytest.mark.parametrize("word", ["off", "Off", "OFF", "no", "false", "'off'"])
def test_off_is_off_in_every_version_of_yaml(word):
    text = f"fail: {word}\nmodels: {word}\nrules: {{reentrancy: {word}}}"
    reading = read(text, rules=RULES)
    assert reading.mistakes == ()
    assert reading.policy == Policy(
        fail_severity=None, models=False, rules={"reentrancy": Level.OFF}
    )


def test_a_file_of_mistakes_lists_the_first_ones_in_no_time():
    text = "\n".join(f"severity-number-{n}: {{}}" for n in range(2_500))
    before = time.process_time()
    mistakes = read(text, rules=RULES).mistakes
    assert time.process_time() - before < 15
    assert len(mistakes) == 50
    assert mistakes[-1].message == "only the first 50 mistakes are listed"


def test_what_a_mistake_quotes_is_short_and_cannot_leave_its_quotes():
    mistake = one_mistake(f'"`x`\\n{"y" * 500}": 1')
    assert mistake.message.count("`") == 2
    assert "\n" not in mistake.message
    assert len(mistake.message) < 100


@pytest.mark.parametrize(
    "text",
    [
        "[" * 60_000,
        "{a: " * 15_000,
        "- " * 30_000,
        "? " * 30_000,
        "[\n" * 30_000,
        "a" * 60_000,
        "'" + "a\n" * 30_000,
        "[a, b]: " * 8_000,
        "%YAML 1.1\n" * 6_000,
        "x: |\n" + "  a\n" * 15_000,
        "include: [" + "a, " * 20_000 + "]",
        "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
    ],
)
def test_hostile_text_takes_little_time(text):
    before = time.process_time()
    assert read(text, rules=RULES).mistakes
    assert time.process_time() - before < 15


MARKS = "-?&*!|>'\",:#%@`~[]{}<\t\n \0\ufeff\ud800\u2028"
WORDS = ["show", "fail", "severity", "off", "high", "low:", "rules", "paths", "match", "0.5", "---"]


@given(st.text() | st.lists(st.sampled_from([*MARKS, *WORDS])).map(" ".join))
def test_no_text_makes_the_reader_raise(text):
    assert isinstance(read(text, rules=RULES).policy, Policy)


def test_the_repository_wins_key_by_key():
    organisation = "show: {severity: high, confidence: high}\nmodels: off\nexclude: [a, b]"
    repository = "show: {severity: info}\nexclude: c\nmodels: {budget: {scan: 1}}"
    assert merged(organisation, repository, rules=RULES).policy == Policy(
        show_severity=Severity.INFO,
        show_confidence=Confidence.HIGH,
        models=False,
        exclude=("c",),
        scan_budget=1.0,
    )


def test_rules_are_merged_rule_by_rule():
    reading = merged(
        "rules: {reentrancy: low, tx-origin: off}", "rules: {tx-origin: on}", rules=RULES
    )
    assert reading.policy.rules == {"reentrancy": Level.LOW, "tx-origin": Level.ON}


def test_a_mistake_says_whose_file_it_is_in_and_the_organisations_value_holds():
    reading = merged("fail: medium\nx: 1", "fail: loud", rules=RULES)
    assert [mistake.origin for mistake in reading.mistakes] == [ORGANISATION, REPOSITORY]
    assert reading.policy.fail_severity is Severity.MEDIUM


@pytest.mark.parametrize(("organisation", "repository"), [(None, None), ("", None), (None, "")])
def test_without_files_there_are_defaults(organisation, repository):
    assert merged(organisation, repository, rules=RULES).policy == Policy()
