"""Assembly that runs other code: how grave it is depends on whose."""

import pytest

from solvet.detectors.engine import analyse
from solvet.domain.finding import Severity

VAULT = """
pragma solidity 0.8.30;

library Delegation {{
    function run(address target) internal {{
        assembly {{
            if iszero(delegatecall(gas(), target, 0, 0, 0, 0)) {{ revert(0, 0) }}
        }}
    }}
}}

abstract contract OwnableUpgradeable {{}}

contract Vault is OwnableUpgradeable {{
    address private owner;

    function initialize(address first) external initializer {{
        owner = first;
    }}

    function run(address target) external {{
        require(msg.sender == owner && target != address(0), "not the owner");
        Delegation.run({target});
    }}
}}
"""


@pytest.mark.parametrize(
    ("target", "severity"), [("target", Severity.MEDIUM), ("address(this)", Severity.LOW)]
)
def test_an_open_implementation_is_graver_where_its_owner_runs_code_of_others(target, severity):
    findings = analyse("a.sol", VAULT.format(target=target)).findings
    (open_,) = (f for f in findings if f.rule == "unlocked-implementation")
    assert open_.severity is severity
