"""The texts of files, however odd: each has its text or a plain reason, none hurts another."""

import pytest

from solvet.domain.scan import Source
from solvet.errors import Gone
from solvet.ports.github import Place

PLAIN = "contract A {}\n"


@pytest.fixture
def read(project, client_of):
    """Reads every path of a commit of these files, and answers by path."""

    def of(files, modes=None, *, also=()):
        mine = project(files, modes=modes)
        places = [Place(commit=mine.base, path=path) for path in [*files, *also]]
        found = client_of(mine).read(mine.repository, places)
        return {place.path: source for place, source in found.items()}

    return of


def test_more_files_than_one_query_takes_are_all_read(read, github_api):
    files = {f"src/C{number}.sol": f"contract C{number} {{}}\n" for number in range(120)}
    before = len(github_api.requests)
    assert read(files) == {path: Source(text=text) for path, text in files.items()}
    queries = [r for r in github_api.requests[before:] if r.path == "/graphql"]
    assert len(queries) == 3


def test_nothing_to_read_asks_nothing(read, github_api):
    before = len(github_api.requests)
    assert read({}, also=()) == {}
    assert [r.path for r in github_api.requests[before:] if r.path == "/graphql"] == []


def test_what_is_not_there_is_missing_and_its_neighbour_is_read(read):
    assert read({"A.sol": PLAIN}, also=["B.sol", "no/such/C.sol"]) == {"A.sol": Source(text=PLAIN)}


def test_a_folder_is_named_as_such(read):
    found = read({"lib/A.sol": PLAIN}, also=["lib"])
    assert found["lib"].problem == "it is a folder or a submodule, not a file"
    assert found["lib/A.sol"].text == PLAIN


def test_a_submodule_has_no_text_and_hurts_no_neighbour(read):
    found = read({"A.sol": PLAIN, "lib.sol": "1" * 40}, {"lib.sol": "160000"})
    assert found["A.sol"].text == PLAIN
    assert not found.get("lib.sol", Source()).text


@pytest.mark.parametrize("target", ["A.sol", "../../etc/passwd", "/etc/passwd"])
def test_a_symbolic_link_is_not_followed(read, target):
    found = read({"A.sol": PLAIN, "L.sol": target}, {"L.sol": "120000"})
    assert found["L.sol"] == Source(problem="it is a symbolic link; links are not followed")
    assert found["A.sol"].text == PLAIN


def test_an_empty_file_is_a_text(read):
    assert read({"A.sol": ""}) == {"A.sol": Source(text="")}


def test_a_binary_file_is_named_as_such(read):
    assert read({"A.sol": b"\0\1\2"}) == {"A.sol": Source(problem="it is binary, not text")}


def test_bytes_that_are_not_utf8_are_replaced_and_noted(read):
    source = read({"A.sol": b"// caf\xe9\ncontract A {}\n"})["A.sol"]
    assert source.text == "// caf\ufffd\ncontract A {}\n"
    assert [spot.reason for spot in source.replaced] == ["not UTF-8; the bytes were replaced"]


def test_nul_bytes_hide_no_contract(read):
    """The compiler passes over them in comments; who has none of its words is binary."""
    raw = b"// a \0 b\ncontract A {\n    // \0\xe9\n}\n"
    source = read({"A.sol": raw})["A.sol"]
    assert source.text == raw.decode("utf-8", "replace").replace("\0", "\ufffd")
    assert [(s.start_line, s.reason) for s in source.replaced] == [
        (1, "a NUL byte, which was replaced"),
        (3, "a NUL byte, which was replaced"),
        (3, "not UTF-8; the bytes were replaced"),
    ]


def test_a_replacement_character_in_valid_text_is_no_reason_for_a_note(read):
    text = "// \ufffd\ncontract A {}\n"
    assert read({"A.sol": text}) == {"A.sol": Source(text=text)}


def test_a_file_that_graphql_cuts_is_read_whole(read):
    text = "contract A { /* ß */ }\n" * 25_000
    assert len(text.encode()) > 512_000
    assert read({"A.sol": text}) == {"A.sol": Source(text=text)}


def test_a_file_of_more_than_five_megabytes_is_named_with_its_size(read):
    found = read({"A.sol": b"x" * 5_000_001, "B.sol": PLAIN})
    assert found["A.sol"].problem == "it has 5,000,001 bytes; the limit is 5,000,000"
    assert found["B.sol"].text == PLAIN


@pytest.mark.parametrize(
    "path", ["sp ace/A.sol", 'quo"te.sol', "ünï/コード.sol", "a:b.sol", "-A.sol", "$e0.sol"]
)
def test_hostile_paths_are_read(read, path):
    assert read({path: PLAIN}) == {path: Source(text=PLAIN)}


def test_reading_a_repository_that_is_gone_is_gone(project, client_of, vanish):
    mine = project({"A.sol": PLAIN})
    client = client_of(mine)
    vanish(mine)
    with pytest.raises(Gone):
        client.read(mine.repository, [Place(commit=mine.base, path="A.sol")])


@pytest.fixture
def without_graphql(github_api):
    github_api.fail_next("POST", ".*/graphql", status=404, body='{"message": "Not Found"}', times=9)


def test_where_there_is_no_graphql_every_kind_of_file_is_read_by_rest(read, without_graphql):
    large = "contract A { /* ß */ }\n" * 60_000
    files = {"src/A.sol": PLAIN, "B.sol": large, "L.sol": "src/A.sol", "X.sol": b"\0\1"}
    found = read(files, {"L.sol": "120000"}, also=["src", "no.sol"])
    assert found == {
        "src/A.sol": Source(text=PLAIN),
        "B.sol": Source(text=large),
        "L.sol": Source(problem="it is a symbolic link; links are not followed"),
        "X.sol": Source(problem="it is binary, not text"),
        "src": Source(problem="it is a folder or a submodule, not a file"),
    }
