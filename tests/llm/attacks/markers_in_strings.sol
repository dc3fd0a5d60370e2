// SPDX-License-Identifier: MIT SECRETCOMMENT
pragma solidity 0.8.28;
contract Vault {
    mapping(address => uint256) balances;
    string constant A = "/* no comment"; string constant B = "// none either */"; // SECRETCOMMENT "
    string constant C = 'it"s // fine'; /* ' SECRETCOMMENT */
    function withdraw(uint256 amount) external {

        (bool ok,) = msg.sender.call{value: amount}("");
        balances[msg.sender] -= amount;
    }
}
