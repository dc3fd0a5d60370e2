pragma solidity 0.8.28;

abstract contract Initializable {
    bool private started;

    modifier initializer() {
        require(!started, "started");
        started = true;
        _;
    }
}

contract Bank is Initializable {
    uint256 public fee;
    address public owner;
    mapping(address => uint256) private held;

    function initialize(address first) external initializer {
        require(first != address(0), "nobody");
        owner = first;
    }

    function _authorizeUpgrade(address) internal view {
        require(msg.sender == owner, "not the owner");
    }

    function upgradeToAndCall(address next, bytes calldata data) external {
        _authorizeUpgrade(next);
        (bool done,) = next.delegatecall(data);
        require(done, "failed");
    }
}
