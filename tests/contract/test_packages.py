"""What GitHub publishes is fetched once, and only as it was pinned."""

import base64
import hashlib
import io
import os
import tarfile
from dataclasses import replace

import pytest

from tests.contract.packages import NO_NPM, Package, bring, forget_others

TEXT = b'{"openapi": "3.0.3"}'


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Puts a program of that name on an otherwise empty PATH."""
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))

    def put(script):
        (tools / "npm").write_text(f"#!/bin/sh\nPATH={os.defpath}\n{script}\n")
        (tools / "npm").chmod(0o755)

    return put


@pytest.fixture
def package(tmp_path, npm):
    """A pinned package, which npm brings."""
    archive = tmp_path / "archive.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        member = tarfile.TarInfo("package/api.json")
        member.size = len(TEXT)
        packed.addfile(member, io.BytesIO(TEXT))
    npm(f"cp {archive} .")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    return Package("@github/api", "1.0.0", "package/api.json", digest)


def test_one_file_is_kept_and_the_rest_is_gone(package, tmp_path):
    kept = bring(package, tmp_path / "here")
    assert kept.read_bytes() == TEXT
    assert [file.name for file in (tmp_path / "here").iterdir()] == ["api-1.0.0.json"]


def test_what_is_there_is_not_fetched_again(package, tmp_path, npm):
    bring(package, tmp_path)
    npm("exit 1")
    assert bring(package, tmp_path).read_bytes() == TEXT


def test_another_version_takes_the_place_of_the_former_one(package, tmp_path):
    here = tmp_path / "here"
    bring(package, here)
    (here / "recorded").mkdir()
    forget_others(here, {bring(replace(package, version="1.0.1"), here)})
    assert sorted(file.name for file in here.iterdir()) == ["api-1.0.1.json", "recorded"]


def test_an_archive_that_is_not_the_pinned_one_is_refused(package, tmp_path):
    other = replace(package, sha512="0" * 88)
    with pytest.raises(SystemExit, match="is not the archive that was pinned"):
        bring(other, tmp_path / "here")
    assert list((tmp_path / "here").iterdir()) == []


def test_an_archive_without_the_file_is_told(package, tmp_path):
    with pytest.raises(SystemExit, match=r"has no file package/other\.json"):
        bring(replace(package, member="package/other.json"), tmp_path / "here")


def test_a_machine_without_npm_is_told_what_to_install(npm, tmp_path):
    with pytest.raises(SystemExit, match="npm is missing") as told:
        bring(Package("@github/api", "1.0.0", "package/api.json", ""), tmp_path / "here")
    assert told.value.code == NO_NPM


def test_what_npm_says_is_shown_when_it_fails(package, tmp_path, npm):
    npm("echo the registry is down >&2; exit 1")
    with pytest.raises(SystemExit, match="the registry is down"):
        bring(package, tmp_path / "here")
