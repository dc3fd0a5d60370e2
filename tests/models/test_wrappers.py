"""What holds for everything that wraps a model, so that wrappers can be put in any order."""

import pytest

from solvet.adapters.memory.answers import MemoryAnswers
from solvet.adapters.memory.purse import MemoryPurse
from solvet.adapters.models.archive import Archive
from solvet.adapters.models.budgeted import Budgeted
from solvet.adapters.models.cached import Cached
from solvet.adapters.models.checked import Checked
from solvet.adapters.models.fallback import FallbackModel
from solvet.adapters.models.metered import Metered
from solvet.adapters.models.remembered import Remembered
from solvet.adapters.models.routed import Routed
from solvet.adapters.models.single_flight import Flights, SingleFlight
from solvet.adapters.models.succession import Succession
from solvet.llm import errors
from solvet.llm.exchange import Completion, ModelRequest, Tier

REQUEST = ModelRequest(
    instructions="a",
    input="b",
    schema={"type": "object"},
    schema_name="x",
    max_output_tokens=1,
    tier=Tier.STRONG,
    identity="one",
    lines=(1, 2),
)
ANSWER = Completion(
    text="{}", model="m", provider="p", input_tokens=9, output_tokens=1, cost=0.1, lines=(3, 4)
)
WRAPPERS = {
    "budgeted": lambda model: Budgeted(model, "m", MemoryPurse()),
    "cached": lambda model: Cached(model, Archive(MemoryAnswers())),
    "checked": lambda model: Checked(model, lambda *_: None),
    "fallback": lambda model: FallbackModel(model, model),
    "metered": lambda model: Metered(model, lambda outcome: None),
    "remembered": lambda model: Remembered(model, "p", Archive(MemoryAnswers())),
    "routed": lambda model: Routed(cheap=model, strong=model),
    "single flight": lambda model: SingleFlight(model, Flights(), 1, 1.0),
    "succession": lambda model: Succession((model,)),
}


class Remembers:
    """A model that gives one answer or raises one error, and remembers what it was asked."""

    def __init__(self, outcome):
        self.outcome, self.asked = outcome, []

    def complete(self, request):
        self.asked.append(request)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def everything(model):
    """All wrappers around each other."""
    for wrap in WRAPPERS.values():
        model = wrap(model)
    return model


@pytest.fixture(params=[*WRAPPERS, "everything"])
def wrap(request):
    return (WRAPPERS | {"everything": everything})[request.param]


def test_the_question_is_passed_on_and_the_answer_given_back(wrap):
    model = Remembers(ANSWER)
    assert wrap(model).complete(REQUEST) == ANSWER
    assert model.asked == [REQUEST]


@pytest.mark.parametrize("kind", errors.ModelError.__subclasses__())
def test_errors_of_models_are_let_through_with_all_they_say(wrap, kind):
    with pytest.raises(kind) as caught:
        wrap(Remembers(kind("because", after=9, spent=None))).complete(REQUEST)
    assert (caught.value.reason, caught.value.after) == ("because", 9)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ZeroDivisionError, MemoryError])
def test_nothing_else_is_caught(wrap, kind):
    model = Remembers(kind("x"))
    with pytest.raises(kind):
        wrap(model).complete(REQUEST)
    assert len(model.asked) == 1


def test_every_attempt_is_counted_with_what_came_of_it():
    counted, failure = [], errors.Throttled("x")
    assert Metered(Remembers(ANSWER), counted.append).complete(REQUEST) == ANSWER
    with pytest.raises(errors.Throttled):
        Metered(Remembers(failure), counted.append).complete(REQUEST)
    assert counted == [ANSWER, failure]
