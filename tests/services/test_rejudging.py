"""An unchanged file between two versions of what it imports."""

from dataclasses import replace

from solvet.detectors import engine
from solvet.domain.analysis import DetectorFailure
from solvet.domain.change import ChangedFile, ChangeKind, FileStatus
from solvet.domain.review import Coverage
from solvet.domain.surface_change import Aspect, Weight
from solvet.services.rejudging import Side, judged_again
from solvet.solidity.declarations import Function
from solvet.solidity.paths import PLAIN

WAY = ("Base.sol", "Vault.sol")
VAULT = ChangedFile("Vault.sol", FileStatus.UNCHANGED, via=WAY)
BASE = """pragma solidity 0.8.28;
abstract contract Base {
    address internal owner = msg.sender;
    modifier onlyOwner() { require(msg.sender == owner); _; }
}
"""
UNGUARDED = BASE.replace("require(msg.sender == owner); ", "")
TEXT = """pragma solidity 0.8.28;
import {Base} from "./Base.sol";
contract Vault is Base {
    uint256 private held;
    uint256[50] private __gap;
    function sweep(address payable to) external onlyOwner {
        to.transfer(address(this).balance);
    }
    receive() external payable {}
}
"""


def judged(before, after, text=TEXT):
    sides = (Side({"Base.sol": base}.get if base else {}.get, PLAIN) for base in (before, after))
    return judged_again(VAULT, text, *sides, with_surface=True)


def test_what_comes_and_what_goes_has_its_cause():
    for pair, kind in (
        ((BASE, UNGUARDED), ChangeKind.INTRODUCED),
        ((UNGUARDED, BASE), ChangeKind.FIXED),
    ):
        (finding,) = judged(*pair).findings
        assert (finding.finding.rule, finding.change, finding.cause) == (
            "arbitrary-send",
            kind,
            WAY,
        )


def test_nothing_that_was_there_before_is_told():
    odd = TEXT.replace("onlyOwner ", "").replace("receive()", "function f( external {}\n receive()")
    review = judged(BASE, UNGUARDED, odd)
    assert (review.findings, review.blind_spots, review.coverage) == ((), (), Coverage.ANALYSED)


def test_a_guard_that_is_lost_and_a_layout_that_breaks_are_told():
    grown = UNGUARDED.replace("    address", "    uint256 internal more;\n    address")
    surface = judged(BASE, grown).surface
    assert {change.weight for change in surface} == {Weight.WORSE}
    assert {change.aspect for change in surface} >= {Aspect.GUARD, Aspect.LAYOUT_BREAK}


def test_what_gets_better_is_told_where_it_was_written():
    assert judged(UNGUARDED, BASE).surface == ()


def test_without_its_base_nothing_is_judged():
    flawed = TEXT.replace("onlyOwner ", "")
    for review in (judged(BASE, None, flawed), judged(BASE, "contract Other {}\n", flawed)):
        assert (review.findings, review.surface) == ((), ())
        assert not review.complete
    (by_import,) = judged(BASE, None).blind_spots
    assert by_import.start_line == 2
    assert "`./Base.sol` leads nowhere" in by_import.reason
    (by_name,) = judged(BASE, "contract Other {}\n").blind_spots
    assert "nothing declares the base `Base`" in by_name.reason
    assert judged(BASE, "contract Other {}\n").opaque == ("Base",)


def test_what_cannot_be_followed_since_the_change_is_a_blind_spot():
    tower = "".join(f"contract C{n + 1} is C{n} {{}}\n" for n in range(70))
    tall = f"contract C0 {{}}\n{tower}{BASE.replace('Base {', 'Base is C70 {')}"
    (spot,) = judged(BASE, tall).blind_spots
    assert (spot.start_line, spot.reason) == (3, "this contract inherits more than we follow")
    assert judged(tall, tall).blind_spots == ()


def test_a_detector_that_breaks_is_named_whether_or_not_it_did_before(monkeypatch):
    def check(node, scope):
        if scope.model.contract("Odd"):
            raise ValueError("odd")
        yield from ()

    fragile = replace(engine.DETECTORS[0], visits=(Function,), check=check, words=frozenset())
    monkeypatch.setattr(engine, "DETECTORS", (fragile,))
    odd = f"{BASE}contract Odd {{}}\n"
    for before in (BASE, odd):
        (failure,) = judged(before, odd).failures
        assert failure == DetectorFailure(fragile.rule.name, "ValueError: odd")


def test_a_base_that_was_never_there_is_no_news():
    review = judged(None, None)
    assert review.complete
    assert review.findings == ()
