"""Secrets and invisible characters do not leave; lines and columns stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.llm.context.redact import redacted

KEY = "4c0883a69102937d6231471b5dbb6204fe512961708279feb1be6ae5538da033"
WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        (f"bytes32 k = 0x{KEY};", KEY[4:-4]),
        (f'string k = "{KEY}";', KEY[4:-4]),
        ('"-----BEGIN PRIVATE KEY-----MIIEvQ\n-----END PRIVATE KEY-----"', "MIIEvQ"),
        (f'"ghp_{"a1" * 18}"', "a1a1"),
        (f'"github_pat_{"a1" * 18}"', "a1a1"),
        (f'"sk-proj-{"a1" * 18}"', "a1a1"),
        ('"AKIAIOSFODNN7EXAMPLE"', "IOSFODNN7"),
        ('"xoxb-123456789012-abcdef"', "123456789012"),
        (f'"AIza{"Sy" * 18}"', "SySy"),
        ('"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"', "eyJzdWIi"),
        (f'"{WORDS}"', "sausage"),
        (f'"https://mainnet.infura.io/v3/{KEY[:32]}"', KEY[:32]),
        ('"https://user:pass@example.org/"', "pass"),
    ],
)
def test_secrets_are_hidden(code, hidden):
    assert hidden in code
    assert hidden not in redacted(code)


@pytest.mark.parametrize(
    "code",
    [
        "address a = 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed;",
        "bytes32 z = 0x" + "0" * 64 + ";",
        'require(ok, "ERC20: transfer amount exceeds balance");',
        'string u = "https://tokens.example.org/metadata/";',
        '"-----BEGIN X-----"; function f() public { x = 1; }',
    ],
)
def test_plain_code_is_left_alone(code):
    assert redacted(code) == code


def test_a_key_keeps_its_ends_so_that_constants_can_be_told_apart():
    assert redacted(f"0x{KEY}") == "0x4c08" + "*" * 56 + "a033"


def test_characters_that_do_not_show_are_made_visible():
    assert redacted("a\u202eb\u200bc\u2028d\x1be") == "a?b?c?d?e"


@given(st.text() | st.text(alphabet="-eyJ.ghp_0aAK://@\"' \r\n\u202e", max_size=300))
def test_lines_and_columns_stay(code):
    hidden = redacted(code)
    assert list(map(len, hidden.split("\n"))) == list(map(len, code.split("\n")))
