"""The arithmetic of the models benchmark, on examples small enough to work out by hand."""

import random
import subprocess
from dataclasses import replace

import pytest

from benchmarks.models import costs, main
from benchmarks.models.asked import Asked, Call, Counter, whole_file
from benchmarks.models.changes import Change, edited, made
from benchmarks.models.history import history
from benchmarks.models.mix import ANSWERS, ASKING, FILES, MIX, Answers, Kind
from benchmarks.models.sample import Sample, historical, synthetic
from benchmarks.models.size import large
from benchmarks.models.tokens import Tokenizer
from solvet.domain.diff import changed_lines
from solvet.errors import BadInput
from solvet.llm.exchange import Tier
from solvet.llm.routing import RoutingRule

VAULT = """\
pragma solidity 0.8.24;
contract Vault {
    mapping(address => uint256) held; // what everybody has
    uint256 total;
    function put() external payable {
        held[msg.sender] += msg.value;
        total += msg.value;
    }
    function take(uint256 amount) external {
        held[msg.sender] -= amount;
        total -= amount;
        payable(msg.sender).transfer(amount);
    }
}
"""
CHEAP = Call(tier=Tier.CHEAP, fixed=2_000, own=1_000, answer=1_000)
STRONG = replace(CHEAP, tier=Tier.STRONG)
WORDS = Counter(Tokenizer(lambda text: len(text.split()), "words"), RoutingRule())


@pytest.fixture
def rng():
    return random.Random(7)


def test_the_mix_adds_up_to_all_files():
    assert sum(MIX.values()) == pytest.approx(1)
    assert set(MIX) == set(Kind)
    assert set(ASKING) < set(MIX)


def test_a_call_costs_its_input_and_its_answer():
    assert CHEAP.dollars(None) == pytest.approx((3_000 * 0.10 + 1_000 * 0.50) / 1e6)
    assert STRONG.dollars(None) == pytest.approx((3_000 * 1.00 + 1_000 * 5.00) / 1e6)


def test_a_cached_fixed_part_is_read_by_some_calls_and_written_by_the_others():
    read = (2_000 * 0.01 + 1_000 * 0.10 + 1_000 * 0.50) / 1e6
    written = (2_000 * 0.125 + 1_000 * 0.10 + 1_000 * 0.50) / 1e6
    assert CHEAP.dollars(1.0) == pytest.approx(read)
    assert CHEAP.dollars(0.75) == pytest.approx(0.75 * read + 0.25 * written)


def test_a_short_fixed_part_is_never_cached():
    short = replace(CHEAP, fixed=1_023)
    assert short.dollars(1.0) == short.dollars(None)


def test_the_naive_way_pays_for_the_whole_file_at_the_dearest_model():
    assert whole_file(2_000).dollars(None) == pytest.approx((2_000 * 2 + 1_000 * 10) / 1e6)


def test_an_answer_is_thought_framed_and_filled():
    answers = Answers(thought_cheap=1, thought_strong=2, frame=10, judgement=100, claim=1_000)
    assert answers.tokens(strong=False, judgements=2, claims=3) == 3_211
    assert answers.tokens(strong=True, judgements=0) == 12 + 1_000 * answers.claims


def test_files_that_ask_nothing_cost_nothing_and_the_terms_are_the_whole_sum():
    ask = Asked(CHEAP, STRONG, 1)
    sample = Sample({kind: [[ask], []] for kind in ASKING}, [2_000])
    a_file = (CHEAP.dollars(None) + ANSWERS.second_looks * STRONG.dollars(None)) / 2
    asking = sum(MIX[kind] for kind in ASKING)
    assert costs.ours(sample, None) == pytest.approx(FILES * asking * a_file)
    assert sum(term.uncached for term in costs.terms(sample)) == pytest.approx(
        costs.ours(sample, None)
    )
    assert sum(term.dollars for term in costs.terms(sample)) == pytest.approx(
        costs.ours(sample, costs.CACHED)
    )
    assert costs.of_kind(sample, Kind.REPEATED, None) == 0


def test_the_share_of_the_strong_model_is_weighed_by_the_mix():
    cheap, strong = Asked(CHEAP, STRONG, 1), Asked(STRONG, STRONG, 1)
    asked = {kind: [[cheap]] for kind in ASKING} | {Kind.NEW: [[strong]]}
    asking = sum(MIX[kind] for kind in ASKING)
    assert costs.strong_share(Sample(asked)) == pytest.approx(MIX[Kind.NEW] / asking)


def test_an_edit_changes_as_many_lines_as_it_is_told_and_always_the_same(rng):
    change = edited(VAULT, 2, 20, rng)
    left_out = set(VAULT.split("\n")) - set(change.head.split("\n"))
    assert len(changed_lines(VAULT, change.head)) + len(left_out) == 20
    assert edited(VAULT, 2, 20, random.Random(7)) == change


def test_a_kind_that_no_contract_can_have_is_not_made(rng):
    assert made([VAULT], Kind.MANY, 3, rng) == []
    assert made([VAULT], Kind.NEW, 2, rng) == [Change(VAULT), Change(VAULT)]


def test_comments_alone_ask_nothing():
    assert WORDS.asked(Change(VAULT.replace("everybody", "anybody"), VAULT)) == []


def test_a_change_is_asked_about_with_its_own_part_counted():
    (asked,) = WORDS.asked(Change(VAULT))
    assert asked.functions == 2
    assert asked.first.tier is Tier.CHEAP
    assert asked.second.tier is Tier.STRONG
    assert 0 < asked.first.own < asked.first.fixed


def test_contracts_are_put_together_only_under_different_names():
    long = VAULT + "\n" * 600
    safe, twin = long.replace("Vault", "Safe"), long.replace("amount", "sum")
    assert large([safe, long, twin]) == [safe + "\n" + long]


def test_every_kind_is_asked_about_whatever_the_contracts():
    sample = synthetic([VAULT], WORDS)
    assert all(sample.asked[kind] for kind in ASKING)
    assert sample.counts[Kind.MANY] == 0


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        named = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *named, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    for text in (VAULT, VAULT.replace("everybody", "anybody"), VAULT.replace("-= amount", "-= 1")):
        (tmp_path / "Vault.sol").write_text(text)
        (tmp_path / "Vault.t.sol").write_text(text)
        git("add", "--all")
        git("commit", "--quiet", "--message", "Change")
    return tmp_path


def test_a_history_gives_the_changes_of_product_code(repository, rng):
    found = history(repository, 9, rng)
    assert len(found) == 3
    assert Change(VAULT) in found


def test_a_history_without_a_kind_is_refused(repository):
    with pytest.raises(BadInput, match=Kind.MANY):
        historical([repository], 9, WORDS)


def test_a_folder_without_a_repository_is_refused(tmp_path, rng):
    with pytest.raises(BadInput, match="git cannot read"):
        history(tmp_path / "none", 1, rng)


def test_the_command_prints_the_sum_and_its_terms(tmp_path, capsys):
    (tmp_path / "Vault.sol").write_text(VAULT)
    main(["--clean", str(tmp_path), "--no-worker"])
    said = capsys.readouterr().out
    for part in ("as an earlier push had it", "second looks", "naive:", "nothing cached"):
        assert part in said


def test_the_command_says_when_there_is_nothing_to_change(tmp_path):
    with pytest.raises(SystemExit, match="no Solidity below"):
        main(["--clean", str(tmp_path)])
