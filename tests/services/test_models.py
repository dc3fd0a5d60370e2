"""The model stage in the pipeline: side by side, within the limit, and asked once."""

import threading

from solvet.local.providers.answers import Says, Took

HELD = """pragma solidity 0.8.28;
contract C{0} {{
    uint256 a;
    function f() external {{
        a = {0};
    }}
}}
"""
NOTHING = '{"claims": [], "judgements": []}'


def ten_files():
    return {f"src/C{number}.sol": HELD.format(number) for number in range(10)}


def test_ten_files_are_asked_about_side_by_side(road, change):
    together = threading.Barrier(10, timeout=20)

    def policy(_):
        together.wait()
        return {"claims": [], "judgements": []}

    road.providers.policy = policy
    mine = change({"README.md": "x"}, ten_files())
    road.announce(mine)
    road.run()
    assert len(road.providers.received) == 10
    assert not together.broken
    assert road.check(mine)["title"] == "Nothing new found"


def test_what_was_answered_before_costs_nothing_and_the_report_says_so(road, change):
    mine = change({"README.md": "x"}, ten_files())
    road.announce(mine)
    road.run()
    asked = len(road.providers.received)
    road.move(mine, {**ten_files(), "README.md": "y"})
    road.announce(mine, "synchronize")
    road.run()
    assert len(road.providers.received) == asked
    assert "10 questions (all answered before, at no cost)" in road.comment(mine)


def test_at_the_limit_of_the_month_the_review_goes_on_static_only_and_says_so(road, change):
    dear = Took(input=0, output=1_200_000)
    road.providers.policy = lambda _: Says(NOTHING, model="gpt-6.1-sol", took=dear)
    mine = change({"README.md": "x"}, {"src/A.sol": HELD.format(77)})
    road.announce(mine)
    road.run()
    assert "$12.00" in road.comment(mine)
    road.move(mine, {"src/A.sol": HELD.format(78)})
    road.announce(mine, "synchronize")
    road.run()
    assert len(road.providers.received) == 1
    check = road.checks(mine)[-1]
    assert check["conclusion"] == "success"
    assert check["title"].endswith("static only")
    assert "for this repository and month is used up" in road.comment(mine)


def test_no_money_is_spent_on_tests_and_vendored_code(road, change):
    files = {"lib/vendor/A.sol": HELD.format(1), "test/A.t.sol": HELD.format(2)}
    mine = change({"README.md": "x"}, files)
    road.announce(mine)
    road.run()
    assert road.providers.received == []
    assert "only tests, mocks, scripts or vendored code changed" in road.comment(mine)
