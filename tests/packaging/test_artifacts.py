import struct
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

MB = 1_000_000
AARCH64 = 183  # https://www.sco.com/developers/gabi/latest/ch4.eheader.html
FUNCTIONS = ("receive", "plan", "static", "model", "report", "last_resort", "sweep")
ARTIFACTS = ("layer", *FUNCTIONS)
AT_HOME = {"boto3", "botocore", "moto", "pytest", "tests", "uv", "werkzeug"}


def size(artifact: Path) -> int:
    """Bytes unzipped; byte code is counted apart, for it is there only where Python 3.13 is."""
    files = (path for path in artifact.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if path.suffix != ".pyc")


def machine(library: Path) -> int:
    """The `e_machine` of an ELF file."""
    head = library.read_bytes()[:20]
    assert head.startswith(b"\x7fELF")
    return struct.unpack_from("<H", head, 18)[0]


def test_receive_is_small(shipped):
    assert size(shipped["receive"]) < MB


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        *(("receive", 8), ("plan", 35), ("static", 12), ("model", 45), ("report", 32)),
        *(("last_resort", 8), ("sweep", 32)),
    ],
)
def test_a_function_with_its_layer_stays_within_its_size(shipped, name, limit):
    assert size(shipped[name]) + size(shipped["layer"]) < limit * MB


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_nothing_is_shipped_that_lambda_has_or_only_we_need(shipped, artifact):
    assert AT_HOME.isdisjoint(path.name for path in shipped[artifact].rglob("*"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_carries_its_own_handler_only(shipped, name):
    artifact = shipped[name]
    assert {n for n in FUNCTIONS if (artifact / f"{n}.py").exists()} == {name}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_repeats_nothing_of_the_layer(shipped, name):
    layer = {path.name for path in (shipped["layer"] / "python").iterdir()}
    own = {path.name for path in shipped[name].iterdir()}
    assert own & layer <= {"__pycache__"}


def test_the_layer_has_the_package_with_its_data_but_not_what_runs_at_home(shipped):
    package = shipped["layer"] / "python/solvet"
    assert (package / "llm/models.json").is_file()
    assert not (package / "cli").exists()
    assert not (package / "local").exists()


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_every_library_is_for_lambdas_processor(shipped, artifact):
    libraries = {path: machine(path) for path in shipped[artifact].rglob("*.so*")}
    assert {path for path, built_for in libraries.items() if built_for != AARCH64} == set()


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_every_library_and_all_byte_code_is_for_lambdas_python(shipped, artifact):
    built = [p.name for p in shipped[artifact].rglob("*") if p.suffix in {".so", ".pyc"}]
    bound = [name for name in built if "cpython-3" in name]
    assert [name for name in bound if "cpython-313" not in name] == []
