"""Unchanged files that depend on a change: judged again, told with the way, at little cost."""

import pytest

from solvet.services import collect, dependents

BASE = """pragma solidity 0.8.28;
abstract contract Base {
    address internal owner = msg.sender;
    modifier onlyOwner() {
        require(msg.sender == owner);
        _;
    }
}
"""
UNGUARDED = BASE.replace("        require(msg.sender == owner);\n", "")
VAULT = """pragma solidity 0.8.28;
import {Base} from "./Base.sol";
contract Vault is Base {
    function sweep(address payable to) external onlyOwner {
        to.transfer(address(this).balance);
    }
    receive() external payable {}
}
"""
LONE = "pragma solidity 0.8.28;\ncontract Lone {}\n"
HOUSE = {"src/Base.sol": BASE, "src/Vault.sol": VAULT, "src/Lone.sol": LONE}


@pytest.fixture
def review(road, project):
    """Reviews the change of one house into another; answers the project."""

    def make(base, head, **how):
        mine = project(base, head, **how)
        road.open(mine)
        return mine

    return make


def trees(road, mine):
    return [r for r in road.github.requests if "/git/trees/" in r.path and mine.head in r.path]


def test_a_finding_in_an_unchanged_file_is_told_with_what_caused_it(road, review):
    mine = review(HOUSE, HOUSE | {"src/Base.sol": UNGUARDED})
    check = road.check(mine)
    comment = road.comment(mine)
    assert check["conclusion"] == "failure"
    assert "**Caused by this change:** `src/Base.sol` → `src/Vault.sol`" in comment
    assert "1 file: 1 analysed; 1 unchanged file that depends on the change was judged" in comment
    remark = next(a for a in check["annotations"] if a["path"] == "src/Vault.sol")
    assert "Caused by this change: src/Base.sol → src/Vault.sol" in remark["message"]
    assert "Lone.sol" not in comment


def test_a_finding_that_goes_from_an_unchanged_file_is_told_as_fixed(road, review):
    mine = review(HOUSE | {"src/Base.sol": UNGUARDED}, HOUSE)
    check = road.check(mine)
    assert check["conclusion"] == "success"
    assert "fixed" in check["title"]
    assert "by way of `src/Base.sol`" in road.comment(mine)


def test_what_an_unchanged_file_had_before_is_not_told(road, review):
    flawed = VAULT.replace("onlyOwner ", "")
    house = HOUSE | {"src/Vault.sol": flawed}
    mine = review(house, house | {"src/Base.sol": UNGUARDED})
    assert "Already in the base" not in road.comment(mine)
    assert {a["path"] for a in road.check(mine)["annotations"]} == {"src/Base.sol"}


def test_no_model_is_asked_about_an_unchanged_file(road, review):
    review(HOUSE, HOUSE | {"src/Base.sol": UNGUARDED})
    assert all("Vault" not in str(r) or "Base" in str(r) for r in road.providers.received)
    assert len(road.providers.received) <= 1
