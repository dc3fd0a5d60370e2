"""The model stage in the pipeline: side by side, within the limit, and asked once."""

import threading

from solvet.local.providers.answers import Http, Says, Took

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


MANY = "pragma solidity 0.8.28;\n" + "\n".join(
    f"contract C{n} {{ uint256 sum; function f{n}() external {{ sum += {n}; }} }}"
    for n in range(300)
)


def test_a_job_that_came_back_to_the_queue_tells_what_all_its_attempts_cost(road, change):
    """The provider is down after the first answer; the second attempt asks the rest."""

    def policy(_):
        if len(road.providers.received) == 2:
            return Http(503)
        return Says(NOTHING, model="gpt-6-luna", took=Took(input=1_000, output=20_000))

    road.providers.policy = policy
    mine = change({"README.md": "x"}, {"src/A.sol": MANY})
    road.announce(mine)
    road.run()
    answered = len(road.providers.received) - 1
    assert answered > 2
    comment = road.comment(mine)
    assert f"{answered} questions" in comment
    assert "answered before" not in comment
    assert f"{answered * 1_000:,} tokens in" in comment
    assert f"${answered * 0.0101:.2f}" in comment


def test_an_answer_of_no_use_is_not_paid_for_again_by_the_next_push(road, change):
    road.providers.policy = lambda _: Says("Certainly!", model="gpt-6-luna")
    mine = change({"README.md": "x"}, {"src/A.sol": HELD.format(91)})
    road.announce(mine)
    road.run()
    assert "$0.0002" in road.comment(mine)
    road.move(mine, {"src/A.sol": "\n" + HELD.format(91)})
    road.announce(mine, "synchronize")
    road.run()
    assert len(road.providers.received) == 1
    assert road.checks(mine)[-1]["title"].endswith("static only")


def test_a_file_whose_base_cannot_be_read_is_not_asked_about_as_if_all_of_it_were_new(road, change):
    mine = change({"src/A.sol": b"\0\1\2"}, {"src/A.sol": HELD.format(92)})
    road.announce(mine)
    road.run()
    assert road.providers.received == []
    assert "it is binary, not text" in road.comment(mine)
