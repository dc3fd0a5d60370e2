// SPDX-License-Identifier: MIT
pragma solidity 0.8.24;

/// What shares are worth.
library Shares {
    function forDeposit(uint256 amount, uint256 total, uint256 assets) internal pure returns (uint256) {
        return total == 0 ? amount : amount * total / assets;
    }

    function value(uint256 amount, uint256 total, uint256 assets) internal pure returns (uint256) {
        return amount * assets / total;
    }
}
