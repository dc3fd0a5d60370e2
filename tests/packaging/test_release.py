import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = '"""A package."""\n\n__version__ = "1.2.0"\n'
CHANGELOG = """# Changelog

## Unreleased

## 1.2.0 · 2026-12-01

### Added

- A thing.

## 1.1.0 · 2026-11-30

- Another.
"""


@pytest.fixture(scope="module")
def release():
    spec = importlib.util.spec_from_file_location("release", ROOT / "scripts/release.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_release_has_one_version(release):
    release.check("v1.2.0", SOURCE, CHANGELOG)


@pytest.mark.parametrize(
    ("tag", "source", "changelog"),
    [
        ("v1.3.0", SOURCE, CHANGELOG),
        ("1.2.0", SOURCE, CHANGELOG),
        ("v1.2.0", "", CHANGELOG),
        ("v1.2.0", SOURCE, CHANGELOG.replace(" · 2026-12-01", "")),
        ("v1.2.0", SOURCE, CHANGELOG.replace("### Added\n\n- A thing.\n", "")),
        ("v1.2.0", SOURCE, "# Changelog\n\n## Unreleased\n\n- A thing.\n"),
    ],
)
def test_what_does_not_agree_is_not_released(release, tag, source, changelog):
    with pytest.raises(release.NotReleased):
        release.check(tag, source, changelog)


def test_notes_are_the_words_of_that_version_only(release):
    assert release.notes(CHANGELOG, "1.2.0") == "### Added\n\n- A thing.\n"
    assert release.notes(CHANGELOG, "1.1.0") == "- Another.\n"


def test_the_version_in_the_tree_is_the_one_that_is_told(release):
    from solvet import __version__

    assert release.version((ROOT / "common/solvet/__init__.py").read_text("utf-8")) == __version__


def test_a_tag_that_is_not_the_version_ends_the_program_with_the_reason():
    command = (sys.executable, ROOT / "scripts/release.py", "check", "v0.0.1")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("release: the tag is v0.0.1")


def test_the_same_artifacts_make_the_same_archive(release, tmp_path):
    built = tmp_path / "built"
    (built / "Layer").mkdir(parents=True)
    (built / "template.yaml").write_text("Resources: {}")
    (built / "Layer/a.py").write_text("pass")
    release.pack(built, tmp_path / "one.zip")
    (built / "Layer/a.py").touch()
    release.pack(built, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert packed.namelist() == ["Layer/a.py", "template.yaml"]


def test_without_artifacts_there_is_nothing_to_pack(release, tmp_path):
    with pytest.raises(release.NotReleased):
        release.pack(tmp_path / "nothing", tmp_path / "one.zip")


def test_checksums_are_those_that_sha256sum_checks(release, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / release.CHECKSUMS).write_bytes(b"of before")
    digest = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert list(release.checksums(tmp_path)) == [f"{digest}  a.txt"]
