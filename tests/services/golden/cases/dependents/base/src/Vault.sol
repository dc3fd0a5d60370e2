pragma solidity 0.8.28;

import {Base} from "./Base.sol";

contract Vault is Base {
    function setOwner(address next) external onlyOwner {
        require(next != address(0), "nobody");
        owner = next;
    }
}
