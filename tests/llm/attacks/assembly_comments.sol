// SPDX-License-Identifier: MIT SECRETCOMMENT
pragma solidity 0.8.28;
contract Vault {
    mapping(address => uint256) balances;

    function withdraw(uint256 amount) external {
        assembly { // SECRETCOMMENT
            let x := 1 /* SECRETCOMMENT */
            mstore(0, "// kept")
        }
        (bool ok,) = msg.sender.call{value: amount}("");
        balances[msg.sender] -= amount;
    }
}
