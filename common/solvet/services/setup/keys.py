"""Model keys: what a key looks like, and what becomes of those that are entered on the page."""

import re
from dataclasses import replace

from solvet.domain.setup import Setup, is_sealed
from solvet.errors import Retry
from solvet.render.pages import notices
from solvet.services.setup.form import FIELDS, LONGEST_KEY, TO_SAVE, form
from solvet.services.setup.parts import SetupParts
from solvet.services.setup.web import Reply, Request, sent_to, told

SHORTEST_KEY = 8
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_OTHERS = {"openai": ("AIza", "Gemini"), "gemini": ("sk-", "OpenAI")}
"""How the other provider's keys begin, to find keys that were swapped."""


def key_problem(provider: str, key: str) -> str:
    """What is wrong with a key, after "it"; empty when nothing can be told without asking.

    >>> key_problem("gemini", "sk-proj-0123456789")
    'looks like a key of OpenAI'
    """
    if not _PRINTABLE.fullmatch(key):
        return "has spaces or characters that no key has"
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        return f"has {len(key):,} characters; keys have {SHORTEST_KEY} to {LONGEST_KEY}"
    begins, whose = _OTHERS[provider]
    return f"looks like a key of {whose}" if key.startswith(begins) else ""


def keep_keys(request: Request, setup: Setup, parts: SetupParts) -> Reply:
    """Stored when all is well with every one of them."""
    cookie, seal = request.cookie(setup.base), request.form.get("seal", "")
    if not request.is_from(setup.base) or not is_sealed(seal, cookie, TO_SAVE):
        return told(notices.FORGED)
    keys = {field.name: request.form.get(field.name, "").strip() for field in FIELDS}
    problems = {
        name: f"This {problem}."
        for name, key in keys.items()
        if key and (problem := key_problem(name, key))
    }
    if not any(keys.values()):
        problems = {"all": "There is nothing to save: both are empty."}
    if problems:
        return form(request, setup, parts, problems)
    try:
        parts.vault.keep_model_keys(keys["openai"], keys["gemini"])
    except Retry:
        return form(request, setup, parts, {"all": "They could not be stored. Please try again."})
    said = tuple(field.said for field in FIELDS if keys[field.name])
    parts.ledger.advance(setup, replace(setup, keys=said))
    return sent_to(f"{setup.base}/setup#keys", "model keys were stored")
