import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from solvet.domain.globs import problem_of
from solvet.domain.policy import Policy
from solvet.policyfile.differences import differences
from solvet.policyfile.groups import Group
from solvet.policyfile.keys import file_keys
from solvet.policyfile.reading import read
from solvet.policyfile.rules import known_rules
from solvet.policyfile.schema import schema, written

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
RULES = {"tx-origin": "Looks at tx.origin", "reentrancy": "Calls before it writes"}
SCHEMA = schema(RULES)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def documents(part):
    """What the schema lets through, for the words of it that our schema uses."""
    if "$ref" in part:
        target = SCHEMA
        for key in part["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        return documents(target)
    if "anyOf" in part:
        return st.one_of(*map(documents, part["anyOf"]))
    if "enum" in part:
        return st.sampled_from(part["enum"])
    return BY_TYPE[part["type"]](part)


def objects(part):
    keys = {key: documents(value) for key, value in part["properties"].items()}
    required = {key: keys.pop(key) for key in part.get("required", [])}
    return st.fixed_dictionaries(required, optional=keys)


BY_TYPE = {
    "object": objects,
    "array": lambda p: st.lists(documents(p["items"]), min_size=p.get("minItems", 0), max_size=3),
    "integer": lambda p: st.integers(p["minimum"], p["maximum"]),
    "number": lambda p: st.floats(p["minimum"], p["maximum"]).map(abs),
    "string": lambda p: st.from_regex(p["pattern"], fullmatch=True).filter(
        lambda text: len(text) <= p["maxLength"]
    ),
}
DOCUMENTS = documents(SCHEMA)
TEXTS = DOCUMENTS.map(lambda document: yaml.safe_dump(document, allow_unicode=True))


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_detectors_and_claims_of_models_are_rules():
    assert {"reentrancy", "model-reentrancy", "model-access-control"} <= known_rules().keys()


def test_the_published_schema_is_up_to_date():
    assert (ROOT / "schemas/solvet.schema.json").read_text(encoding="utf-8") == written()


@given(DOCUMENTS)
def test_what_the_schema_lets_through_is_read_without_mistakes(document):
    VALIDATOR.validate(document)
    assert read(yaml.safe_dump(document), rules=RULES).mistakes == ()


@given(DOCUMENTS)
def test_json_is_read_like_yaml(document):
    text = json.dumps(document, ensure_ascii=False)
    assume(not yaml.SafeLoader.NON_PRINTABLE.search(text))
    assert read(text, rules=RULES) == read(yaml.safe_dump(document), rules=RULES)


@given(TEXTS, st.data())
def test_what_is_read_without_mistakes_is_let_through(text, data):
    place = data.draw(st.integers(0, len(text)))
    character = data.draw(st.sampled_from([*"ab-:,[]{}'\"#/*.!?&01 \n", ""]))
    changed = text[:place] + character + text[place + 1 :]
    if not read(changed, rules=RULES).mistakes:
        VALIDATOR.validate(yaml.safe_load(changed) or {})


@given(st.text("a/*.!?[]{}\\ \n", max_size=12) | st.text(max_size=8))
def test_schema_and_reader_have_the_same_globs(text):
    pattern = SCHEMA["$defs"]["glob"]["pattern"]
    found = re.search(pattern, text) and not text.endswith("\n")
    assert bool(found) == (not problem_of(text))


@given(TEXTS)
def test_a_policy_is_not_different_from_itself(text):
    policy = read(text, rules=RULES).policy
    assert differences(policy, policy) == ()


@given(TEXTS, TEXTS)
def test_no_difference_goes_unsaid(one, other):
    before, after = (read(text, rules=RULES).policy for text in (one, other))
    if normal(before) != normal(after):
        assert differences(before, after)


def normal(policy):
    """The order of globs and roles, and a rule's place, mean nothing."""
    lists = {name: set(getattr(policy, name)) for name in ("include", "exclude", "quiet")}
    sections = [
        (s.match, s.changes() | {"quiet": s.quiet and set(s.quiet)}, s.rules) for s in policy.paths
    ]
    return vars(policy) | lists | {"paths": sections}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_page_are_right(example):
    rules = known_rules()
    jsonschema.Draft202012Validator(schema(rules)).validate(yaml.safe_load(example))
    assert read(example, rules=rules).mistakes == ()


def test_the_page_names_every_key():
    assert [key for key in keys(file_keys({})) if f"`{key}`" not in PAGE] == []


def test_the_example_with_every_default_is_the_default():
    (example,) = (text for text in EXAMPLES if "# every default" in text)
    assert read(example, rules=known_rules()).policy == Policy()


def keys(group, above=""):
    for field in group.fields:
        if field.target:
            yield f"{above}{field.key}"
        elif isinstance(field.kind, Group):
            yield from keys(field.kind, f"{above}{field.key}.")
