"""What models took and what the healer did, as CloudWatch metrics in the function's log.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
"""

from collections.abc import Mapping

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from solvet.llm.errors import ModelError
from solvet.llm.exchange import Completion

NAMESPACE = "Solvet"


def count(outcome: Completion | ModelError) -> None:
    """Dollars and tokens of an answer, by model; an error, by its kind."""
    metrics = AmazonCloudWatchEMFProvider(namespace=NAMESPACE, service="solvet")
    if isinstance(outcome, ModelError):
        metrics.add_dimension("error", type(outcome).__name__)
        metrics.add_metric("ModelErrors", MetricUnit.Count, 1)
        spent = outcome.spent
    else:
        metrics.add_dimension("model", outcome.model)
        metrics.add_metric("ModelAnswers", MetricUnit.Count, 1)
        spent = outcome
    if spent is not None:
        metrics.add_metric("ModelDollars", MetricUnit.NoUnit, spent.cost or 0.0)
        metrics.add_metric("ModelInputTokens", MetricUnit.Count, spent.input_tokens)
        metrics.add_metric("ModelOutputTokens", MetricUnit.Count, spent.output_tokens)
    metrics.flush_metrics()


def tally(numbers: Mapping[str, int]) -> None:
    """So many of each."""
    if not numbers:
        return
    metrics = AmazonCloudWatchEMFProvider(namespace=NAMESPACE, service="solvet")
    for name, number in numbers.items():
        metrics.add_metric(name, MetricUnit.Count, number)
    metrics.flush_metrics()
