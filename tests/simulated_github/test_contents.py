import base64

import pytest
from github import GithubException


@pytest.fixture
def odd(bench, commits):
    """A branch with everything a tree may hold."""
    files = {
        "a b/ünï\n“x”.sol": "contract A {}\n",
        "link.sol": "src/Vault.sol",
        "lib/dep": "1" * 40,
        "logo.png": b"\x89PNG\0\1\2",
        "big.sol": b"x" * 600_000,
        "huge.bin": b"y" * 1_200_000,
        "empty.sol": b"",
        "latin.sol": b"// caf\xe9\n",
    }
    return bench.commit(
        "odd", files, parents=[commits[0]], modes={"link.sol": "120000", "lib/dep": "160000"}
    )


def graphql(remote, **expressions):
    fields = "__typename oid ... on Blob { text byteSize isBinary isTruncated }"
    aliases = " ".join(
        f"{alias}: object(expression: $e_{alias}) {{ {fields} }}" for alias in expressions
    )
    head = ", ".join(f"$e_{alias}: String!" for alias in expressions)
    query = f'query({head}) {{ repository(owner: "acme", name: "vaults") {{ {aliases} }} }}'
    variables = {f"e_{alias}": value for alias, value in expressions.items()}
    _, data = remote.requester.graphql_query(query, variables)
    return data["data"]["repository"]


def test_many_files_are_read_by_one_graphql_query(remote, odd):
    found = graphql(
        remote,
        odd=f"{odd}:a b/ünï\n“x”.sol",
        link=f"{odd}:link.sol",
        png=f"{odd}:logo.png",
        big=f"{odd}:big.sol",
        empty=f"{odd}:empty.sol",
        tree=f"{odd}:a b",
        commit=odd,
        none=f"{odd}:nothing.sol",
    )
    assert found["odd"]["text"] == "contract A {}\n"
    assert found["link"]["text"] == "src/Vault.sol"
    assert (found["png"]["text"], found["png"]["isBinary"]) == (None, True)
    assert (len(found["big"]["text"]), found["big"]["isTruncated"]) == (512_000, True)
    assert (found["big"]["byteSize"], found["empty"]["text"]) == (600_000, "")
    assert (found["tree"]["__typename"], found["commit"]["__typename"]) == ("Tree", "Commit")
    assert found["none"] is None


def test_graphql_answers_mistakes_with_errors_and_status_200(api, repo):
    for query in ("{ nonsense }", '{ repository(owner: "evil", name: "corp") { id } }', "{"):
        answer = api("POST", "/api/graphql", {"query": query})
        assert answer.status_code == 200
        assert answer.json()["errors"][0]["message"]
    assert api("POST", "/graphql", {}).status_code == 400


def test_graphql_reads_an_object_by_its_id(api, bench, odd):
    oid = bench.blob("contract A {}\n")
    query = f'{{ repository(owner: "acme", name: "vaults") {{ object(oid: "{oid}") {{ oid }} }} }}'
    data = api("POST", "/graphql", {"query": query}).json()["data"]
    assert data == {"repository": {"object": {"oid": oid}}}


def test_a_recursive_tree_lists_every_entry(remote, odd):
    tree = remote.get_git_tree(odd, recursive=True)
    kinds = {entry.path: (entry.mode, entry.type, entry.size) for entry in tree.tree}
    assert kinds["a b"] == ("040000", "tree", None)
    assert kinds["a b/ünï\n“x”.sol"] == ("100644", "blob", 14)
    assert kinds["lib/dep"] == ("160000", "commit", None)
    assert kinds["link.sol"] == ("120000", "blob", 13)
    assert tree.raw_data["truncated"] is False


def test_a_long_tree_is_cut_and_says_so(gh, remote, odd):
    gh.limits.tree_entries = 3
    tree = remote.get_git_tree(odd, recursive=True)
    assert (len(tree.tree), tree.raw_data["truncated"]) == (3, True)


def test_blobs_come_in_base64_up_to_their_limit(gh, remote, bench, odd):
    blob = remote.get_git_blob(bench.blob(b"\x89PNG\0\1\2"))
    assert base64.b64decode(blob.content) == b"\x89PNG\0\1\2"
    gh.limits.blob_bytes = 5
    with pytest.raises(GithubException) as caught:
        remote.get_git_blob(blob.sha)
    assert caught.value.status == 403


def test_contents_have_a_shape_for_each_kind(remote, odd, api):
    file = remote.get_contents("a b/ünï\n“x”.sol", ref=odd)
    assert file.decoded_content == b"contract A {}\n"
    assert remote.get_contents("link.sol", ref=odd).raw_data["target"] == "src/Vault.sol"
    assert remote.get_contents("lib/dep", ref=odd).type == "submodule"
    huge = remote.get_contents("huge.bin", ref=odd)
    assert (huge.encoding, huge.size) == ("none", 1_200_000)
    listed = {entry.path: entry.type for entry in remote.get_contents("", ref="main")}
    assert listed == {"README.md": "file", "src": "dir"}


@pytest.mark.parametrize(
    "path",
    [
        "contents/nothing.sol",
        "contents/README.md?ref=nowhere",
        "git/trees/" + "0" * 40,
        "git/blobs/" + "0" * 40,
        "git/blobs/main",
        "git/commits/" + "f" * 40,
        "git/ref/heads/nowhere",
        "git/ref/../config",
        "branches/nowhere",
        "compare/main",
        "pulls/9",
    ],
)
def test_what_is_not_there_is_404(api, path):
    assert api("GET", f"/repos/acme/vaults/{path}").status_code == 404


def test_branches_commits_and_references_name_the_same_commit(remote, commits):
    assert remote.get_branch("feature").commit.sha == commits[1]
    assert remote.get_git_ref("heads/feature").object.sha == commits[1]
    assert remote.get_git_commit(commits[1]).message == "Second\n\nwith a body"
    commit = remote.get_commit("feature")
    assert [parent.sha for parent in commit.parents] == [commits[0]]
    assert commit.commit.author.name == "Ada"
    assert [file.filename for file in commit.files] == ["src/New.sol", "src/Vault.sol"]
