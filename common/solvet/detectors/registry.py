"""Every detector, explicitly."""

from typing import Any

from solvet.detectors import tx_origin
from solvet.detectors.detector import Detector, Rule

DETECTORS: tuple[Detector[Any], ...] = (tx_origin.DETECTOR,)

_RULES = {detector.rule.name: detector.rule for detector in DETECTORS}


def rule(name: str) -> Rule:
    """The rule of this name; KeyError if there is none."""
    return _RULES[name]
