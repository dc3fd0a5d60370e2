"""Zips that somebody uploaded: what is in them, or why nobody looks at it."""

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.errors import BadInput
from solvet.services.analyses import archive
from solvet.services.analyses.archive import unpacked

CODE = b"contract A {}\n"


def zipped(*entries, method=zipfile.ZIP_DEFLATED):
    """Entries are pairs of a name, or a ZipInfo, and bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries:
            made.writestr(name, content)
    return out.getvalue()


def entry(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def lying(raw, *, size):
    """The same zip, whose directory and header say that the first file has so many bytes."""
    at = raw.index(b"PK\x01\x02")
    raw = raw[: at + 24] + struct.pack("<I", size) + raw[at + 28 :]
    return raw[:22] + struct.pack("<I", size) + raw[26:]


def encrypted(raw):
    at = raw.index(b"PK\x01\x02")
    return raw[: at + 8] + b"\x01\x00" + raw[at + 10 :]


def refusal(raw):
    with pytest.raises(BadInput) as caught:
        unpacked(raw)
    return str(caught.value)


def test_solidity_is_read_and_the_rest_is_counted():
    raw = zipped(
        ("src/A.sol", CODE), ("README.md", b"x"), ("src/", b""), ("__MACOSX/src/._A.sol", b"\0")
    )
    found = unpacked(raw)
    assert found.files == {"src/A.sol": CODE}
    assert found.others == 2


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "damaged, or is no zip"),
        (b"PK\x03\x04 and then nothing", "damaged, or is no zip"),
        (zipped(("A.sol", CODE))[:-30], "damaged, or is no zip"),
        (zipped(("/etc/A.sol", CODE)), "is absolute"),
        (zipped(("C:/A.sol", CODE)), "a colon"),
        (zipped(("src\\A.sol", CODE)), "a backslash"),
        (zipped(("a\nb/A.sol", CODE)), "a control character"),
        (zipped(("a/../../A.sol", CODE)), "`..`"),
        (zipped(("./A.sol", CODE)), "`.`"),
        (zipped(("x" * 400 + ".sol", CODE)), "is longer than"),
        (zipped((entry("A.sol", stat.S_IFLNK | 0o777), b"/etc/passwd")), "is a link or a device"),
        (zipped((entry("A.sol", stat.S_IFIFO | 0o777), b"")), "is a link or a device"),
        (encrypted(zipped(("A.sol", CODE))), "is encrypted"),
        (zipped(("A.sol", CODE), ("more.zip", zipped(("B.sol", CODE)))), "is an archive itself"),
        (zipped(("A.sol", CODE), ("more.TAR", b"x")), "is an archive itself"),
        (zipped(("A.sol", CODE), method=zipfile.ZIP_LZMA), "packed in an unusual way"),
        (zipped(("A.sol", CODE), method=zipfile.ZIP_BZIP2), "packed in an unusual way"),
        (zipped(("A.sol", b" " * 5_000_000)), "packed more than 100 times"),
        (lying(zipped(("A.sol", b"x" * 3_000)), size=300), "damaged, or is no zip"),
        (lying(zipped(("A.sol", CODE)), size=9_000), "not as long as it says"),
    ],
    ids=lambda it: it if isinstance(it, str) else "zip",  # of the bytes, the time is a part
)
def test_a_hostile_archive_is_refused_in_words(raw, reason):
    assert reason in refusal(raw)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    assert "is there twice" in refusal(zipped(("A.sol", CODE), ("A.sol", b"contract B {}")))


def test_a_name_that_ends_early_is_refused():
    raw = zipped(("A.sol_.sh", CODE)).replace(b"A.sol_.sh", b"A.sol\0.sh")
    assert "a control character" in refusal(raw)


def test_more_entries_than_anybody_has_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "MOST_ENTRIES", 3)
    assert "more than 3 entries" in refusal(zipped(*((f"{n}.sol", CODE) for n in range(4))))


def test_what_all_files_say_together_is_limited(monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 100)
    assert "more than 100 bytes" in refusal(zipped(*((f"{n}.txt", b"x" * 26) for n in range(4))))


GOOD = zipped(("src/A.sol", CODE * 20), ("src/B.sol", CODE))


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8))
def test_a_damaged_archive_is_read_or_refused_and_nothing_else(changes):
    raw = bytearray(GOOD)
    for place, byte in changes:
        raw[place] = byte
    try:
        found = unpacked(bytes(raw))
    except BadInput:
        return
    assert all(name.endswith(".sol") for name in found.files)


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(raw):
    refusal(raw)
