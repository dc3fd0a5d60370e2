"""Audited code to measure noise on, packed by npm: exact versions, Solidity only."""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from solvet.errors import BadInput

PACKAGES = (
    ("@aave/core-v3", "1.19.3"),
    ("@openzeppelin/contracts", "5.7.0"),
    ("@openzeppelin/contracts-upgradeable", "5.7.0"),
    ("@uniswap/v2-core", "1.0.1"),
    ("@uniswap/v3-core", "1.0.1"),
    ("@uniswap/v3-periphery", "1.4.4"),
    ("erc721a", "4.3.0"),
    ("solady", "0.1.26"),
    ("solmate", "6.8.0"),
)
_SECONDS = 120


def fetch(folder: Path) -> Path:
    """The packages below `folder`, at the paths that imports name. What is there stays.

    BadInput when npm is missing or cannot pack one.
    """
    for name, version in PACKAGES:
        done = folder / f".{name.replace('/', '+')}-{version}"
        if not done.exists():
            _unpack(_packed(name, version), folder / name)
            done.touch()
    return folder


def _packed(name: str, version: str) -> bytes:
    with tempfile.TemporaryDirectory() as room:
        try:
            subprocess.run(
                ["npm", "pack", "--ignore-scripts", f"{name}@{version}"],
                cwd=room,
                check=True,
                capture_output=True,
                timeout=_SECONDS,
            )
        except FileNotFoundError as error:
            raise BadInput("--fetch-clean needs npm, which is not there") from error
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            detail = (error.stderr or b"").decode(errors="replace").strip() or str(error)
            raise BadInput(f"npm cannot pack {name} {version}: {detail}") from error
        return next(Path(room).glob("*.tgz")).read_bytes()


def _unpack(packed: bytes, target: Path) -> None:
    """Write the Solidity files; npm puts everything below a folder called `package`."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            content = archive.extractfile(member) if member.isreg() else None
            if content and path.suffix == ".sol" and ".." not in path.parts:
                place = target / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content.read())
