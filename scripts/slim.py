"""`python scripts/slim.py FOLDER [LIST]`: off goes what nothing reads when Lambda runs it.

LIST names paths below FOLDER, one a line, that go too. One that is not there is an error: the
package has changed, and the list has to be looked at again. Metadata and licences stay.
"""

import shutil
import struct
import sys
from pathlib import Path

NEVER_READ = ("bin", ".lock", "**/__pycache__", "**/tests", "**/*.pyi", "**/*.[ch]", "**/RECORD")
_ELF_64_LITTLE = b"\x7fELF\x02\x01"
_SEGMENTS_AT, _SECTIONS_AT = 0x20, 0x28
_SEGMENT_SIZE_AND_COUNT_AT, _SECTION_COUNT_AND_NAMES_AT = 0x36, 0x3C
_STORED_AT_IN_SEGMENT, _STORED_SIZE_IN_SEGMENT = 0x08, 0x20


def slim(folder: Path, unused: tuple[str, ...] = ()) -> None:
    """Takes away what is never read, and from libraries what only debuggers read."""
    gone = [name for name in unused if not (folder / name).exists()]
    if gone:
        raise SystemExit(f"is not there any more, please look again: {', '.join(gone)}")
    found = [path for pattern in NEVER_READ for path in folder.glob(pattern)]
    for path in [*(folder / name for name in unused), *found]:
        _remove(path)
    for library in folder.rglob("*.so*"):
        library.write_bytes(stripped(library.read_bytes()))


def stripped(library: bytes) -> bytes:
    """An ELF library without its sections: the loader reads segments only.

    What is no ELF file of 64 bits, little end first, comes back as it is.
    https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
    """
    if not library.startswith(_ELF_64_LITTLE):
        return library
    kept = bytearray(library[: _end_of_segments(library)])
    struct.pack_into("<Q", kept, _SECTIONS_AT, 0)
    struct.pack_into("<2H", kept, _SECTION_COUNT_AND_NAMES_AT, 0, 0)
    return bytes(kept)


def _end_of_segments(library: bytes) -> int:
    (first,) = struct.unpack_from("<Q", library, _SEGMENTS_AT)
    size, count = struct.unpack_from("<2H", library, _SEGMENT_SIZE_AND_COUNT_AT)
    ends = [first + size * count]
    for segment in range(first, first + size * count, size):
        (offset,) = struct.unpack_from("<Q", library, segment + _STORED_AT_IN_SEGMENT)
        (stored,) = struct.unpack_from("<Q", library, segment + _STORED_SIZE_IN_SEGMENT)
        ends.append(offset + stored)
    return int(max(ends))


def listed(file: Path) -> tuple[str, ...]:
    """The lines of a list, without comments and empty ones."""
    lines = (line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    slim(Path(sys.argv[1]), *(listed(Path(name)) for name in sys.argv[2:]))
