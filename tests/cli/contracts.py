"""What is scanned with models, and what is made of it."""

import json
import subprocess
from pathlib import Path

from solvet.local.providers import demo
from solvet.local.providers.answers import Says

SETTER = """pragma solidity 0.8.30;
contract Fees {
    address owner = msg.sender;
    uint256 public fee; // a secret remark
    modifier onlyOwner() { require(msg.sender == owner); _; }
    function setFee(uint256 next) external onlyOwner {
        fee = next;
    }
}
"""
BAD = """pragma solidity 0.8.30;
contract Wallet {
    address owner = msg.sender;
    function pay(address payable to) external {
        require(tx.origin == owner);
        to.transfer(1);
    }
}
"""


def write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def git(*arguments):
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.invalid")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def report(solvet, *arguments):
    return json.loads(solvet(*arguments, "--format", "json")[1])


def receipts(told):
    return {file["path"]: file["model"] for file in told["files"]}


def priced(asked):
    """The scripted answer under the name of a model that has a price."""
    return Says(json.dumps(demo.reply(asked)), model="gpt-6-luna")


def grave(asked):
    """The same with claims that are worth a second look."""
    reply = demo.reply(asked)
    for claim in reply.get("claims", ()):
        claim["severity"] = "high"
    return Says(json.dumps(reply), model="gpt-6-luna")
