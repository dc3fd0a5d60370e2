"""`python scripts/pythons.py 3.13` prints the path of a Python of that version; exit code 1: none.

A name on the PATH is not enough: pyenv puts names there for versions that it then refuses to run.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def find(version: str) -> Path | None:
    """The first that runs: on the PATH, else among those of pyenv and of uv."""
    return next((path for path in _candidates(version) if _is(path, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv")) / "versions"
    data = Path(os.environ.get("XDG_DATA_HOME", home / ".local/share"))
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", data / "uv/python"))
    yield from sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)
    yield from sorted(uv.glob(f"cpython-{version}*/bin/python{version}"), reverse=True)


def _is(path: Path, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run(
        [path, "-I", "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode == 0 and done.stdout.strip() == version


if __name__ == "__main__":
    found = find(sys.argv[1])
    if found is None:
        raise SystemExit(1)
    print(found)
