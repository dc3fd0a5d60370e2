import struct
from pathlib import Path

import pytest

from tests.packaging.conftest import ARTIFACTS, FUNCTIONS, LAYERS, SIZES

pytestmark = pytest.mark.packaging

MB = 1_000_000
ALL_TOGETHER = 60 * MB
ONE_WITH_ITS_LAYERS = 48 * MB
WITHOUT_GITHUB_AND_MODELS = 11 * MB
AARCH64 = 183  # https://www.sco.com/developers/gabi/latest/ch4.eheader.html
AT_HOME = {"boto3", "botocore", "moto", "pytest", "tests", "uv", "werkzeug"}


def size(artifact: Path) -> tuple[int, int]:
    """Bytes unzipped: of everything but byte code, and of byte code, which a build may lack."""
    files = [path for path in artifact.rglob("*") if path.is_file()]
    sizes = {True: 0, False: 0}
    for path in files:
        sizes[path.suffix == ".pyc"] += path.stat().st_size
    return sizes[False], sizes[True]


@pytest.fixture(scope="module")
def sizes(shipped, request):
    measured = {name: size(path) for name, path in shipped.items()}
    request.config.stash[SIZES] = measured
    return {name: sum(both) for name, both in measured.items()}


def machine(library: Path) -> int:
    """The `e_machine` of an ELF file."""
    head = library.read_bytes()[:20]
    assert head.startswith(b"\x7fELF")
    return struct.unpack_from("<H", head, 18)[0]


def test_receive_is_small(sizes):
    assert sizes["ReceiveFunction"] < MB


def test_layers_and_functions_are_small_together(sizes):
    assert sum(sizes.values()) < ALL_TOGETHER


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_with_its_layers_stays_within_its_size(sizes, name):
    with_layers = sizes[name] + sum(sizes[layer] for layer in FUNCTIONS[name].layers)
    plain = sizes[name] < MB and FUNCTIONS[name].layers == ("SolvetLayer",)
    assert with_layers < (WITHOUT_GITHUB_AND_MODELS if plain else ONE_WITH_ITS_LAYERS)


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_nothing_is_shipped_that_lambda_has_or_only_we_need(shipped, artifact):
    assert AT_HOME.isdisjoint(path.name for path in shipped[artifact].rglob("*"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_carries_its_own_handler_only(shipped, name):
    handlers = {function.module for function in FUNCTIONS.values()}
    carried = {module for module in handlers if (shipped[name] / f"{module}.py").exists()}
    assert carried == {FUNCTIONS[name].module}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_repeats_nothing_of_its_layers(shipped, name):
    below = [shipped[layer] / "python" for layer in FUNCTIONS[name].layers]
    brought = {path.name for folder in below for path in folder.iterdir()}
    own = {path.name for path in shipped[name].iterdir()}
    assert own & brought <= {"__pycache__"}


def test_layers_repeat_nothing_of_each_other(shipped):
    brought = [path.name for name in LAYERS for path in (shipped[name] / "python").iterdir()]
    twice = {name for name in brought if brought.count(name) > 1}
    assert twice <= {"__pycache__"}


def test_the_layer_has_the_package_with_its_data_but_not_what_runs_at_home(shipped):
    package = shipped["SolvetLayer"] / "python/solvet"
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
