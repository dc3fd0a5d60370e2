"""Every detector, explicitly."""

from typing import Any

from solvet.detectors import reentrancy, tx_origin, unchecked_low_level_call, unchecked_send
from solvet.detectors.detector import Detector, Rule

DETECTORS: tuple[Detector[Any], ...] = (
    tx_origin.DETECTOR,
    unchecked_low_level_call.DETECTOR,
    unchecked_send.DETECTOR,
    reentrancy.DETECTOR,
)

_RULES = {detector.rule.name: detector.rule for detector in DETECTORS}


def rule(name: str) -> Rule:
    """The rule of this name; KeyError if there is none."""
    return _RULES[name]
