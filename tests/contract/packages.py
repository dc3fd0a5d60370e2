"""Brings what GitHub publishes of its own API, as npm packages, once: python packages.py FOLDER.

An archive is unpacked only when its hash is the one below, and one file of it is kept. npm asks
whatever registry the machine is set up with.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

SECONDS = 600
NO_NPM = "npm is missing: please install Node.js with npm (Debian: npm)"


@dataclass(frozen=True, slots=True)
class Package:
    """`sha512` is the archive's, in base64 as `npm view NAME dist.integrity` tells it."""

    name: str
    version: str
    member: str
    sha512: str

    def kept_in(self, folder: Path) -> Path:
        """Where its one file is kept; another version has another name."""
        name = self.name.rpartition("/")[2]
        return folder / f"{name}-{self.version}{Path(self.member).suffix}"


OPENAPI = Package(
    "@octokit/openapi",
    "23.0.2",
    "package/generated/api.github.com.json",
    "pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
)
EXAMPLES = Package(
    "@octokit/webhooks-examples",
    "7.6.1",
    "package/api.github.com/index.json",
    "De6U3XB6O3DtCa7bKgCMzTHdeopqqZ6SNivMYJnK65ierKL1AnNIA0tkRYCRS7lwGT792d+Ps1WbfHlso6MynQ==",
)
GRAPHQL = Package(
    "@octokit/graphql-schema",
    "15.26.1",
    "package/schema.graphql",
    "RFDC2MpRBd4AxSRvUeBIVeBU7ojN/SxDfALUd7iVYOSeEK3gZaqR2MGOysj4Zh2xj2RY5fQAUT+Oqq7hWTraMA==",
)


def bring(package: Package, folder: Path) -> Path:
    """The package's file, fetched if it is not there; the program ends where it cannot be had."""
    kept = package.kept_in(folder)
    if not kept.exists():
        print(f"fetching {package.name} {package.version} ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            archive = _packed(package, Path(work))
            _check(package, archive)
            whole = Path(work) / kept.name
            whole.write_bytes(_member(package, archive))
            whole.replace(kept)
    return kept


def forget_others(folder: Path, kept: set[Path]) -> None:
    """Removes files of former versions."""
    for file in set(folder.iterdir()) - kept:
        if file.is_file():
            file.unlink()


def _packed(package: Package, work: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(NO_NPM)
    command = (npm, "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}")
    try:
        done = subprocess.run(
            command, cwd=work, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        sys.exit(f"npm did not bring {package.name} in {SECONDS} seconds")
    archives = list(work.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        sys.exit(f"npm did not bring {package.name} {package.version}:\n{done.stderr}")
    return archives[0]


def _check(package: Package, archive: Path) -> None:
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.sha512:
        sys.exit(
            f"{package.name} {package.version} is not the archive that was pinned:\n"
            f"its sha512 is {found},\nnot           {package.sha512}"
        )


def _member(package: Package, archive: Path) -> bytes:
    with tarfile.open(archive) as packed:
        try:
            member = packed.extractfile(package.member)
        except KeyError:
            member = None
        if member is None:
            sys.exit(f"{package.name} {package.version} has no file {package.member}")
        return member.read()


def main(folder: Path) -> None:
    forget_others(folder, {bring(package, folder) for package in (OPENAPI, EXAMPLES, GRAPHQL)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
