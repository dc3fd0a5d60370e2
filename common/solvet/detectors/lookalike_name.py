"""`lookalike-name`: two names that read the same."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Contract, Function, StateVariable, Struct, Unit
from solvet.solidity.nodes import Member, Name, Node, Variable

RULE = Rule(
    name="lookalike-name",
    title="Two names that read the same",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a declared name that differs from another name of the file only in characters that "
        "look alike: `0` and `O`, `1`, `l` and `I`, `rn` and `m`, `vv` and `w`."
    ),
    why="A reviewer takes one for the other, and a check is not about what it seems to be about.",
    how="Rename one of them.",
    limits=(
        "Names of one character are left alone. Compilers refuse letters of other scripts in "
        "names; for strings see `confusable-text`."
    ),
    references=(cwe(1007), Reference("UTS 39", "https://www.unicode.org/reports/tr39/")),
    bad="""\
pragma solidity 0.8.30;

contract Token {
    mapping(address => uint256) public balanceOf;
    mapping(address => uint256) private balance0f;

    function burn(uint256 amount) external {
        require(balance0f[msg.sender] >= amount);
        balanceOf[msg.sender] -= amount;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Token {
    mapping(address => uint256) public balanceOf;
    mapping(address => uint256) private lockedOf;

    function burn(uint256 amount) external {
        require(lockedOf[msg.sender] >= amount);
        balanceOf[msg.sender] -= amount;
    }
}
""",
)

_NAMED = Contract | Function | StateVariable | Struct | Variable
_ALIKE = str.maketrans({"0": "O", "1": "l", "I": "l"})


def skeleton(name: str) -> str:
    """What a name looks like.

    >>> skeleton("balance0f") == skeleton("balanceOf"), skeleton("owner") == skeleton("Owner")
    (True, False)
    """
    return name.replace("rn", "m").replace("vv", "w").translate(_ALIKE)


def _check(_: Unit, scope: Scope) -> Iterator[Hit]:
    for names in _alike(scope):
        known, *others = sorted(names, key=lambda name: names[name][0].start)
        for name in others if any(_declared(names[other]) for other in others) else [known]:
            declared = _declared(names[name])
            other = others[0] if name == known else known
            if declared is not None:
                yield Hit(
                    node=declared,
                    message=f"`{name}` reads like `{other}`, another name of this file.",
                    recommendation=f"Rename `{name}`, or write `{other}` if that was meant.",
                )


def _alike(scope: Scope) -> Iterator[dict[str, list[Node]]]:
    """Groups of names that look the same; the nodes of each, from the first to the last."""
    shapes: dict[str, dict[str, list[Node]]] = {}
    for node in scope.source.nodes:
        name = _name(node)
        if len(name) > 1:
            shapes.setdefault(skeleton(name), {}).setdefault(name, []).append(node)
    return (names for names in shapes.values() if len(names) > 1)


def _name(node: Node) -> str:
    if isinstance(node, Member):
        return node.member
    return node.name if isinstance(node, _NAMED | Name) else ""


def _declared(nodes: list[Node]) -> Node | None:
    return next((node for node in nodes if isinstance(node, _NAMED)), None)


DETECTOR = Detector(rule=RULE, visits=(Unit,), check=_check)
