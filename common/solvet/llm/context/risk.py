"""Which functions are asked about first when not all can be."""

from collections.abc import Iterable

from solvet.llm.material import Trait

#: What a trait adds. An entry point that anybody may call and that pays counts most, a view least.
WEIGHTS: dict[Trait, int] = {
    Trait.ENTRY_POINT: 4,
    Trait.MOVES_VALUE: 6,
    Trait.DELEGATECALL: 6,
    Trait.WRITES_STATE: 4,
    Trait.UPGRADE: 4,
    Trait.INITIALISER: 3,
    Trait.SIGNATURE: 3,
    Trait.EXTERNAL_CALL: 3,
    Trait.ASSEMBLY: 2,
    Trait.PAYABLE: 2,
    Trait.UNCHECKED: 2,
    Trait.MATHS: 1,
    Trait.GUARDED: -3,
}


def risk(traits: Iterable[Trait]) -> int:
    """Higher is riskier; only the order means anything."""
    return sum(WEIGHTS.get(trait, 0) for trait in traits)
