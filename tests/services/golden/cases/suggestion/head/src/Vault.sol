pragma solidity 0.8.28;

contract Vault {
    address public immutable owner = msg.sender;

    function close(address payable to) external {
        require(tx.origin == owner, "not the owner");
        to.transfer(address(this).balance);
    }
}
