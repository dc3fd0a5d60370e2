"""doctor: models that are asked, until when there are any, and what they have cost."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from solvet.domain.health import Finding, State
from solvet.errors import Denied, Throttled
from solvet.llm.catalogue import WARN_DAYS, Offer, catalogue, offer, warning
from solvet.llm.errors import Auth
from solvet.llm.prices import MICRO
from solvet.ports.stack import Books
from solvet.render.words import counted, money
from solvet.services.doctor import Check

OLD = timedelta(days=120)
NEARLY = 0.8
"""Of a month's budget."""

List = Callable[[str], frozenset[str]]
"""Takes a provider and answers the models it offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which models are asked: their names by provider, of those that have a key.

    `off_because` says why none is, and is empty otherwise. `providers` are all there are.
    """

    names: Mapping[str, tuple[str, ...]]
    providers: tuple[str, ...]
    off_because: str
    month_budget: float


def model_checks(asked: Asked, today: date, reach: List | None) -> tuple[Check, ...]:
    """`reach` asks the providers themselves; without it nobody does."""
    checks = (
        Check("model keys", lambda: _keys(asked)),
        Check("models", lambda: _models(asked, today)),
        Check("model catalogue", lambda: _catalogue(today)),
    )
    if reach is None:
        return checks
    return (*checks, *(_reaching(at, names, reach) for at, names in asked.names.items()))


def _reaching(provider: str, names: tuple[str, ...], reach: List) -> Check:
    return Check(f"{provider} reach", lambda: _reach(provider, names, reach))


def _keys(asked: Asked) -> Iterator[Finding]:
    without = [provider for provider in asked.providers if provider not in asked.names]
    if asked.off_because and asked.names:
        said = f"{asked.off_because}; there is a key for {' and '.join(asked.names)}"
        yield Finding("model keys", State.OK, said)
    elif asked.off_because:
        yield Finding("model keys", State.OK, f"{asked.off_because}, and no key is needed")
    elif not asked.names:
        mend = "Set a key (docs/models.md), or switch models off"
        yield Finding("model keys", State.WARNING, "no key is set: reviews are static only", mend)
    else:
        more = f"; none for {' and '.join(without)}, so nothing takes over" if without else ""
        yield Finding(
            "model keys", State.OK, f"there is a key for {' and '.join(asked.names)}{more}"
        )


def _models(asked: Asked, today: date) -> Iterator[Finding]:
    names = sorted({name for names in asked.names.values() for name in names})
    found = [finding for name in names for finding in _model(name, today)]
    if found or not names:
        yield from found
        return
    said = f"{', '.join(names)}: none ends within {WARN_DAYS} days"
    yield Finding("models", State.OK, said)


def _model(name: str, today: date) -> Iterator[Finding]:
    if sentence := warning(name, today):
        said, _, mend = sentence.partition(": ")
        yield Finding("models", State.WARNING, said, mend[:1].upper() + mend[1:])
    elif offer(name) is None:
        said = f"{name} is not in the catalogue: it is billed as the dearest model we know"
        yield Finding("models", State.WARNING, said, "Check the name; a new version may know it")


def _catalogue(today: date) -> Iterator[Finding]:
    known = catalogue()
    said = f"{counted(len(known.models), 'model')}, as of {known.as_of}"
    ending = tuple(_ending(known.models, today))
    said += f"; these end within {WARN_DAYS} days" if ending else ""
    if today - known.as_of > OLD:
        mend = "Update Solvet: models.json has prices and last days"
        yield Finding("model catalogue", State.WARNING, f"{said}; it is old", mend, ending)
        return
    yield Finding("model catalogue", State.OK, said, "", ending)


def _ending(models: Mapping[str, Offer], today: date) -> Iterator[str]:
    """A line for each last day: the models and who is asked in their place."""
    last = {name: it.shutdown for name, it in models.items() if it.shutdown and not it.gone(today)}
    soon = {day for day in last.values() if (day - today).days <= WARN_DAYS}
    for day in sorted(soon):
        names = (f"{n} (then {models[n].successors[0]})" for n in last if last[n] == day)
        yield f"{day}: {', '.join(names)}"


def _reach(provider: str, names: tuple[str, ...], reach: List) -> Iterator[Finding]:
    name = f"{provider} reach"
    try:
        offered = reach(provider)
    except (Denied, Auth) as error:
        yield Finding(name, State.PROBLEM, str(error), "Make a new key there and set it here")
        return
    except Throttled as error:
        yield Finding(name, State.WARNING, str(error), "Wait, or raise the limits there")
        return
    missing = [model for model in names if model not in offered]
    if not missing:
        yield Finding(name, State.OK, f"the key is good, and {' and '.join(names)} are offered")
        return
    said = f"the key is good, but {' and '.join(missing)} is not among the models that it offers"
    yield Finding(name, State.WARNING, said, "Set another model, or ask for access there")


def budget_check(books: Callable[[], Books], limit: float, month: date) -> Check:
    """What repositories have spent of what one may spend in a month, in dollars."""
    return Check("budget", lambda: _budget(books(), limit, month))


def _budget(books: Books, limit: float, month: date) -> Iterator[Finding]:
    tight = [each for each in books.spent if each.amount > limit * NEARLY * MICRO]
    total = money(sum(each.amount for each in books.spent) / MICRO)
    whose = f"repositories active lately: {len(books.spent)}{' and more' if books.more else ''}"
    if not tight:
        said = f"{total} spent in {month:%B} ({whose}); each may spend {money(limit)}"
        yield Finding("budget", State.OK, said)
    for each in tight:
        spent = money(each.amount / MICRO)
        said = f"{each.repository.full_name} has spent {spent} of {money(limit)} in {month:%B}"
        mend = "At the limit reviews are static only until next month; MonthBudget raises it"
        yield Finding("budget", State.WARNING, said, mend)
