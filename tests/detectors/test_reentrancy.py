"""How grave a write after a call is: by who is called, and by what he meets."""

from textwrap import dedent

import pytest

from solvet.detectors.engine import analyse
from solvet.domain.finding import Severity

HEAD = "pragma solidity 0.8.30;\ninterface IToken { function send(address, uint256) external; }\n"


def severities(*members, head=HEAD):
    code = head + "contract A {\nmapping(address => uint256) internal kept;\n"
    code += "".join(dedent(member) for member in members) + "}\n"
    found = analyse("a.sol", code).findings
    return [finding.severity for finding in found if finding.rule == "reentrancy"]


PAYMENT = 'require(kept[msg.sender] >= n); (bool ok,) = msg.sender.call{value: n}("");'


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        ("kept[msg.sender] = 0;", Severity.HIGH),
        ("unchecked { kept[msg.sender] -= n; }", Severity.HIGH),
        ("kept[msg.sender] -= n;", Severity.LOW),
    ],
)
def test_a_checked_deduction_reverts_for_who_comes_back(write, expected):
    assert severities(f"function out(uint256 n) external {{ {PAYMENT} {write} require(ok); }}") == [
        expected
    ]


def test_before_checked_arithmetic_every_late_deduction_is_grave():
    code = f"function out(uint256 n) external {{ {PAYMENT} kept[msg.sender] -= n; require(ok); }}"
    assert severities(code, head="pragma solidity 0.7.6;\n") == [Severity.HIGH]


def test_what_was_booked_before_the_call_may_be_taken_back_after_it():
    code = """
        function flash(uint256 n) external {
            kept[msg.sender] += n;
            (bool ok,) = msg.sender.call{value: n}("");
            require(ok);
            kept[msg.sender] = 0;
        }
    """
    assert severities(code) == [Severity.LOW]


TOKENS = """
    struct Pool { address token; uint256 total; }
    struct Order { address asset; uint256 amount; }
    mapping(address => Pool) internal pools;
    mapping(address => address) internal tokens;
    address internal immutable owner = msg.sender;
    function list(address asset, address token) external {
        require(msg.sender == owner);
        pools[asset].token = token;
    }
    function settle(address token, uint256 amount) internal {
        uint256 total = kept[token];
        IToken(token).send(msg.sender, amount);
        kept[token] = total - amount;
    }
"""


def test_a_token_that_the_owner_listed_is_not_chosen_by_the_caller():
    listed = "function out(address asset, uint256 n) external { settle(pools[asset].token, n); }"
    given = "function out(address asset, uint256 n) external { settle(asset, n); }"
    assert severities(TOKENS, listed) == [Severity.LOW]
    assert severities(TOKENS, given) == [Severity.MEDIUM]


def test_the_getter_of_a_public_variable_cannot_call_back():
    head = "pragma solidity 0.8.30;\ncontract Pool { uint256 public rate; }\n"
    code = """
        function note(Pool pool) external {
            uint256 before = kept[msg.sender];
            kept[msg.sender] = before + pool.rate();
        }
    """
    assert severities(code, head=head) == []
