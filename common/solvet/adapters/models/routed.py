"""Two models that look like one: each question goes to the one that is able enough."""

from dataclasses import dataclass

from solvet.llm.exchange import Completion, ModelRequest, Tier
from solvet.ports.model import Model


@dataclass(frozen=True, slots=True)
class Routed:
    """Asks `cheap` or `strong`, as the question's tier says."""

    cheap: Model
    strong: Model

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        model = self.strong if request.tier is Tier.STRONG else self.cheap
        return model.complete(request)
