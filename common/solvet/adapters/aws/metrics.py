"""Metrics, as lines of the function's log: CloudWatch makes them of it, without a call.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping

from aws_lambda_powertools.metrics.functions import is_metrics_disabled
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from solvet.domain.metrics import Measured

NAMESPACE = "Solvet"
SERVICE = "solvet"
"""The one dimension that every metric has."""
NOTHING: Mapping[str, object] = {}


def emit(measured: Iterable[Measured], about: Mapping[str, object] = NOTHING) -> None:
    """Write the values, those of the same dimensions on one line.

    `about` are keys of the log that go with them: they can be searched and are no dimensions.
    Powertools' own flush prints text and line end apart, and threads would mix them up.
    """
    if is_metrics_disabled():
        return
    together: dict[tuple[tuple[str, str], ...], list[Measured]] = defaultdict(list)
    for each in measured:
        together[tuple(sorted(each.dimensions.items()))].append(each)
    for dimensions, group in together.items():
        line = json.dumps(_document(dict(dimensions), group, about), separators=(",", ":"))
        sys.stdout.write(f"{line}\n")


def _document(
    dimensions: Mapping[str, str], group: Iterable[Measured], about: Mapping[str, object]
) -> Mapping[str, object]:
    metrics = AmazonCloudWatchEMFProvider(namespace=NAMESPACE, service=SERVICE)
    for name, value in dimensions.items():
        metrics.add_dimension(name, value)
    for each in group:
        metrics.add_metric(each.metric.name, each.metric.unit, each.value)
    for key in about.keys() - dimensions.keys():
        metrics.add_metadata(key, about[key])
    return dict(metrics.serialize_metric_set())
