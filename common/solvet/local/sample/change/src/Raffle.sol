// SPDX-License-Identifier: MIT
pragma solidity 0.8.24;

/// Gives the fees of a week to one of the depositors.
contract Raffle {
    address[] public players;
    address public owner = msg.sender;
    uint256 public stake = 0.01 ether;

    modifier onlyOwner() {
        require(msg.sender == owner, "not the owner");
        _;
    }

    function enter() external payable {
        require(msg.value == stake, "not the stake");
        players.push(msg.sender);
    }

    function draw() external onlyOwner {
        uint256 seed = uint256(keccak256(abi.encodePacked(block.timestamp, block.prevrandao)));
        address winner = players[seed % players.length];
        delete players;
        (bool success,) = winner.call{value: address(this).balance}("");
        require(success, "prize not paid");
    }

    function setStake(uint256 next) external onlyOwner {
        stake = next;
    }

    function setOwner(address next) external {
        owner = next;
    }
}
