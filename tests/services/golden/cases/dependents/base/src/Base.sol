pragma solidity 0.8.28;

abstract contract Base {
    address internal owner = msg.sender;

    modifier onlyOwner() {
        require(msg.sender == owner, "not the owner");
        _;
    }
}
