pragma solidity 0.8.28;

contract Vault {
    address public owner = msg.sender;
    mapping(address => uint256) private held;

    function deposit() external payable {
        held[msg.sender] += msg.value;
    }

    function withdraw(uint256 amount) external {
        held[msg.sender] -= amount;
        (bool sent,) = msg.sender.call{value: amount}("");
        require(sent, "not sent");
    }

    function sweep(address payable to) external {
        require(tx.origin == owner, "not the owner");
        (bool sent,) = to.call{value: address(this).balance}("");
        require(sent, "not sent");
    }

    function rescue(address payable to) external {
        require(msg.sender == owner, "not the owner");
        to.call{value: address(this).balance}("");
    }
}
