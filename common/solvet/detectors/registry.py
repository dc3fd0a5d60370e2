"""Every detector, explicitly."""

from typing import Any

from solvet.detectors import (
    arbitrary_send,
    arbitrary_transfer_from,
    bidirectional_text,
    blocking_payment,
    constructor_name,
    controlled_delegatecall,
    costly_storage,
    divide_before_multiply,
    ecrecover_zero,
    encode_packed_collision,
    floating_pragma,
    integer_overflow,
    msg_value_in_loop,
    outdated_pragma,
    reentrancy,
    strict_balance_equality,
    timestamp_dependence,
    transfer_in_loop,
    tx_origin,
    unchecked_erc20_transfer,
    unchecked_low_level_call,
    unchecked_send,
    undeducted_payment,
    uninitialized_storage,
    unprotected_function,
    unprotected_selfdestruct,
    weak_randomness,
)
from solvet.detectors.detector import Detector, Rule

DETECTORS: tuple[Detector[Any], ...] = (
    arbitrary_send.DETECTOR,
    arbitrary_transfer_from.DETECTOR,
    bidirectional_text.DETECTOR,
    blocking_payment.DETECTOR,
    constructor_name.DETECTOR,
    controlled_delegatecall.DETECTOR,
    costly_storage.DETECTOR,
    divide_before_multiply.DETECTOR,
    ecrecover_zero.DETECTOR,
    encode_packed_collision.DETECTOR,
    floating_pragma.DETECTOR,
    integer_overflow.DETECTOR,
    msg_value_in_loop.DETECTOR,
    outdated_pragma.DETECTOR,
    reentrancy.DETECTOR,
    strict_balance_equality.DETECTOR,
    timestamp_dependence.DETECTOR,
    transfer_in_loop.DETECTOR,
    tx_origin.DETECTOR,
    unchecked_erc20_transfer.DETECTOR,
    unchecked_low_level_call.DETECTOR,
    unchecked_send.DETECTOR,
    undeducted_payment.DETECTOR,
    uninitialized_storage.DETECTOR,
    unprotected_function.DETECTOR,
    unprotected_selfdestruct.DETECTOR,
    weak_randomness.DETECTOR,
)

_RULES = {detector.rule.name: detector.rule for detector in DETECTORS}


def rule(name: str) -> Rule:
    """The rule of this name; KeyError if there is none."""
    return _RULES[name]
