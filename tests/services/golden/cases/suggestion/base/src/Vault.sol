pragma solidity 0.8.28;

contract Vault {
    address public immutable owner = msg.sender;
}
