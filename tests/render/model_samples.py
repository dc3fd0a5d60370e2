"""A review in which a model, a second look and the static facts have all had their say."""

from dataclasses import replace

from solvet.domain.change import SecondOpinion, Stance, Witness
from solvet.domain.finding import Category, Confidence, Engine, Fix, Severity, Span
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage
from tests.render.samples import file_review, judged, review

SOURCE = "\n".join(f"    uint256 line{n};" for n in range(1, 80))

RULE = judged(title="Unchecked send", rule="unchecked-send", severity=Severity.MEDIUM)
BOTH = replace(
    judged(), opinion=SecondOpinion(Stance.CONFIRMED, "`withdraw` has no guard against re-entry.")
)
REFUTED = replace(
    judged(title="Anyone can pause", rule="missing-guard", symbol="Vault.pause"),
    opinion=SecondOpinion(Stance.REFUTED, "`pause` is called by the owner's timelock only."),
)
CLAIM = judged(
    engine=Engine.MODEL,
    rule="model-other",
    title="First depositor can inflate the share price",
    category=Category.OTHER,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    symbol="Vault.deposit",
    span=Span(20, 5, 22, 40),
    message="Shares are rounded down against a balance that anyone can donate to.",
    recommendation="Mint dead shares with the first deposit.",
    code="shares = assets * totalSupply / balance;",
    references=(),
    trace=(),
    fix=Fix(
        "Add virtual shares",
        Span(20, 5, 22, 40),
        "shares = assets\n    * (totalSupply + 1)\n    / (balance + 1);\n",
    ),
)
UPHELD = replace(
    CLAIM,
    opinion=SecondOpinion(
        Stance.CONFIRMED, "A donation before the first deposit does it.", Witness.SECOND_LOOK
    ),
)
CONTRADICTED = replace(
    judged(
        engine=Engine.MODEL,
        rule="model-access-control",
        title="Anyone can set the fee",
        category=Category.ACCESS_CONTROL,
        symbol="Vault.setFee",
        span=Span(60, 5, 60, 20),
        message="`setFee` can be called by anyone.",
        references=(),
    ),
    opinion=SecondOpinion(Stance.REFUTED, "`onlyOwner` guards it.", Witness.FACTS),
)

RECEIPT = ModelReceipt(
    state=ModelState.PARTIAL,
    model="m-1",
    reason="the budget of this scan is used up",
    questions=5,
    reused=2,
    unasked=tuple(f"Vault.f{n}" for n in range(1, 9)),
    claims=4,
    ungrounded=1,
    withdrawn=1,
    input_tokens=12_345,
    cached_tokens=9_000,
    output_tokens=1_678,
    cost=0.00421,
)
DONE = ModelReceipt(
    state=ModelState.DONE, model="m-2", questions=1, input_tokens=100, output_tokens=22, cost=0.0001
)


def told(**changes):
    """Three files: one reviewed in part, one in full, one for which the budget was gone."""
    broke = ModelReceipt(state=ModelState.FAILED, reason="the budget of this scan is used up")
    return review(
        file_review(RULE, BOTH, REFUTED, UPHELD, CONTRADICTED, model=RECEIPT),
        file_review(path="contracts/Fees.sol", model=DONE),
        file_review(path="contracts/Late.sol", model=broke),
        file_review(path="contracts/Old.sol", coverage=Coverage.REMOVED),
        **changes,
    )
