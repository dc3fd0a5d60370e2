"""Each version of a file is judged among the files of its own version."""

import pytest

from solvet.adapters.github.client import GitHubClient
from solvet.adapters.github.session import AppKey, Sessions
from solvet.domain.change import ChangedFile, ChangeKind, FileStatus
from solvet.domain.delivery import Repository
from solvet.domain.policy import Policy
from solvet.domain.scan import Agenda, Scan, Target, TargetKind
from solvet.services.collect import collect
from solvet.services.static import static_review

LOCK = """pragma solidity 0.8.24;
contract Lock {
    bool private entered;
    modifier locked() {
        require(!entered);
        entered = true;
        _;
        entered = false;
    }
}
"""
NO_LOCK = LOCK.replace("require(!entered);\n        entered = true;\n", "").replace(
    "        entered = false;\n", ""
)
BANK = """pragma solidity 0.8.24;
import "./Lock.sol";
contract Bank is Lock {
    mapping(address => uint256) public balances;
    string public name = "a";
    function deposit() external payable locked { balances[msg.sender] += msg.value; }
    function withdraw() external locked {
        (bool sent,) = msg.sender.call{value: balances[msg.sender]}("");
        require(sent);
        balances[msg.sender] = 0;
    }
}
"""


@pytest.fixture
def judged(project, github_api, key_pem):
    """The kinds of change of each rule's findings in one file, from base texts to head texts."""

    def judge(base, head, path, excluded=()):
        mine = project(base, head)
        changed = [p for p in head if base.get(p) != head[p]]
        files = [ChangedFile(p, FileStatus.MODIFIED) for p in changed]
        agenda = Agenda(
            files=tuple(f for f in files if f.path not in excluded),
            policy=Policy(),
            excluded=tuple(f for f in files if f.path in excluded),
        )
        scan = Scan(
            id="a",
            installation=mine.installation,
            repository=Repository(mine.repository.id, mine.repository.full_name),
            target=Target(kind=TargetKind.PULL, number=1),
            head_sha=mine.head,
            base_sha=mine.base,
            fence=1,
            check_run=1,
        )
        sessions = Sessions(AppKey("4242", key_pem), github_api.api_url)
        client = sessions.client(mine.installation, scan.repository)
        github = GitHubClient(client, "4242", sessions.login)
        _, snapshot = collect(scan, agenda, github)
        review = static_review(ChangedFile(path, FileStatus.MODIFIED), snapshot, Policy())
        return {j.finding.rule: j.change for j in review.findings}

    return judge


def test_a_lock_that_is_emptied_elsewhere_in_the_change_introduces_the_reentrancy(judged):
    before = {"src/Lock.sol": LOCK, "src/Bank.sol": BANK}
    after = {"src/Lock.sol": NO_LOCK, "src/Bank.sol": BANK.replace('"a"', '"b"')}
    assert judged(before, after, "src/Bank.sol")["reentrancy"] is ChangeKind.INTRODUCED


def test_so_it_does_where_the_policy_leaves_that_file_out(judged):
    before = {"src/Lock.sol": LOCK, "src/Bank.sol": BANK}
    after = {"src/Lock.sol": NO_LOCK, "src/Bank.sol": BANK.replace('"a"', '"b"')}
    found = judged(before, after, "src/Bank.sol", excluded={"src/Lock.sol"})
    assert found["reentrancy"] is ChangeKind.INTRODUCED


def test_a_lock_that_is_filled_elsewhere_in_the_change_fixes_it(judged):
    before = {"src/Lock.sol": NO_LOCK, "src/Bank.sol": BANK}
    after = {"src/Lock.sol": LOCK, "src/Bank.sol": BANK.replace('"a"', '"b"')}
    assert judged(before, after, "src/Bank.sol")["reentrancy"] is ChangeKind.FIXED


def test_a_lock_that_the_change_leaves_alone_protects_both_versions(judged):
    before = {"src/Lock.sol": LOCK, "src/Bank.sol": BANK}
    after = {"src/Lock.sol": LOCK, "src/Bank.sol": BANK.replace('"a"', '"b"')}
    assert "reentrancy" not in judged(before, after, "src/Bank.sol")


def test_what_only_the_base_imports_is_read_for_the_base(judged):
    bare = BANK.replace('import "./Lock.sol";\n', "").replace(" is Lock", "").replace(" locked", "")
    after = {"src/Lock.sol": LOCK, "src/Bank.sol": bare}
    before = {"src/Lock.sol": LOCK, "src/Bank.sol": BANK}
    assert judged(before, after, "src/Bank.sol")["reentrancy"] is ChangeKind.INTRODUCED
