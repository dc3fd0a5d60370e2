"""A zip that somebody uploaded: its Solidity, or why nobody will look at it.

A hostile archive is refused as a whole, for what is in it cannot be told apart from what it says.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from solvet.errors import BadInput
from solvet.services.analyses.request import problem_with_path

MOST_ENTRIES = 5_000
LARGEST = 20_000_000
"""Bytes of all files together, unpacked; only Solidity is unpacked."""
LARGEST_RATIO = 100
"""Source code packs to a fifth or a tenth; a thousandth is a bomb."""
SMALL = 10_000
"""Bytes; smaller files may pack as well as they like."""
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".jar", ".zst")
_ENCRYPTED = 0x1
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Bytes by path, and how many other files the archive has."""

    files: dict[str, bytes]
    others: int


def unpacked(raw: bytes) -> Unpacked:
    """The `.sol` files of a zip; BadInput says why none of it is looked at."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if problem := next(_problems(archive.infolist()), ""):
                raise BadInput(problem)
            wanted = [entry for entry in entries if _is_wanted(entry.filename)]
            files = {entry.filename: _read(archive, entry) for entry in wanted}
    except _BROKEN as error:
        raise BadInput("the archive is damaged, or is no zip") from error
    return Unpacked(files, others=len(entries) - len(files))


def _problems(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    """Each in words that name the entry."""
    if len(entries) > MOST_ENTRIES:
        yield f"the archive has more than {MOST_ENTRIES:,} entries"
    if sum(entry.file_size for entry in entries) > LARGEST:
        yield f"the archive unpacks to more than {LARGEST:,} bytes"
    names: set[str] = set()
    for entry in entries:
        name = entry.filename
        if wrong := _problem(entry) or (name in names and "is there twice"):
            yield f"the entry {name[:100]!r} {wrong}"
        names.add(name)


def _problem(entry: zipfile.ZipInfo) -> str:
    mode = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if mode not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "is a link or a device"
    return problem_with_path(entry.orig_filename.removesuffix("/")) or _packing(entry)


def _packing(entry: zipfile.ZipInfo) -> str:
    if entry.filename.lower().endswith(ARCHIVES):
        return "is an archive itself"
    if entry.compress_type not in _PLAIN:
        return "is packed in an unusual way"
    if entry.file_size > max(SMALL, LARGEST_RATIO * entry.compress_size):
        return f"is packed more than {LARGEST_RATIO} times smaller than it is"
    return ""


def _is_wanted(name: str) -> bool:
    """A Mac's archive has a shadow of each file."""
    shadow = name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")
    return name.endswith(".sol") and not shadow


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """No more than the entry says that there is."""
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise BadInput(f"the entry {entry.filename[:100]!r} is not as long as it says")
    return content
