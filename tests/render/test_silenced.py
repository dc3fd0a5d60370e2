"""What reports say of silence, in every form."""

from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from solvet.domain.baseline import Accepted
from solvet.domain.change import ChangeKind
from solvet.domain.policy import Policy
from solvet.domain.scan import NO_COMMIT
from solvet.domain.silence import Silence, Silencer, Silences
from solvet.domain.suppression import (
    Suppression,
    SuppressionEdit,
    SuppressionNote,
    Suppressions,
)
from solvet.domain.verdict import decide
from solvet.render.check_run import check_run
from solvet.render.comment import LIMIT, comment
from solvet.render.document import document
from solvet.render.machine import machine
from solvet.render.sarif import sarif
from solvet.render.silenced import silence
from solvet.render.terminal import terminal
from tests.render.reports import JSON_SCHEMA, check_text
from tests.render.samples import CONTEXT, file_review, judged, review
from tests.render.sarif_schema import SCHEMA as SARIF_SCHEMA

BY_COMMENT = Silence(by=Silencer.COMMENT, reason="the owner is no contract")
BY_ADA = Silence(by=Silencer.TRIAGE, who="@ada", reason="`checked` twice")
BY_BASELINE = Silence(by=Silencer.BASELINE)
MARKER = Suppression(
    line=41,
    marker="solvet-ignore-next-line",
    rules=("reentrancy",),
    first=42,
    last=42,
    reason="see the audit",
)
HOSTILE = "@all #1 <b>x</b> ![](http://e.vil) `--> </details> | \u202e"


def quiet(why, kind=ChangeKind.EXISTING, **changes):
    return replace(judged(kind, **changes), silence=why)


def of(*findings, suppressions=None, **facts):
    return review(file_review(*findings, suppressions=suppressions or Suppressions()), **facts)


DECIDED = quiet(BY_ADA, symbol="Vault.b")
EVERYTHING = of(
    quiet(BY_COMMENT),
    DECIDED,
    quiet(BY_BASELINE, symbol="Vault.c"),
    suppressions=Suppressions(
        edits=(
            SuppressionEdit(suppression=MARKER, added=True, waiting=("reentrancy on line 42",)),
            SuppressionEdit(
                suppression=replace(MARKER, rules=("*",), line=7, reason=""), added=True
            ),
            SuppressionEdit(suppression=MARKER, added=False),
        ),
        notes=(SuppressionNote(line=9, text="there is no rule `x`; did you mean `y`?"),),
    ),
)


def test_the_sections_as_a_person_reads_them():
    assert silence(EVERYTHING) == (
        "<details><summary>3 findings silenced: 1 by a comment in the code, 1 by a decision, "
        "1 by the baseline</summary>\n\n"
        "- `contracts/Vault.sol:42`: high `reentrancy`, a comment in the code: "
        "the owner is no contract\n"
        f"- `contracts/Vault.sol:42`: high `reentrancy` (`{DECIDED.finding.fingerprint}`), "
        "a decision of @\u2060ada: `checked` twice\n"
        "- `contracts/Vault.sol:42`: high `reentrancy`, the baseline\n\n"
        "</details>\n\n"
        "### This change edits suppressions (no effect until merged)\n\n"
        "- `contracts/Vault.sol`: adds `solvet-ignore-next-line` for `reentrancy`, line 41. "
        "It would silence reentrancy on line 42. Reason: see the audit\n"
        "- `contracts/Vault.sol`: adds `solvet-ignore-next-line` for every rule, line 7. "
        "It would silence nothing that is there. No reason given\n"
        "- `contracts/Vault.sol`: removes `solvet-ignore-next-line` for `reentrancy`, "
        "line 41 of the base\n\n"
        "### Suppression comments\n\n"
        "- `contracts/Vault.sol:9`: there is no rule `x`; did you mean `y`?"
    )


def test_nothing_is_said_where_there_is_no_silence():
    assert silence(of(judged())) == ""


@pytest.mark.parametrize(
    "report", [lambda it: comment(it, CONTEXT), check_text, lambda it: document(it, CONTEXT)]
)
def test_comment_check_run_and_document_have_the_sections(report):
    assert silence(EVERYTHING) in report(EVERYTHING)


def test_a_silenced_finding_is_in_no_other_list():
    text = check_text(EVERYTHING)
    assert "Findings: 0 introduced, 0 existing, 0 fixed" in text
    assert "## Existing" not in text


def test_a_missing_reason_is_said_to_be_missing():
    it = of(quiet(Silence(by=Silencer.COMMENT)))
    assert "a comment in the code: no reason given" in silence(it)


def test_tests_and_vendored_code_have_no_section():
    file = replace(EVERYTHING.files[0].file, path="test/Vault.t.sol")
    it = replace(EVERYTHING, files=(replace(EVERYTHING.files[0], file=file, findings=()),))
    assert silence(it) == ""
    assert silence(replace(it, policy=Policy(quiet=()))) != ""


def test_the_first_review_of_a_branch_says_why_nothing_is_new():
    it = of(judged(), base_sha=NO_COMMIT, adopting=True)
    told = "First review of the default branch: there is nothing to compare with. 1 finding count"
    assert told in comment(it, CONTEXT)
    assert "compared with base" not in comment(it, CONTEXT)


def test_the_terminal_counts_and_lists_when_asked():
    brief, listed = terminal(EVERYTHING, {}), terminal(EVERYTHING, {}, list_silenced=True)
    assert "--show-silenced lists them." in brief
    assert "Silenced findings (3)" in listed
    assert f"(`{DECIDED.finding.fingerprint}`), a decision of @ada: `checked` twice" in listed
    assert "Suppression comments (1)" in brief


def test_the_terminal_names_what_the_baseline_may_forget():
    gone = Accepted(path="A.sol", rule="tx-origin", fingerprint="0" * 16)
    told = "The baseline has 2 entries for what is not there any more: solvet baseline --prune"
    assert told in terminal(of(stale=(gone, gone)), {})


def test_programs_read_who_silences_what():
    made = machine(EVERYTHING)
    jsonschema.Draft202012Validator(JSON_SCHEMA).validate(made)
    assert made["findings"] == []
    assert made["summary"]["silenced"] == 3
    assert [each["silence"] for each in made["silenced"]] == [
        {"by": "comment", "reason": "the owner is no contract", "who": ""},
        {"by": "triage", "reason": "`checked` twice", "who": "@ada"},
        {"by": "baseline", "reason": "", "who": ""},
    ]
    assert [edit["added"] for edit in made["suppressions"]["edits"]] == [True, True, False]


def test_sarif_has_silenced_findings_only_when_asked():
    assert sarif(EVERYTHING)["runs"][0]["results"] == []
    log = sarif(EVERYTHING, silenced=True)
    jsonschema.Draft202012Validator(SARIF_SCHEMA).validate(log)
    assert [result["suppressions"] for result in log["runs"][0]["results"]] == [
        [
            {
                "kind": "inSource",
                "status": "accepted",
                "justification": "the owner is no contract",
            }
        ],
        [{"kind": "external", "status": "accepted", "justification": "`checked` twice"}],
        [{"kind": "external", "status": "accepted"}],
    ]


TEXTS = st.one_of(st.just(HOSTILE), st.text(max_size=60))


@given(TEXTS, TEXTS, TEXTS)
def test_what_somebody_writes_stays_text(reason, name, path):
    it = of(
        quiet(Silence(by=Silencer.COMMENT, reason=reason), path=path),
        suppressions=Suppressions(
            edits=(
                SuppressionEdit(
                    suppression=replace(MARKER, reason=reason, marker=name), added=True
                ),
            ),
            notes=(SuppressionNote(line=1, text=f"there is no rule `{name}`"),),
        ),
    )
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(silence(it))
    assert "<b>" not in html
    assert "<img" not in html
    assert html.count("</details>") == 1
    assert html.count("<li>") == 3


def test_many_of_each_fit_into_a_comment_and_say_so():
    findings = [quiet(BY_COMMENT, symbol=f"Vault.f{n}") for n in range(900)]
    edits = (SuppressionEdit(suppression=MARKER, added=True),) * 900
    notes = (SuppressionNote(line=1, text=HOSTILE * 9),) * 900
    it = of(
        *[judged(symbol=f"Vault.g{n}") for n in range(900)],
        *findings,
        suppressions=Suppressions(edits=edits, notes=notes),
    )
    text = comment(it, CONTEXT)
    assert len(text) <= LIMIT
    assert silence(it).count("more\n") + silence(it).endswith("more") == 3


def test_what_comes_back_although_the_baseline_has_it_is_pointed_out():
    named = Silences(triage={}, baseline=frozenset({judged().finding.fingerprint}))
    told = "The baseline has 1 of the introduced findings, and accepts only what is in the base"
    assert told in silence(of(judged(), silences=named))
    assert told in terminal(of(judged(), silences=named), {})
    assert told not in silence(of(judged(), base_sha="", silences=named))


def test_annotations_of_a_first_review_speak_of_no_base():
    it = of(judged(), base_sha=NO_COMMIT, adopting=True)
    (annotation,) = check_run(it, decide(it), CONTEXT).annotations
    assert "base" not in annotation.title
