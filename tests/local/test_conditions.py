import pytest

from solvet.errors import ConfigError
from solvet.local.conditions import holds

SET = {"Fn::Not": [{"Fn::Equals": [{"Ref": "Name"}, ""]}]}
PROD = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
CONDITIONS = {
    "Set": SET,
    "Both": {"Fn::And": [{"Condition": "Set"}, PROD]},
    "Either": {"Fn::Or": [{"Condition": "Set"}, PROD]},
    "Odd": {"Fn::Guess": []},
}


@pytest.mark.parametrize(
    ("name", "stage", "holding"),
    [
        ("", "dev", set()),
        ("a", "dev", {"Set", "Either"}),
        ("", "prod", {"Either"}),
        ("a", "prod", {"Set", "Both", "Either"}),
    ],
)
def test_conditions_hold_as_the_parameters_say(name, stage, holding):
    values = {"Name": name, "Stage": stage}
    known = CONDITIONS.keys() - {"Odd"}
    assert {each for each in known if holds(each, CONDITIONS, values)} == holding


@pytest.mark.parametrize("name", ["Odd", "Missing"])
def test_a_condition_that_nobody_understands_is_an_error_and_no_guess(name):
    with pytest.raises(ConfigError, match=r"template\.yaml"):
        holds(name, CONDITIONS, {})
