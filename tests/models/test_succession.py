import pytest

from solvet.adapters.models.succession import Succession
from solvet.llm import errors
from solvet.llm.exchange import Completion, ModelRequest

REQUEST = ModelRequest(instructions="", input="", schema={}, schema_name="x", max_output_tokens=1)
ANSWER = Completion(text="{}", model="m", provider="p")


class Always:
    """A model that gives one answer or raises one error, and counts how often it was asked."""

    def __init__(self, outcome):
        self.outcome, self.asked = outcome, 0

    def complete(self, request):
        self.asked += 1
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def test_the_next_is_asked_when_a_model_is_retired():
    models = [Always(errors.Retired("gone")), Always(errors.Retired("gone")), Always(ANSWER)]
    assert Succession(tuple(models)).complete(REQUEST) == ANSWER
    assert [model.asked for model in models] == [1, 1, 1]


def test_a_model_that_is_offered_is_the_only_one_asked():
    heir = Always(ANSWER)
    assert Succession((Always(ANSWER), heir)).complete(REQUEST) == ANSWER
    assert heir.asked == 0


def test_when_all_are_retired_that_is_the_error():
    with pytest.raises(errors.Retired, match="b is gone"):
        Succession(
            (Always(errors.Retired("a is gone")), Always(errors.Retired("b is gone")))
        ).complete(REQUEST)


@pytest.mark.parametrize("kind", [errors.Rejected, errors.Throttled, errors.Auth, KeyError])
def test_for_no_other_reason_is_a_successor_asked(kind):
    heir = Always(ANSWER)
    with pytest.raises(kind):
        Succession((Always(kind("x")), heir)).complete(REQUEST)
    assert heir.asked == 0
