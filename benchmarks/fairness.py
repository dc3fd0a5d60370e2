"""How long small installations wait behind a large one: `python -m benchmarks.fairness`.

A simulation by the documented rules, because no emulator of SQS is fair: a tenant with more than a
tenth of what is in flight, and at least thirty messages, comes after all others.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
Lambda begins with five pollers and adds five a second.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

import heapq
from collections import Counter, deque
from dataclasses import dataclass
from statistics import median

BATCH = 10
FIRST_POLLERS = 5
POLLERS_A_SECOND = 5
NOISY_SHARE = 0.1
NOISY_MESSAGES = 30
LARGE = 0
"""The tenant with the large repository; all others send one message each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The large change has `files`, each takes `seconds`; somebody else pushes once a second."""

    files: int = 3_000
    seconds: float = 1.0
    others: int = 60
    cap: int = 50
    fair: bool = True


def waits(case: Case) -> list[float]:
    """Seconds from a small installation's push until its file is analysed."""
    arrivals = deque((float(n + 1), n + 1) for n in range(case.others))
    large, small = deque([(0.0, LARGE)] * case.files), deque[tuple[float, int]]()
    pollers = [max(0.0, (n - FIRST_POLLERS) / POLLERS_A_SECOND) for n in range(case.cap)]
    flying: list[tuple[float, int]] = []
    found: list[float] = []
    while len(found) < case.others:
        now = heapq.heappop(pollers)
        while arrivals and arrivals[0][0] <= now:
            small.append(arrivals.popleft())
        while flying and flying[0][0] <= now:
            heapq.heappop(flying)
        batch = _received(large, small, flying, case)
        end = now + case.seconds * len(batch)
        for place, (sent, tenant) in enumerate(batch, 1):
            heapq.heappush(flying, (end, tenant))
            if tenant != LARGE:
                found.append(now + place * case.seconds - sent)
        heapq.heappush(pollers, end if batch else now + 0.1)
    return found


def _received(
    large: deque[tuple[float, int]],
    small: deque[tuple[float, int]],
    flying: list[tuple[float, int]],
    case: Case,
) -> list[tuple[float, int]]:
    """Up to ten messages: the oldest, or the quiet tenants' first."""
    many = Counter(tenant for _, tenant in flying)[LARGE]
    noisy = many >= NOISY_MESSAGES and many > NOISY_SHARE * len(flying)
    order = (small, large) if case.fair and noisy else (large, small)
    batch: list[tuple[float, int]] = []
    for queue in order:
        while queue and len(batch) < BATCH:
            batch.append(queue.popleft())
    return batch


def main() -> None:
    """Prints a line for each case."""
    print("files  s/file  at once  fair   median wait  longest wait")
    for seconds in (0.1, 1.0):
        for cap in (5, 50):
            for fair in (False, True):
                case = Case(seconds=seconds, cap=cap, fair=fair)
                took = waits(case)
                print(
                    f"{case.files:>5,}  {seconds:>6}  {cap:>7}  {'yes' if fair else 'no':<4}"
                    f"  {median(took):>10.1f} s  {max(took):>10.1f} s"
                )


if __name__ == "__main__":
    main()
