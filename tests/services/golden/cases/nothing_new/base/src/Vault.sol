pragma solidity 0.8.28;

contract Vault {
    address public immutable owner = msg.sender;
    mapping(address => uint256) private held;

    function deposit() external payable {
        held[msg.sender] += msg.value;
    }

    function withdraw(uint256 amount) external {
        held[msg.sender] -= amount;
        (bool sent,) = msg.sender.call{value: amount}("");
        require(sent, "not sent");
    }
}
