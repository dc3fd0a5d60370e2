"""From measured reviews to those of a month: what all functions take of everything."""

from collections.abc import Mapping
from dataclasses import dataclass

from solvet.cli.pricing.tables import Measured, Used
from solvet.cli.pricing.workload import Workload

MODEL_WORKER = "ModelWorkerFunction"
_MANY = 10
"""Files of the larger shapes, and of a batch of jobs."""
_ONE_PROCESSOR = 1769
"""Megabytes: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html."""
_NOTHING = Used()

Deliveries = Mapping[str, Used]


@dataclass(frozen=True, slots=True)
class Share:
    """A measured delivery, and how often something like it comes."""

    used: Deliveries
    times: float


def month(measured: Measured, load: Workload) -> dict[str, Used]:
    """What each function takes for all deliveries of the month."""
    shapes = measured.deliveries
    kind = "silent" if load.models else "static"
    shares = [
        Share(shapes["static-0"], load.deliveries * load.others),
        *_line(shapes[f"{kind}-1"], shapes[f"{kind}-{_MANY}"], load.files, load.deliveries),
    ]
    if load.asked:
        at_least, often = max(1, load.asked), load.deliveries * min(1, load.asked)
        shares += _line(shapes["asked-1"], shapes[f"asked-{_MANY}"], at_least, often)
        shares += _line(shapes["silent-1"], shapes[f"silent-{_MANY}"], at_least, -often)
    return added(shares)


def seconds(used: Used, memory: int, load: Workload) -> float:
    """Of all invocations, without waiting for models and without cold starts."""
    processor = min(1, memory / _ONE_PROCESSOR)
    calls = sum(used.calls.values())
    return used.cpu / processor + calls * load.aws_seconds + used.github * load.github_seconds


def waited(load: Workload) -> float:
    """Seconds that model workers wait for answers; a batch waits for all of its files at once."""
    batches = max(1, load.asked / _MANY) * min(1, load.asked)
    return load.deliveries * batches * load.answer_seconds


def _line(one: Deliveries, many: Deliveries, files: float, times: float) -> list[Share]:
    """So many deliveries with so many files, on the line through one and ten."""
    part = (files - 1) / (_MANY - 1)
    return [Share(one, times * (1 - part)), Share(many, times * part)]


def added(shares: list[Share]) -> dict[str, Used]:
    """The sum, by function; what differences of small counts made negative is nothing."""
    names = {name for share in shares for name in share.used}
    return {
        name: _sum([(share.used.get(name, _NOTHING), share.times) for share in shares])
        for name in sorted(names)
    }


def _sum(parts: list[tuple[Used, float]]) -> Used:
    calls = {call for used, _ in parts for call in used.calls}

    def total(name: str) -> float:
        return max(0.0, sum(float(getattr(used, name)) * times for used, times in parts))

    return Used(
        invocations=total("invocations"),
        cpu=total("cpu"),
        calls={c: max(0.0, sum(u.calls.get(c, 0) * times for u, times in parts)) for c in calls},
        reads=total("reads"),
        writes=total("writes"),
        github=total("github"),
        log_bytes=total("log_bytes"),
    )
