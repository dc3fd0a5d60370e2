"""A base contract, the same without its guard, and who inherits from it."""

BASE = """pragma solidity 0.8.28;
abstract contract Base {
    address internal owner = msg.sender;
    modifier onlyOwner() {
        require(msg.sender == owner);
        _;
    }
}
"""
UNGUARDED = BASE.replace("        require(msg.sender == owner);\n", "")
VAULT = """pragma solidity 0.8.28;
import {Base} from "./Base.sol";
contract Vault is Base {
    function sweep(address payable to) external onlyOwner {
        to.transfer(address(this).balance);
    }
    receive() external payable {}
}
"""
