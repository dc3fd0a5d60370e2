"""Code without secrets, and without characters that do not show.

Every character that is hidden is replaced by one that shows, so lines and columns stay. What is
quoted from redacted code has to be looked for in redacted code.

A number of 32 bytes that is a `constant`, or stands in assembly or behind `keccak256`-like names,
cannot be told from a key by its digits. All of them keep the first and last four digits: enough to
tell two storage slots or type hashes apart, not enough to sign with.
"""

import re
import unicodedata

from solvet.domain.texts import BLANK

HIDDEN = "*"
STRANGE = "?"

_HEX = re.compile(r"(?<![0-9A-Za-z_])(?:0[xX])?(?P<digits>[0-9a-fA-F]{64})(?![0-9A-Za-z_])")
_ENDS = 4
_FEW_DIGITS = 6
_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}-----"
    r"(?P<body>[A-Za-z0-9+/=\s\\\"']{0,8000})"
    r"(?:-----END [A-Z0-9 ]{0,40}-----)?"
)
_TOKENS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        gh[pousr]_[A-Za-z0-9]{16,255} | github_pat_\w{16,255} | glpat-[\w-]{16,64}
      | sk-[\w-]{16,255} | [sr]k_(?:live|test)_[A-Za-z0-9]{16,255}
      | (?:AKIA|ASIA)[A-Z0-9]{16} | xox[abeoprs]-[A-Za-z0-9-]{10,255} | AIza[\w-]{30,64}
      | (?<![\w-])eyJ[\w-]{5,2000}\.[\w-]{5,4000}(?:\.[\w-]{0,2000})?
    )""",
    re.VERBOSE,
)
_PREFIX = 4
_STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_WORDS = re.compile(r"(?<![A-Za-z])(?:[a-z]{3,8}[ \t]{1,4}){11,47}[a-z]{3,8}(?![A-Za-z])")
_LOGIN = re.compile(r"(?<=://)[^\s/@\"']{1,255}(?=@)")
_KEY = re.compile(r"[A-Za-z0-9_-]{20,255}")
_URL = re.compile(r"(?:https?|wss?)://[^\s\"']{1,2000}")
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9+/=]")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_DIGIT = re.compile(r"\d")
_ALLOWED = frozenset("\n\r\t")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def redacted(code: str) -> str:
    """The code with secrets hidden: as long as before, every line and column where it was.

    >>> redacted('k = "ghp_0123456789abcdef0123";')
    'k = "ghp_********************";'
    """
    hidden = _HEX.sub(_inner_digits, _LONE_RETURN.sub(" ", _visible(code)))
    if "-----BEGIN" in hidden:
        hidden = _PEM.sub(_body, hidden)
    hidden = _TOKENS.sub(_all_but_prefix, hidden)
    return _STRING.sub(_in_string, hidden)


def _visible(code: str) -> str:
    strange = {c for c in set(code) - _ALLOWED if _is_unseen(c)}
    return code.translate({ord(c): STRANGE for c in strange}) if strange else code


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN or BLANK.match(character) is not None


def _inner_digits(match: re.Match[str]) -> str:
    digits = match["digits"]
    if len(set(digits.lower())) < _FEW_DIGITS:
        return match.group()
    prefix = match.group()[: -len(digits)]
    return prefix + digits[:_ENDS] + HIDDEN * (len(digits) - 2 * _ENDS) + digits[-_ENDS:]


def _body(match: re.Match[str]) -> str:
    whole, start = match.group(), match.start()
    first, last = match.start("body") - start, match.end("body") - start
    return whole[:first] + _ALPHANUMERIC.sub(HIDDEN, whole[first:last]) + whole[last:]


def _all_but_prefix(match: re.Match[str]) -> str:
    return match.group()[:_PREFIX] + HIDDEN * (len(match.group()) - _PREFIX)


def _in_string(match: re.Match[str]) -> str:
    text = _WORDS.sub(_whole, match.group())
    return _URL.sub(_address, text) if "://" in text else text


def _address(match: re.Match[str]) -> str:
    """An address on the net without a login, and without what may be a project's key."""
    return _KEY.sub(_key, _LOGIN.sub(_whole, match.group()))


def _key(match: re.Match[str]) -> str:
    return _hidden(match.group()) if _DIGIT.search(match.group()) else match.group()


def _whole(match: re.Match[str]) -> str:
    return _hidden(match.group())


def _hidden(text: str) -> str:
    return "".join(char if char in _ALLOWED else HIDDEN for char in text)
