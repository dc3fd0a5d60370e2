"""The rules as reports and people need them."""

from solvet.detectors.detector import Rule
from solvet.detectors.pages import pages
from solvet.detectors.registry import DETECTORS
from solvet.domain.finding import Category, of_model
from solvet.render.rules import RuleInfo


def all_rules() -> tuple[Rule, ...]:
    """Every rule, worst first."""
    rules = (detector.rule for detector in DETECTORS)
    return tuple(sorted(rules, key=lambda r: (r.severity.rank, r.category, r.name)))


_CLAIMS = """\
# {name}

**A claim of a language model: {category}**

{Category} · severity and confidence as the model gives them

## What it is

No rule of Solvet's, but the name that a model's claims of this category have, in reports, in
policies and in suppressions. A claim is told only where the code that it quotes is in the file, and
a grave one only after a second, adversarial question. It may be wrong all the same.

## What it stops

Nothing, unless the policy says `models: {{fail: on}}`.

## What to do with one

Read the code that it points to. `/solvet ignore FINGERPRINT` and the reason, as a comment on the
pull request, silences one; `rules: {{{name}: off}}` in the policy silences all.

## Rules of this category

{rules}
"""


def page(name: str) -> str:
    """The page of a rule, or of a model's claims, in Markdown; KeyError if there is no such."""
    claims = {of_model(category): category for category in Category}
    return _of_claims(name, claims[name]) if name in claims else pages()[f"{name}.md"]


def names() -> tuple[str, ...]:
    """Whatever has a page: the rules first."""
    return (*(rule.name for rule in all_rules()), *map(of_model, Category))


def _of_claims(name: str, category: Category) -> str:
    words = category.replace("_", " ")
    akin = [f"- `{rule.name}`: {rule.title}" for rule in all_rules() if rule.category is category]
    return _CLAIMS.format(
        name=name,
        category=words,
        Category=words.capitalize(),
        rules="\n".join(akin) or "None: it is for models alone.",
    )


def rule_infos() -> dict[str, RuleInfo]:
    """Rule name to what a report says of it."""
    written = pages()
    return {rule.name: _info(rule, written[f"{rule.name}.md"]) for rule in all_rules()}


def _info(rule: Rule, text: str) -> RuleInfo:
    return RuleInfo(
        name=rule.name,
        title=rule.title,
        category=rule.category,
        severity=rule.severity,
        help=text,
        references=tuple(reference.id for reference in rule.references),
    )
