import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from solvet.services.analyses.description import FILE_NAME, PATHS, description, written
from solvet.services.analyses.request import problem_with_path

SCHEMAS = Path(__file__).parents[2] / "schemas"


def test_the_description_is_up_to_date():
    """`make docs` writes it anew."""
    assert (SCHEMAS / FILE_NAME).read_text("utf-8") == written()


def test_every_schema_of_it_is_one():
    for schema in description()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


paths = st.text(st.sampled_from("aé. /\\:\n\x7f"), max_size=8)


@given(st.one_of(paths, st.text(max_size=12)))
def test_the_pattern_of_paths_says_what_is_checked(path):
    name = f"{path}.sol"
    assert bool(re.search(PATHS, name)) is not bool(problem_with_path(name))
