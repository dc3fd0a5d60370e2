"""The bill of a month, line by line, and what the naive way would cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from solvet.cli.pricing.tables import Measured, Prices, Questions, Used
from solvet.cli.pricing.usage import MODEL_WORKER, month, seconds, waited
from solvet.cli.pricing.workload import DAYS, Workload
from solvet.llm.catalogue import catalogue
from solvet.llm.prices import cost

GB, KB, MB = 10**9, 1024, 1024
SECONDS = DAYS * 24 * 60 * 60
NAIVE_SECONDS, NAIVE_GB = 10, 1
_INDEX = 2
"""Units of a write: the item, and its entry in the index."""


@dataclass(frozen=True, slots=True)
class Line:
    """Dollars for one thing, how much of it there is, and how to pay less for it."""

    name: str
    dollars: float
    amount: str
    less: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """`reviews` grow with what is reviewed, `standing` is paid for all month; dollars."""

    load: Workload
    reviews: tuple[Line, ...]
    standing: tuple[Line, ...]
    naive: float

    @property
    def of_reviews(self) -> float:
        return sum(line.dollars for line in self.reviews)

    @property
    def of_standing(self) -> float:
        return sum(line.dollars for line in self.standing)

    @property
    def total(self) -> float:
        return self.of_reviews + self.of_standing

    @property
    def dearest(self) -> Line:
        return max((*self.reviews, *self.standing), key=lambda line: line.dollars)


def bill(load: Workload, measured: Measured, prices: Prices) -> Bill:
    """What a month costs, with what is known of durations, calls and prices."""
    used = month(measured, load)
    return Bill(
        load,
        tuple(_reviews(load, used, measured, prices)),
        tuple(_standing(load, measured, prices)),
        load.reviews * _naive(measured.questions, prices),
    )


def _reviews(
    load: Workload, used: Mapping[str, Used], measured: Measured, prices: Prices
) -> Iterator[Line]:
    if load.models:
        yield _models(load, measured.questions)
    waits = waited(load) * measured.functions[MODEL_WORKER].memory / MB
    gb_seconds = sum(_gb_seconds(name, each, measured, load) for name, each in used.items())
    yield _lambda(used, gb_seconds, prices)
    if load.models:
        dollars = waits * prices["lambda.gb_second"]
        less = "a model that answers faster"
        yield Line("Lambda, waiting for models", dollars, f"{waits:,.0f} GB-seconds", less)
    yield from _services(load, used, measured, prices)


def _models(load: Workload, asked: Questions) -> Line:
    scale = load.reviews / asked.files * load.asking / asked.asking
    dollars = scale * sum(_calls(asked))
    calls = scale * sum(each.calls for each in asked.calls)
    less = "budgets in .solvet.yml, StrongFrom for fewer questions to the strong model, Models=off"
    return Line("models", dollars, f"{calls:,.0f} questions", less)


def _calls(asked: Questions) -> Iterator[float]:
    """Dollars of the calls of each sort; the fixed part is read from a cache, or written to it."""
    for each in asked.calls:
        tokens = round(each.fixed + each.own)
        answer, fixed = round(each.answer), round(each.fixed)
        read = _priced(each.model, tokens, answer, cached=fixed)
        written = _priced(each.model, tokens, answer, written=fixed)
        yield each.calls * (asked.cached * read + (1 - asked.cached) * written)


def _priced(model: str, tokens: int, answer: int, *, cached: int = 0, written: int = 0) -> float:
    day = catalogue().as_of
    dollars = cost(model, tokens, answer, cached, written_tokens=written, day=day)
    if dollars is None:
        raise LookupError(f"the price of {model} is not known")
    return dollars


def _gb_seconds(name: str, used: Used, measured: Measured, load: Workload) -> float:
    function = measured.functions.get(name)
    if function is None:
        return 0.0
    cold = used.invocations * load.cold * function.start
    return (seconds(used, function.memory, load) + cold) * function.memory / MB


def _lambda(used: Mapping[str, Used], gb_seconds: float, prices: Prices) -> Line:
    invocations = sum(each.invocations for each in used.values())
    dollars = gb_seconds * prices["lambda.gb_second"] + invocations * prices["lambda.request"]
    amount = f"{invocations:,.0f} invocations, {gb_seconds:,.0f} GB-seconds"
    return Line("Lambda", dollars, amount, "less memory, where a function only waits")


def _services(
    load: Workload, used: Mapping[str, Used], measured: Measured, prices: Prices
) -> Iterator[Line]:
    taken = tuple(used.values())
    yield _table(taken, measured.item_bytes, prices)
    yield _bucket(taken, prices)
    yield _queues(taken, prices)
    posts = load.deliveries * (1 + load.others)
    yield Line("HTTP API", posts * prices["http_api.request"], f"{posts:,.0f} deliveries")
    yield _logs(taken, prices)
    traces = sum(each.invocations for each in taken)
    less = "a sampling rule in X-Ray"
    yield Line("traces", traces * prices["xray.trace"], f"{traces:,.0f} at most", less)


def _table(taken: tuple[Used, ...], item_bytes: float, prices: Prices) -> Line:
    large = max(1.0, item_bytes / KB)
    writes = sum(each.writes for each in taken) * large * _INDEX
    reads = sum(each.reads for each in taken)
    dollars = writes * prices["dynamodb.write"] + reads * prices["dynamodb.read"]
    return Line("DynamoDB", dollars, f"{writes:,.0f} write and {reads:,.0f} read units")


def _bucket(taken: tuple[Used, ...], prices: Prices) -> Line:
    puts, gets = (_sum(taken, "s3", names) for names in (("Put", "List"), ("Get", "Head")))
    dollars = puts * prices["s3.write"] + gets * prices["s3.read"]
    return Line("S3", dollars, f"{puts:,.0f} writes and lists, {gets:,.0f} reads")


def _queues(taken: tuple[Used, ...], prices: Prices) -> Line:
    plain, fifo = _sum(taken, "sqs"), _sum(taken, "fifo")
    fair = prices["sqs.request"] + prices["sqs.fair"]  # messages name whose they are
    dollars = plain * fair + fifo * prices["fifo.request"]
    return Line("SQS", dollars, f"{plain + fifo:,.0f} requests")


def _logs(taken: tuple[Used, ...], prices: Prices) -> Line:
    size = sum(each.log_bytes for each in taken)
    dollars = size / GB * (prices["logs.gb"] + prices["logs.gb_month"])
    amount = f"{size / 10**6:,.1f} MB, kept for a month"
    return Line("logs", dollars, amount, "LogLevel=WARNING")


def _sum(taken: tuple[Used, ...], service: str, begin: tuple[str, ...] = ("",)) -> float:
    """Calls to a service whose operations begin with one of these words."""
    return sum(
        number
        for used in taken
        for call, number in used.calls.items()
        if call.partition(".")[0] == service and call.partition(".")[2].startswith(begin)
    )


def _standing(load: Workload, measured: Measured, prices: Prices) -> Iterator[Line]:
    has = measured.standing
    free = "of an account are free"
    for name, number, more, price, less in (
        ("metrics", has.metrics, " series; failures add to them", "metric", f"ten {free}"),
        ("dashboard", has.dashboards, "", "dashboard", f"three {free}"),
        ("alarms", has.alarms, "", "alarm", f"ten {free}"),
    ):
        yield Line(name, number * prices[f"cloudwatch.{price}"], f"{number}{more}", less)
    yield Line("secrets", has.secrets * prices["secrets.secret"], f"{has.secrets}")
    polls = has.sources * load.pollers * SECONDS / load.poll_seconds
    less = "a million requests of an account are free"
    amount = f"{polls:,.0f} requests to {has.sources} queues"
    yield Line("idle queues", polls * prices["sqs.request"], amount, less)
    yield _sweeps(load, measured, prices)


def _sweeps(load: Workload, measured: Measured, prices: Prices) -> Line:
    times = measured.standing.sweeps * DAYS
    one = measured.sweep
    used = Used(
        invocations=times,
        cpu=one.cpu * times,
        calls={call: number * times for call, number in one.calls.items()},
        reads=one.reads * times,
        writes=one.writes * times,
        github=one.github * times,
        log_bytes=one.log_bytes * times,
    )
    gb_seconds = _gb_seconds("SweepFunction", used, measured, load)
    of_lambda = _lambda({"SweepFunction": used}, gb_seconds, prices).dollars
    parts = (_table((used,), measured.item_bytes, prices), _logs((used,), prices))
    dollars = of_lambda + sum(part.dollars for part in parts)
    return Line("sweep", dollars, f"{times:,.0f} calls of the clock")


def _naive(asked: Questions, prices: Prices) -> float:
    """Of one file: all of it to a large model, and a gigabyte of Lambda for ten seconds."""
    model = _priced(asked.naive_model, round(asked.whole_file), round(asked.whole_answer))
    return model + NAIVE_SECONDS * NAIVE_GB * prices["lambda.gb_second"] + prices["lambda.request"]
