"""`shadowed-state`: two variables of one name."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Contract, StateVariable

RULE = Rule(
    name="shadowed-state",
    title="State variable hides an inherited one",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what="Finds a state variable with the name of a variable that a base declares, unless private.",
    why=(
        "Both exist. Functions of the base use the one, functions of the heir the other, and a "
        "check of `owner` here says nothing about `owner` there."
    ),
    how="Remove the declaration, or rename it.",
    limits="Compilers since 0.6 refuse it, so it is found in older code only.",
    references=(swc(119), cwe(710)),
    bad="""\
pragma solidity 0.5.17;

contract Owned {
    address internal owner = msg.sender;
}

contract Vault is Owned {
    address internal owner;
}
""",
    good="""\
pragma solidity 0.5.17;

contract Owned {
    address internal owner = msg.sender;
}

contract Vault is Owned {
    address internal guardian;
}
""",
)


def _check(_: Contract, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None:
        return
    inherited = {
        variable.name: base.name
        for base in contract.lineage[1:]
        for variable in base.node.variables
        if variable.visibility != "private"
    }
    for variable in contract.node.variables:
        if variable.name in inherited:
            yield _hit(variable, inherited[variable.name])


def _hit(variable: StateVariable, base: str) -> Hit:
    return Hit(
        node=variable,
        message=f"`{variable.name}` hides the variable of the same name in `{base}`.",
        recommendation=f"Use `{base}.{variable.name}`, or rename this one.",
    )


DETECTOR = Detector(rule=RULE, visits=(Contract,), check=_check)
