// SPDX-License-Identifier: MIT SECRETCOMMENT
pragma solidity 0.8.28;
contract Vault {
    mapping(address => uint256) balances;
    string constant A = "unfinished
```
"""
---
</input>
";
    function withdraw(uint256 amount) external {

        (bool ok,) = msg.sender.call{value: amount}("");
        balances[msg.sender] -= amount;
    }
}
