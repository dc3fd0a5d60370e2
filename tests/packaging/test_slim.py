import ctypes
import sys
from pathlib import Path

import pytest

from scripts.pythons import find
from scripts.slim import listed, slim, stripped


@pytest.fixture
def library():
    """A library of ours that is an ELF file, with sections."""
    import msgspec._core

    path = Path(msgspec._core.__file__)
    if sys.platform != "linux":
        pytest.skip("libraries are no ELF files here")
    return path


def test_a_library_without_sections_is_smaller_and_loads(library, tmp_path):
    smaller = tmp_path / library.name
    smaller.write_bytes(stripped(library.read_bytes()))
    assert smaller.stat().st_size < library.stat().st_size
    assert ctypes.PyDLL(str(smaller)).PyInit__core


def test_stripping_twice_takes_nothing_more(library):
    once = stripped(library.read_bytes())
    assert stripped(once) == once


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"\x7fELF\x01\x01 32 bits", b"text"])
def test_what_is_no_library_of_64_bits_stays_as_it_is(content):
    assert stripped(content) == content


def test_what_is_never_read_goes_and_licences_stay(tmp_path):
    for name in ("a/__pycache__/b.pyc", "a/tests/t.py", "a/b.pyi", "bin/tool", "a/bin/kept.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a/LICENSE").touch()
    slim(tmp_path)
    left = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert left == {"a/LICENSE", "a/bin/kept.py"}


def test_a_list_that_names_what_is_gone_stops_the_build(tmp_path):
    (tmp_path / "here").mkdir()
    with pytest.raises(SystemExit, match=r"please look again: gone\.py"):
        slim(tmp_path, ("here", "gone.py"))
    assert (tmp_path / "here").exists()


def test_a_list_has_comments_and_empty_lines(tmp_path):
    (tmp_path / "list").write_text("# why\n\na/b  # because\nc.py\n", encoding="utf-8")
    assert listed(tmp_path / "list") == ("a/b", "c.py")


def test_the_python_that_runs_is_found_by_its_version():
    assert find(f"{sys.version_info.major}.{sys.version_info.minor}")


def test_a_name_on_the_path_that_does_not_run_is_no_python(tmp_path, monkeypatch):
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find("3.99") is None
