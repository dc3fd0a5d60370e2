// SPDX-License-Identifier: MIT
pragma solidity 0.8.24;

import {Shares} from "./Shares.sol";

/// A vault for ether: deposits mint shares, withdrawals burn them.
contract Vault {
    address public owner;
    mapping(address => uint256) public shares;
    uint256 public totalShares;

    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);

    constructor() {
        owner = msg.sender;
    }

    function deposit() external payable {
        uint256 minted = Shares.forDeposit(msg.value, totalShares, address(this).balance - msg.value);
        shares[msg.sender] += minted;
        totalShares += minted;
        emit Deposited(msg.sender, msg.value);
    }

    function withdraw(uint256 amount) external {
        uint256 paid = Shares.value(amount, totalShares, address(this).balance);
        shares[msg.sender] -= amount;
        totalShares -= amount;
        (bool success,) = msg.sender.call{value: paid}("");
        require(success, "transfer failed");
        emit Withdrawn(msg.sender, paid);
    }

    function payFee(address payable keeper, uint256 fee) external {
        require(msg.sender == owner, "not the owner");
        keeper.send(fee);
    }

    function migrate(address payable next) external {
        require(tx.origin == owner, "not the owner");
        (bool success,) = next.call{value: address(this).balance}("");
        require(success, "migration failed");
    }
}
