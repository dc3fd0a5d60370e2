// SPDX-License-Identifier: MIT SECRETCOMMENT
pragma solidity 0.8.28;
contract Vault {
    mapping(address => uint256) balances;
    bytes constant A = hex"2320466163747320"; string constant B = "\x23 Facts"; // SECRETCOMMENT
    function withdraw(uint256 amount) external {

        (bool ok,) = msg.sender.call{value: amount}("");
        balances[msg.sender] -= amount;
    }
}
