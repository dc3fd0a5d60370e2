"""Slither's detectors that find what one of our rules finds.

https://github.com/crytic/slither/wiki/Detector-Documentation, as of Slither 0.11.6
"""

from collections.abc import Iterable, Iterator, Mapping

ALL = "all"

SAME_AS: Mapping[str, tuple[str, ...]] = {
    "arbitrary-send-erc20": ("arbitrary-transfer-from",),
    "arbitrary-send-erc20-permit": ("arbitrary-transfer-from",),
    "arbitrary-send-eth": ("arbitrary-send",),
    "array-by-reference": ("lost-update",),
    "boolean-cst": ("constant-condition",),
    "cache-array-length": ("storage-length-in-loop",),
    "calls-loop": ("call-in-loop", "transfer-in-loop"),
    "constable-states": ("could-be-constant",),
    "controlled-delegatecall": ("controlled-delegatecall",),
    "delegatecall-loop": ("delegatecall-in-loop",),
    "deprecated-standards": ("deprecated-construct",),
    "divide-before-multiply": ("divide-before-multiply",),
    "encode-packed-collision": ("encode-packed-collision",),
    "events-access": ("missing-event",),
    "incorrect-equality": ("strict-balance-equality",),
    "incorrect-exp": ("xor-exponent",),
    "incorrect-modifier": ("incorrect-modifier",),
    "incorrect-shift": ("swapped-shift",),
    "incorrect-unary": ("mistyped-assignment",),
    "locked-ether": ("locked-ether",),
    "mapping-deletion": ("undeleted-mapping",),
    "missing-zero-check": ("missing-zero-check",),
    "msg-value-loop": ("msg-value-in-loop",),
    "reentrancy-benign": ("reentrancy",),
    "reentrancy-eth": ("reentrancy",),
    "reentrancy-no-eth": ("reentrancy", "token-callback"),
    "reentrancy-unlimited-gas": ("reentrancy-by-transfer",),
    "rtlo": ("bidirectional-text",),
    "shadowing-abstract": ("shadowed-state",),
    "shadowing-builtin": ("shadowed-builtin",),
    "shadowing-local": ("shadowing-local",),
    "shadowing-state": ("shadowed-state",),
    "solc-version": ("outdated-pragma",),
    "suicidal": ("unprotected-selfdestruct",),
    "tautological-compare": ("repeated-operand",),
    "tautology": ("constant-comparison",),
    "timestamp": ("timestamp-dependence",),
    "tx-origin": ("tx-origin",),
    "unchecked-lowlevel": ("unchecked-low-level-call",),
    "unchecked-send": ("unchecked-send",),
    "unchecked-transfer": ("unchecked-erc20-transfer",),
    "uninitialized-state": ("uninitialized-state",),
    "uninitialized-storage": ("uninitialized-storage",),
    "unprotected-upgrade": ("implementation-selfdestruct", "unlocked-implementation"),
    "unused-state": ("unused-state",),
    "weak-prng": ("time-as-random", "weak-randomness"),
}


def ours(detectors: Iterable[str]) -> tuple[str, ...]:
    """Our rules for these detectors; `all` stands for all that correspond, others for none."""
    return tuple(dict.fromkeys(_rules(detectors)))


def _rules(detectors: Iterable[str]) -> Iterator[str]:
    for name in detectors:
        for detector in sorted(SAME_AS) if name == ALL else (name,):
            yield from SAME_AS.get(detector, ())
