"""What comment and check run say of the policy and of the attack surface."""

import re

from markdown_it import MarkdownIt

from solvet.domain.layout import Fate, LayoutChange, PlaceChange
from solvet.domain.policy import Level, Mistake, PathSection, Policy
from solvet.domain.review import Coverage
from solvet.domain.surface_change import Aspect, SurfaceChange, Turn, Weight
from solvet.domain.verdict import Conclusion, decide
from solvet.render import words
from solvet.render.check_run import TEXT_LIMIT, check_run
from solvet.render.comment import LIMIT, comment
from tests.render.samples import CONTEXT, file_review, judged, many, review

HOSTILE = "@ada [x](https://evil.example) <img src=x> ![y](z) | -->"
LONG = "é[" * 4_000


def mistake(**facts):
    known = {"origin": ".solvet.yml", "line": 3, "column": 1, "key": "fail"}
    return Mistake(**known | {"message": "`severty` is no key here"} | facts)


def change(aspect=Aspect.GUARD, **facts):
    known = {"turn": Turn.CHANGED, "weight": Weight.WORSE, "contract": "Vault", "line": 7}
    return SurfaceChange(aspect=aspect, **known | {"subject": "f()", "before": "onlyOwner"} | facts)


def broken(subject="Vault", places=3, text="uint256 a"):
    moved = [PlaceChange(("", n, 0), text, "address b", Fate.REPLACED) for n in range(places)]
    layout = LayoutChange(tuple(moved), shifted=True)
    return change(Aspect.LAYOUT_BREAK, contract=subject, subject=subject, layout=layout)


def check(it):
    return check_run(it, decide(it), CONTEXT)


def html(text):
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)


def test_a_mistake_is_told_with_file_line_key_and_suggestion():
    it = review(file_review(), mistakes=(mistake(suggestion="did you mean `severity`?"),))
    told = "- `.solvet.yml` line 3, `fail`: `severty` is no key here; did you mean `severity`?"
    assert told in comment(it, CONTEXT)
    assert told in check(it).summary


def test_what_the_change_would_do_to_the_policy_has_a_section():
    it = review(file_review(), policy_changes=("rule `tx-origin` would be switched off",))
    for text in (comment(it, CONTEXT), check(it).summary):
        _, _, section = text.partition("### This change edits the policy (no effect until merged)")
        assert "- rule `tx-origin` would be switched off" in section


def test_without_either_nothing_is_said_of_the_policy():
    assert "olicy" not in comment(review(file_review()), CONTEXT)


def test_texts_of_the_policy_file_stay_inert():
    hostile = mistake(key=HOSTILE, message=HOSTILE, suggestion=HOSTILE, origin=HOSTILE)
    it = review(file_review(), mistakes=(hostile,), policy_changes=(HOSTILE,))
    shown = html(comment(it, CONTEXT))
    assert "<img" not in shown
    assert "<a href" not in shown.replace(f'<a href="{CONTEXT.blob_url}', "")
    assert "@ada" not in re.sub("<code>.*?</code>", "", shown)


def test_excluded_files_are_named_and_are_no_gap_in_the_review():
    it = review(file_review(), file_review(path="gen/A.sol", coverage=Coverage.EXCLUDED))
    text = comment(it, CONTEXT)
    assert "**Excluded by the policy** (1)\n\n- `gen/A.sol`" in text
    assert decide(it).conclusion is Conclusion.SUCCESS


def test_the_reason_why_a_finding_is_held_back_is_told_by_its_kind():
    section = PathSection(match=("contracts/**",), rules={"reentrancy": Level.OFF})
    it = review(file_review(judged()), policy=Policy(paths=(section,)))
    assert words.held_back(it) == "1 finding not shown: 1 of rules that are switched off."


def test_a_postponed_review_says_so():
    it = review(not_now="Draft: not reviewed")
    assert "**Not reviewed for now.**" in check(it).summary
    assert check(it).title == "Draft: not reviewed"


def test_the_surface_stands_between_what_is_introduced_and_what_was_there():
    it = review(file_review(*many(1), surface=(change(),), path="src/Vault.sol"))
    text = comment(it, CONTEXT)
    introduced, surface = text.index("### Introduced"), text.index("### Attack surface")
    assert introduced < surface < text.index("### What was looked at")
    assert "🔴 **guard changed** `Vault.f()`" in check(it).text


def test_a_broken_layout_is_warned_of_at_the_top_and_once():
    it = review(file_review(*many(1), surface=(change(), broken())))
    text, shown = comment(it, CONTEXT), check(it)
    assert text.index("> [!CAUTION]") < text.index("### Introduced")
    assert text.count("> [!CAUTION]") == shown.summary.count("> [!CAUTION]") == 1
    assert "> [!CAUTION]" not in shown.text
    assert "STORAGE LAYOUT BROKEN" in shown.text


def test_where_the_policy_is_quiet_the_surface_is_too():
    it = review(file_review(surface=(change(), broken()), path="test/Vault.t.sol"))
    assert "Attack surface" not in comment(it, CONTEXT)
    assert "CAUTION" not in comment(it, CONTEXT)


def test_with_all_of_it_at_its_longest_everything_fits():
    surface = tuple(broken(f"V{n}{LONG}", 300, LONG) for n in range(100))
    files = [
        file_review(*many(10, message=LONG), path=f"{n}{LONG}", coverage=coverage, surface=surface)
        for n in range(10)
        for coverage in Coverage
    ]
    wrong = tuple(mistake(line=n, message=LONG, suggestion=LONG, key=LONG) for n in range(50))
    it = review(*files, mistakes=wrong, policy_changes=(LONG,) * 500, unlisted=LONG)
    text, shown = comment(it, CONTEXT), check(it)
    assert len(text) <= LIMIT
    assert "🔴 **High**" in text
    assert max(len(shown.text.encode()), len(shown.summary.encode())) <= TEXT_LIMIT
    assert "🔴 **High**" in shown.text
