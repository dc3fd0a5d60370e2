pragma solidity 0.8.28;

abstract contract Base {
    address internal owner = msg.sender;

    modifier onlyOwner() {
        _;
    }
}
