import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.change import SecondOpinion, Stance, Witness
from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.llm.context.facts import facts_of
from solvet.llm.errors import WrongSchema
from solvet.llm.ground import grounded
from solvet.solidity.outline import without_comments

VAULT = """pragma solidity 0.8.28;
contract Vault {
    mapping(address => uint256) balances;
    // balances[msg.sender] = type(uint256).max;
    function withdraw(uint256 amount) external {
        balances[msg.sender] -= amount; // checked
        payable(msg.sender).transfer(amount);
    }
}
"""
SUBTRACTION = "balances[msg.sender] -= amount;"


def claim(**changes):
    return {
        "scenario": "other",
        "quote": SUBTRACTION,
        "start_line": 6,
        "explanation": "A user withdraws and pays nothing.",
        "title": "Withdrawal ignores the fee",
        "category": "other",
        "severity": "high",
        "confidence": "high",
        "since": "change",
        "recommendation": "Take the fee.",
        "fix": "",
    } | changes


def judgement(**changes):
    return {
        "label": "F1",
        "quote": "payable(msg.sender).transfer(amount);",
        "start_line": 7,
        "reason": "2,300 gas only",
        "stance": "refuted",
    } | changes


def ground(*claims, judgements=(), static=(), text=VAULT, **more):
    reply = json.dumps({"claims": claims, "judgements": judgements})
    labels = {f"F{n}": finding for n, finding in enumerate(static, start=1)}
    settings = {"path": "src/Vault.sol", "labels": labels, "static": tuple(static)} | more
    return grounded(reply, text=text, **settings)


def found(*claims, **more):
    return [claim.finding for claim in ground(*claims, **more).claims]


def static_finding(**changes):
    return Finding(
        **{
            "rule": "reentrancy",
            "title": "Reentrancy",
            "category": Category.REENTRANCY,
            "severity": Severity.HIGH,
            "confidence": Confidence.HIGH,
            "path": "src/Vault.sol",
            "span": Span(6, 1, 7, 10),
            "symbol": "Vault.withdraw",
            "message": "",
            "recommendation": "",
            "code": "",
        }
        | changes
    )


def test_a_claim_with_a_true_quote_becomes_a_finding_of_the_model():
    assert found(claim(start_line=1)) == [
        Finding(
            rule="model-other",
            title="Withdrawal ignores the fee",
            category=Category.OTHER,
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            path="src/Vault.sol",
            span=Span(6, 9, 6, 40),
            symbol="Vault.withdraw",
            message="A user withdraws and pays nothing.",
            recommendation="Take the fee.",
            code="balances[msg.sender] -= amount;",
            engine=Engine.MODEL,
        )
    ]


@pytest.mark.parametrize(
    "quote",
    ["balances[msg.sender] += amount;", "balances[msg.sender] = type(uint256).max;", "checked", ""],
    ids=["not in the file", "only in a comment", "a word of a comment", "empty"],
)
def test_a_claim_without_a_true_quote_is_dropped_and_counted(quote):
    judged = ground(claim(quote=quote), claim())
    assert (len(judged.claims), judged.made, judged.dropped) == (1, 2, 1)


def test_confidence_is_never_above_medium_and_may_be_below():
    said = [found(claim(confidence=word))[0].confidence for word in ("high", "low")]
    assert said == [Confidence.MEDIUM, Confidence.LOW]


def test_the_rule_is_the_category_in_kebab_case():
    assert found(claim(category="access_control"))[0].rule == "model-access-control"


@pytest.mark.parametrize(("word", "expected"), [("change", True), ("before", False)])
def test_what_a_claim_says_of_the_change_is_kept(word, expected):
    assert ground(claim(since=word)).claims[0].since_change is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Fees are never taken", "explanation": "x", "recommendation": "y"},
        {"quote": SUBTRACTION.rstrip(";")},
        {"quote": SUBTRACTION + "\n        payable(msg.sender).transfer(amount);"},
        {"quote": "   6|         " + SUBTRACTION},
        {"quote": "function withdraw(uint256 amount) external {\n" + SUBTRACTION},
        {"severity": "low", "confidence": "low"},
    ],
    ids=["reworded", "less quoted", "more quoted", "numbered", "from the head on", "milder"],
)
def test_a_claim_keeps_its_identity_however_it_is_put(changes):
    assert found(claim(**changes))[0].fingerprint == found(claim())[0].fingerprint


def test_of_equal_code_the_place_nearest_to_the_line_of_the_question_is_meant():
    text = VAULT.replace("        payable", f"        {SUBTRACTION}\n        payable")
    assert found(claim(start_line=7), text=text)[0].span.start_line == 7


def test_line_numbers_of_an_earlier_equal_question_are_translated_by_position():
    text = VAULT.replace("        payable", f"        {SUBTRACTION}\n        payable")
    numbers = {"shown": (5, 6, 7, 8), "asked": (105, 106, 107, 108)}
    lines = [
        found(claim(start_line=line), text=text, **numbers)[0].span.start_line
        for line in (106, 107, 1)
    ]
    assert lines == [6, 7, 6]


def test_a_claim_that_repeats_a_static_finding_counts_as_agreement():
    known = static_finding()
    judged = ground(claim(category="reentrancy"), static=[known])
    assert (judged.claims, judged.made, judged.merged) == ((), 1, 1)
    assert judged.judgements == {
        known.fingerprint: SecondOpinion(Stance.CONFIRMED, "A user withdraws and pays nothing.")
    }


def test_what_was_said_outright_of_a_static_finding_counts_before_a_repeated_claim():
    known = static_finding()
    judged = ground(claim(category="reentrancy"), judgements=[judgement()], static=[known])
    assert judged.judgements == {
        known.fingerprint: SecondOpinion(Stance.REFUTED, "2,300 gas only", Witness.MODEL)
    }


def test_a_refutation_that_quotes_nothing_of_the_file_leaves_the_model_unsure():
    known = static_finding()
    judged = ground(judgements=[judgement(quote="require(locked == 1);")], static=[known])
    assert judged.judgements == {
        known.fingerprint: SecondOpinion(
            Stance.UNSURE, "refuted by code that is not there: 2,300 gas only"
        )
    }


def test_a_refutation_may_quote_an_import_and_a_claim_may_not():
    known, imports = static_finding(), {"Lock.sol": "modifier lock() { require(locked == 1); _; }"}
    quote = "require(locked == 1);"
    judged = ground(
        claim(quote=quote), judgements=[judgement(quote=quote)], static=[known], imports=imports
    )
    assert judged.judgements[known.fingerprint].stance is Stance.REFUTED
    assert judged.dropped == 1


def test_a_judgement_of_a_finding_that_does_not_exist_is_not_passed_on():
    assert ground(judgements=[judgement(label="F2")], static=[static_finding()]).judgements == {}


def test_the_first_of_two_judgements_of_a_finding_counts():
    known = static_finding()
    said = [judgement(), judgement(stance="confirmed")]
    judged = ground(judgements=said, static=[known]).judgements
    assert judged[known.fingerprint].stance is Stance.REFUTED


def test_a_claim_that_facts_contradict_stays_and_is_marked():
    text = VAULT.replace("external {", "external {\n        require(msg.sender == address(this));")
    told = claim(
        category="access_control",
        title="Anyone can withdraw",
        fix="balances[msg.sender] -= amount + 1;",
        severity="critical",
    )
    [faced] = ground(told, text=text, facts=facts_of(text, {})).claims
    assert faced.opinion == SecondOpinion(
        Stance.REFUTED,
        "`Vault.withdraw` lets only chosen callers through: a comparison, line 6.",
        Witness.FACTS,
    )
    assert (faced.finding.confidence, faced.finding.severity, faced.finding.fix) == (
        Confidence.LOW,
        Severity.CRITICAL,
        None,
    )


def test_more_than_twenty_claims_are_not_read_and_that_is_counted():
    judged = ground(*[claim()] * 23)
    assert (judged.made, judged.unread, judged.merged) == (20, 3, 19)


def test_a_fix_that_does_not_parse_is_counted_and_not_shown():
    judged = ground(claim(fix="balances[msg.sender] -= ;"), claim(category="gas", fix=" "))
    assert [c.finding.fix for c in judged.claims] == [None, None]
    assert judged.unfit_fixes == 1


def test_what_was_quoted_with_its_secrets_hidden_is_found_and_shown_as_it_stands():
    text = VAULT.replace(
        "balances[msg.sender] -=", 'key("ghp_0123456789abcdef0123"); balances[a] -='
    )
    told = claim(quote='key("ghp_********************");', fix='key("ghp_********************");')
    [shown] = found(told, text=text)
    assert (shown.code, shown.fix) == ('key("ghp_0123456789abcdef0123");', None)


def test_texts_are_bounded_and_hold_no_control_characters():
    long = "A\x1b[31m\u202e line\n" * 1000
    shown = found(claim(title=long, explanation=long, recommendation=long))[0]
    assert [len(shown.title), len(shown.message), len(shown.recommendation)] == [120, 1500, 1500]
    assert not {"\x1b", "\u202e", "\n"} & set(shown.title + shown.message + shown.recommendation)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "nope",
        "[]",
        "null",
        '{"claims": []}',
        '{"claims": {}, "judgements": []}',
        json.dumps({"claims": [claim(severity="apocalyptic")], "judgements": []}),
        json.dumps({"claims": [claim(category="vibes")], "judgements": []}),
        json.dumps({"claims": [claim(start_line="six")], "judgements": []}),
        json.dumps({"claims": [claim(title=None)], "judgements": []}),
        '{"claims": ' + "[" * 100_000,
        '"\\ud800"',
    ],
    ids=range(12),
)
def test_a_reply_of_another_form_is_refused_as_a_whole(reply):
    with pytest.raises(WrongSchema, match="form that was asked for"):
        grounded(reply, path="src/Vault.sol", text=VAULT, labels={}, static=())


WORDS = (
    *("contract A {", "function f() external {", "}", "{", "x = 1;", "if (x > y) {", "// z\n"),
    *('g("a', "assembly {", "/*", "a.call{value: 1}(b);", "\r\n", "\n", "...", "\ufeff"),
)
code = st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
pieces = st.one_of(
    st.text(max_size=60),
    st.sampled_from(VAULT.split("\n")),
    st.sampled_from(["x = 1;", "contract A {\n...\n}", "  3| x = 1;", "- x = 1;", "(" * 1_999]),
    st.builds(lambda a, b: VAULT[min(a, b) : max(a, b)], st.integers(0, 400), st.integers(0, 400)),
)
claims = st.builds(
    claim,
    quote=pieces,
    fix=pieces,
    title=st.text(max_size=20),
    explanation=st.text(max_size=20),
    start_line=st.integers(-(2**60), 2**60),
    category=st.sampled_from([str(category) for category in Category]),
    scenario=st.sampled_from(["other", "S01", "S20"]),
)


@given(code | st.just(VAULT), st.lists(claims, max_size=6))
def test_nothing_ungrounded_ever_passes_and_nothing_is_lost(text, said):
    judged = ground(*said, text=text, facts=facts_of(text, {}))
    visible = text.encode("utf-8", "replace").decode()
    for finding in (claim.finding for claim in judged.claims):
        assert finding.code in visible
        assert _folded(_shown(text, finding.span))
    assert judged.made == len(said) == judged.dropped + judged.merged + len(judged.claims)


SAID = [
    claim(),
    claim(title="Fee not taken"),
    claim(quote="payable(msg.sender).transfer(amount);", title="Fee paid twice", scenario="S17"),
    claim(quote=SUBTRACTION + "payable(msg.sender).transfer(amount);", scenario="S17"),
    claim(category="reentrancy", title="Again", scenario="S20"),
    claim(category="reentrancy", quote="not there at all", scenario="S20"),
]


@given(st.permutations(SAID))
def test_the_order_of_claims_changes_nothing(said):
    static = [static_finding()]
    assert ground(*said, static=static) == ground(*SAID, static=static)


@given(st.text(max_size=200))
def test_any_text_is_grounded_or_refused_and_never_breaks(reply):
    with pytest.raises(WrongSchema):
        grounded(reply, path="a.sol", text=VAULT, labels={}, static=())


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("(" * 200_000 + "x", "(" * 1_990 + "y"),
        ("a b " * 60_000, "a b " * 400),
        ("function f() { x = 1; }\n" * 8_000, "x = 1;\n...\n" * 150 + "y = 2;"),
        ("if (a) { " * 20_000, "// ... " * 280),
    ],
    ids=["brackets", "periodic", "many functions, many gaps", "nested"],
)
def test_code_and_quotes_made_to_match_everywhere_take_no_time(text, quote):
    said = [claim(quote=quote, fix=quote)] * 20
    ground(claim(), text=text)  # the parser's own time
    before = process_time()
    ground(*said, text=text)
    assert process_time() - before < 20


def _shown(text, span):
    lines = without_comments(text).split("\n")[span.start_line - 1 : span.end_line]
    return "\n".join(lines)


def _folded(text):
    return "".join(text.split())
