"""Every detector, explicitly."""

from typing import Any

from solvet.detectors import (
    arbitrary_send,
    constructor_name,
    controlled_delegatecall,
    floating_pragma,
    integer_overflow,
    outdated_pragma,
    reentrancy,
    timestamp_dependence,
    transfer_in_loop,
    tx_origin,
    unchecked_low_level_call,
    unchecked_send,
    uninitialized_storage,
    unprotected_function,
    unprotected_selfdestruct,
    weak_randomness,
)
from solvet.detectors.detector import Detector, Rule

DETECTORS: tuple[Detector[Any], ...] = (
    arbitrary_send.DETECTOR,
    constructor_name.DETECTOR,
    controlled_delegatecall.DETECTOR,
    floating_pragma.DETECTOR,
    integer_overflow.DETECTOR,
    outdated_pragma.DETECTOR,
    reentrancy.DETECTOR,
    timestamp_dependence.DETECTOR,
    transfer_in_loop.DETECTOR,
    tx_origin.DETECTOR,
    unchecked_low_level_call.DETECTOR,
    unchecked_send.DETECTOR,
    uninitialized_storage.DETECTOR,
    unprotected_function.DETECTOR,
    unprotected_selfdestruct.DETECTOR,
    weak_randomness.DETECTOR,
)

_RULES = {detector.rule.name: detector.rule for detector in DETECTORS}


def rule(name: str) -> Rule:
    """The rule of this name; KeyError if there is none."""
    return _RULES[name]
