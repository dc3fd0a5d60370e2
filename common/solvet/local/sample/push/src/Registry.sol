// SPDX-License-Identifier: MIT
pragma solidity 0.8.24;

/// Names of vaults, kept by one curator.
contract Registry {
    address public immutable curator;
    mapping(bytes32 => address) public vaultOf;

    event Registered(bytes32 indexed name, address vault);

    constructor(address curator_) {
        require(curator_ != address(0), "no curator");
        curator = curator_;
    }

    function register(bytes32 name, address vault) external {
        require(msg.sender == curator, "not the curator");
        require(vault != address(0), "no vault");
        vaultOf[name] = vault;
        emit Registered(name, vault);
    }
}
