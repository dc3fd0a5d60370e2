// SPDX-License-Identifier: MIT
pragma solidity 0.8.24;

/// Gives the fees of a week to one of the depositors.
contract Raffle {
    address[] public players;
    address public owner = msg.sender;

    function enter() external payable {
        require(msg.value == 0.01 ether, "the stake is 0.01 ether");
        players.push(msg.sender);
    }

    function draw() external {
        uint256 seed = uint256(keccak256(abi.encodePacked(block.timestamp, block.prevrandao)));
        address winner = players[seed % players.length];
        delete players;
        (bool success,) = winner.call{value: address(this).balance}("");
        require(success, "prize not paid");
    }

    function setOwner(address next) external {
        owner = next;
    }

    function close() external {
        require(msg.sender == owner, "not the owner");
        (bool success,) = owner.call{value: address(this).balance}("");
        require(success, "not paid");
    }
}
