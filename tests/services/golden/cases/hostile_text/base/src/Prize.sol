pragma solidity 0.8.28;
contract Prize {}
