from dataclasses import replace

from solvet.adapters.models.routed import Routed
from solvet.llm.exchange import Completion, ModelRequest, Tier

REQUEST = ModelRequest(instructions="", input="", schema={}, schema_name="x", max_output_tokens=1)


class Named:
    """A model that answers with its name."""

    def __init__(self, name):
        self.name = name

    def complete(self, request):
        return Completion(text=self.name, model=self.name, provider="p")


def test_each_question_goes_to_the_model_of_its_tier():
    routed = Routed(cheap=Named("cheap"), strong=Named("strong"))
    for tier in Tier:
        assert routed.complete(replace(REQUEST, tier=tier)).model == tier
