"""Which of the template's conditions hold.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from collections.abc import Mapping
from typing import Any

from solvet.errors import ConfigError

Condition = Mapping[str, Any]


def holds(name: str, conditions: Mapping[str, Condition], values: Mapping[str, str]) -> bool:
    """Does the condition of that name hold for these parameters?"""
    if name not in conditions:
        raise ConfigError([f"template.yaml: there is no condition {name}"])
    return _true(conditions[name], conditions, values)


def _true(
    condition: Condition, conditions: Mapping[str, Condition], values: Mapping[str, str]
) -> bool:
    ((function, argument),) = condition.items()
    match function:
        case "Condition":
            return holds(argument, conditions, values)
        case "Fn::Equals":
            one, other = (_value(each, values) for each in argument)
            return one == other
        case "Fn::Not":
            return not _true(argument[0], conditions, values)
        case "Fn::And":
            return all(_true(each, conditions, values) for each in argument)
        case "Fn::Or":
            return any(_true(each, conditions, values) for each in argument)
        case _:
            raise ConfigError([f"template.yaml: {function} in a condition is not known here"])


def _value(operand: object, values: Mapping[str, str]) -> str:
    return values[operand["Ref"]] if isinstance(operand, dict) else str(operand)
