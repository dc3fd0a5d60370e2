"""What a change does to the attack surface, from the pull request to the report."""

import pytest

from solvet.domain.analysis import DetectorFailure
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.policy import Policy
from solvet.domain.scan import Snapshot, Source
from solvet.domain.surface_change import Aspect
from solvet.services import surfaces
from solvet.services.static import static_review

OWNED = """pragma solidity 0.8.28;
contract Owned {
    address internal owner = msg.sender;
    modifier onlyOwner() {
        require(msg.sender == owner);
        _;
    }
}
"""
VAULT = """pragma solidity 0.8.28;
import "./Owned.sol";
contract Vault is Owned {
    uint256 public fee;
    function setFee(uint256 value) external onlyOwner {
        fee = value;
    }
}
"""
OPEN = VAULT.replace(" onlyOwner {", " {")
UPGRADEABLE = """pragma solidity 0.8.28;
contract Bank is Initializable {
    address private keeper;
    uint256 public total;
    function initialize(address first) external initializer {
        keeper = first;
    }
}
"""
SHIFTED = UPGRADEABLE.replace(
    "    uint256 public total;", "    uint256 rate;\n    uint256 public total;"
)


def reviewed(base, head, path="src/Vault.sol", policy=None):
    """The static review of one file; texts by path, the file itself among them."""
    snapshot = Snapshot(
        head={path: Source(text=head.pop(path))},
        base={path: Source(text=base.pop(path))},
        head_imports=head,
        base_imports=base,
    )
    return static_review(ChangedFile(path, FileStatus.MODIFIED), snapshot, policy or Policy())


def test_a_guard_that_is_gone_is_a_row_of_the_report(road, change):
    base = {"src/Owned.sol": OWNED, "src/Vault.sol": VAULT}
    mine = change(base, base | {"src/Vault.sol": OPEN})
    road.announce(mine)
    road.run()
    row = "🔴 **guard removed** `Vault.setFee(uint256)`<br>`onlyOwner` → `anyone`"
    assert row in road.comment(mine)
    assert row in road.check(mine)["text"]


def test_a_variable_inserted_before_others_of_a_proxys_contract_is_warned_of(road, change):
    mine = change({"src/Bank.sol": UPGRADEABLE}, {"src/Bank.sol": SHIFTED})
    road.announce(mine)
    road.run()
    warning = "> [!CAUTION]\n> **The storage layout of `Bank` breaks** (`src/Bank.sol`)."
    comment = road.comment(mine)
    assert warning in comment[: comment.index("### Attack surface")]
    assert warning in road.check(mine)["summary"]
    check = road.check(mine)
    assert "storage layout broken" in check["title"]
    assert check["conclusion"] == "neutral"
    assert "Nothing blocks, but an upgrade would break the storage layout" in road.comment(mine)


def test_each_side_is_read_with_its_own_imports():
    lost = OWNED.replace("        require(msg.sender == owner);\n", "")
    base, head = {"src/Owned.sol": OWNED}, {"src/Owned.sol": lost}
    same = {"src/Vault.sol": VAULT}
    found = reviewed(base | same, head | same)
    assert Aspect.GUARD in {change.aspect for change in found.surface}


def test_a_contract_that_is_left_alone_has_no_rows():
    files = {"src/Owned.sol": OWNED, "src/Vault.sol": VAULT}
    assert reviewed(dict(files), dict(files)).surface == ()


@pytest.mark.parametrize("path", ["test/Vault.t.sol", "script/Vault.s.sol", "lib/a/Vault.sol"])
def test_where_the_policy_is_quiet_nothing_is_compared(path):
    assert reviewed({path: VAULT}, {path: OPEN}, path).surface == ()


def test_a_comparison_that_breaks_is_named_and_costs_no_finding(monkeypatch):
    def broken(text, imports):
        raise ValueError("odd")

    monkeypatch.setattr(surfaces, "surface_of", broken)
    path = "src/Vault.sol"
    flawed = OPEN.replace("fee =", "require(tx.origin == owner);\n        fee =")
    it = reviewed({path: VAULT}, {path: flawed})
    assert it.failures == (DetectorFailure("attack-surface", "ValueError: odd"),)
    assert it.findings


def test_more_changes_than_are_kept_are_counted():
    path = "src/Vault.sol"
    functions = "".join(f"function f{n}() external {{ fee = {n}; }}\n" for n in range(250))
    head = f"contract Vault {{ uint256 fee;\n{functions}}}"
    it = reviewed({path: "contract Vault { uint256 fee; }"}, {path: head})
    assert len(it.surface) == surfaces.MOST_CHANGES + 1
    assert it.surface[-1].after == "50 more changes, none of them worse"
