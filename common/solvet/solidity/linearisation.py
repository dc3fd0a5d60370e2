"""In which order a contract's bases come, as the compiler has it.

C3, with the bases read from right to left:
https://docs.soliditylang.org/en/latest/contracts.html#multiple-inheritance-and-linearization
"""

from solvet.solidity.model import ContractModel

Ancestor = ContractModel | str
"""A contract, or the name of one that is declared in no file at hand."""


def linearised(contract: ContractModel) -> tuple[Ancestor, ...] | None:
    """The contract and its ancestors, the most base-like first; None where there is no order."""
    order = _Linearisation(contract).of(contract)
    return None if order is None else tuple(reversed(order))


class _Linearisation:
    def __init__(self, contract: ContractModel) -> None:
        self._known = {id(a.node) for a in contract.lineage}
        self._done: dict[int, list[Ancestor] | None] = {}

    def of(self, contract: ContractModel) -> list[Ancestor] | None:
        """Most derived first; a contract that inherits from itself has no order."""
        key = id(contract.node)
        if key not in self._done:
            self._done[key] = None
            self._done[key] = self._merged(contract)
        return self._done[key]

    def _merged(self, contract: ContractModel) -> list[Ancestor] | None:
        bases = [self._base(i.name, contract) for i in reversed(contract.node.bases)]
        orders = [[b] if isinstance(b, str) else self.of(b) for b in bases]
        known = [list(order) for order in orders if order is not None]
        if len(known) < len(orders):
            return None
        merged = _merge([*known, bases])
        return None if merged is None else [contract, *merged]

    def _base(self, name: str, heir: ContractModel) -> Ancestor:
        found = heir.model.contract(name)
        if found is None or found.node is heir.node or id(found.node) not in self._known:
            return name.rpartition(".")[2]
        return found


def _merge(orders: list[list[Ancestor]]) -> list[Ancestor] | None:
    merged: list[Ancestor] = []
    while orders := [order for order in orders if order]:
        tails = {_key(a) for order in orders for a in order[1:]}
        following = next((o[0] for o in orders if _key(o[0]) not in tails), None)
        if following is None:
            return None
        merged.append(following)
        key = _key(following)
        orders = [order[1:] if _key(order[0]) == key else order for order in orders]
    return merged


def _key(ancestor: Ancestor) -> int | str:
    return ancestor if isinstance(ancestor, str) else id(ancestor.node)
