"""Where a model's claim and static facts disagree. The claim stays; the facts are shown beside it.

Facts contradict a claim only when it says that something is absent which is there:

- of access, when the title says that there is no check, or that anybody may call, and the function
  compares its caller before the quoted lines, or is internal. A check that is wrong, too weak or
  can be got round is what models are asked for: a claim that says so is never contradicted, nor is
  one about an initialiser, or one that tells how an internal function is reached.
- of reentrancy, when the function itself is locked, or writes no state after its calls to other
  contracts. A lock keeps nobody out of other functions and views, and the order of lines says
  nothing of a loop: a claim that speaks of those is never contradicted.
"""

import re
from collections.abc import Iterable

from solvet.domain.change import SecondOpinion, Stance, Witness
from solvet.domain.finding import Category, Finding
from solvet.llm.context.facts import FunctionFacts
from solvet.llm.context.names import plain
from solvet.solidity.guards import KNOWN_GUARDS

_FEW = 5

_ABSENT = re.compile(
    r"""\b(?: any(?:one|body) | everyone | any\ (?:user|account|caller|address)
    | un(?:protected|guarded|restricted|authenticated) | permissionless | public(?:ly)?\ callable
    | (?:missing|no|without|lacks?|lacking|absent)\ (?:an?\ |any\ |the\ )?
      (?:access|auth\w*|caller|owner\w*|only\w+|role|permission|guard|modifier|restriction) )""",
    re.IGNORECASE | re.VERBOSE,
)
_WRONG = re.compile(
    r"""\b(?: wrong | incorrect\w* | insufficient\w* | inadequate\w* | weak | inverted | instead
    | bypass\w* | circumvent\w* | spoof\w* | forge\w* | tx\.origin | despite | although | though
    | even\ (?:if|with|though) | escalat\w* | front-?run\w* | re-?initiali[sz]\w* | any\ role
    | who\ holds | granted? | renounc\w* )""",
    re.IGNORECASE | re.VERBOSE,
)
_ELSEWHERE = re.compile(
    r"""\bread-?\ ?only | \bviews?\b | \bcross- | \b(?:an)?other\ | \bsecond\ (?:function|contract)
    | \bshares?\ (?:the\ )?(?:state|storage) | \bdifferent\ function | \bloops?\b | \biterat""",
    re.IGNORECASE | re.VERBOSE,
)


_REACHED = re.compile(r"\b(?:via|through|reach\w*|exposed?|called by|callers?)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"(?:msg\.sender|_msgSender\(\))\s*[!=]=|[!=]=\s*(?:msg\.sender|_msgSender\(\))"
)
_GUARD_NAME = re.compile(r"_*(?:only|check(?:Owner|Role|CanCall)|requires?(?:Auth|Owner))\w*")


def contradiction(
    claim: Finding, facts: Iterable[FunctionFacts], text: str
) -> SecondOpinion | None:
    """What the facts about the claim's function in `text` say against it, or None.

    Functions of one name are told apart by nobody, so all of them have to contradict it.
    """
    symbol = plain(claim.symbol, dotted=True)
    reasons = [_against(claim, known, text) for known in facts if known.symbol == symbol]
    if not symbol or not reasons or not all(reasons):
        return None
    return SecondOpinion(Stance.REFUTED, reasons[0], Witness.FACTS)


def _against(claim: Finding, facts: FunctionFacts, text: str) -> str:
    match claim.category:
        case Category.ACCESS_CONTROL:
            return _access(claim, facts, text)
        case Category.REENTRANCY:
            return _reentrancy(claim, facts)
        case _:
            return ""


def _access(claim: Finding, facts: FunctionFacts, text: str) -> str:
    said = f"{claim.title} {claim.message}"
    if not _ABSENT.search(claim.title) or _WRONG.search(said) or facts.initialiser:
        return ""
    if facts.visibility in {"internal", "private"} and not _REACHED.search(said):
        return f"`{facts.symbol}` is {facts.visibility} and cannot be called from outside."
    if facts.guarded and _comes_first(facts, claim) and _names_callers(facts, text):
        return f"`{facts.symbol}` lets only chosen callers through{_by(facts)}."
    return ""


def _comes_first(facts: FunctionFacts, claim: Finding) -> bool:
    """Whether the check is made before what is quoted; one in a modifier is."""
    line = facts.guard_line or facts.first_line
    return not facts.first_line <= line <= facts.last_line or line <= claim.span.end_line


def _names_callers(facts: FunctionFacts, text: str) -> bool:
    """Whether the check is of who calls, and not of what he holds or has done."""
    name = facts.guard_name
    if name in KNOWN_GUARDS or _GUARD_NAME.fullmatch(name):
        return True
    lines = text.split("\n")
    at = facts.guard_line or 0
    return 0 < at <= len(lines) and _COMPARES.search(lines[at - 1]) is not None


def _by(facts: FunctionFacts) -> str:
    name = f": `{facts.guard_name}`" if facts.guard_name else ": a comparison"
    return name + (f", line {facts.guard_line}" if facts.guard_line else "")


def _reentrancy(claim: Finding, facts: FunctionFacts) -> str:
    if _ELSEWHERE.search(f"{claim.title} {claim.message}") or not facts.complete:
        return ""
    if facts.locked:
        lock = f" by `{facts.lock_name}`" if facts.lock_name else ""
        return f"`{facts.symbol}` (line {facts.first_line}) is locked against reentrancy{lock}."
    if facts.writes_before_calls:
        return (
            f"`{facts.symbol}` writes no state after its calls to other contracts: it writes on "
            f"{_lines(facts.write_lines)} and calls on {_lines(facts.call_lines)}."
        )
    return ""


def _lines(numbers: tuple[int, ...]) -> str:
    few = ", ".join(str(number) for number in numbers[:_FEW])
    more = " and others" if len(numbers) > _FEW else ""
    return f"line{'s' if len(numbers) > 1 else ''} {few}{more}"
