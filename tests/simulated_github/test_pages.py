import pytest
import requests

from solvet.local.github.markdown import rendered

NOTE = {"path": "src/Vault.sol", "start_line": 4, "end_line": 5, "annotation_level": "failure"}


@pytest.fixture
def page(gh, repo):
    def get(path):
        answer = requests.get(f"{gh.web_url}{path}", headers={"Connection": "close"}, timeout=10)
        return answer.status_code, answer.text

    return get


def test_the_index_lists_repositories_and_pull_requests(page, pull):
    status, html = page("/")
    assert status == 200
    assert 'href="/acme/vaults/pull/1"' in html
    assert "No checks have reported yet" in html


def test_a_pull_request_shows_conversation_checks_and_diff(gh, page, pull, remote, commits):
    gh.comment(pull, "ada", "| a | b |\n|---|---|\n| 1 | 2 |")
    note = {**NOTE, "title": "Reentrancy", "message": "Look <here>", "raw_details": "line 5"}
    output = {"title": "1 high", "summary": "**bad**", "annotations": [note]}
    remote.create_check_run(name="Solvet", head_sha=commits[1], conclusion="failure", output=output)
    _, html = page("/acme/vaults/pull/1")
    assert "<td>1</td>" in html
    assert "<strong>bad</strong>" in html
    assert "Some checks were not successful" in html
    line, note_at = html.index("total += 1;"), html.index("Look &lt;here&gt;")
    assert line < note_at < html.index("</table>", line)


def test_the_diff_shows_inline_comments_under_their_line(page, pull, remote, commits):
    comment = {"path": "src/Vault.sol", "line": 5, "body": "```suggestion\ntotal++;\n```"}
    head = remote.get_commit(commits[1])
    remote.get_pull(1).create_review(commit=head, event="COMMENT", comments=[comment])
    _, html = page("/acme/vaults/pull/1")
    assert "Suggested change" in html
    assert html.index("total += 1;") < html.index("total++;")


def test_annotations_elsewhere_are_shown_with_their_place(page, pull, remote, commits):
    notes = [
        {**NOTE, "path": "lib/Far.sol", "message": "far away"},
        {**NOTE, "start_line": 90, "end_line": 90, "message": "below the diff"},
    ]
    output = {"title": "t", "summary": "s", "annotations": notes}
    remote.create_check_run(name="Solvet", head_sha=commits[1], output=output)
    _, html = page("/acme/vaults/pull/1")
    assert "lib/Far.sol:4\N{EN DASH}5" in html
    assert "below the diff" in html


def test_a_commit_and_a_file_have_pages(page, commits):
    status, html = page(f"/acme/vaults/commit/{commits[1]}")
    assert (status, "with a body" in html) == (200, True)
    status, html = page(f"/acme/vaults/blob/{commits[1]}/src/Vault.sol")
    assert (status, 'id="L5"' in html) == (200, True)


@pytest.mark.parametrize(
    "path",
    [
        "/acme/vaults/pull/9",
        "/no/body/pull/1",
        "/acme/vaults/commit/zzz",
        "/acme/vaults/blob/main/x",
    ],
)
def test_what_is_not_there_has_a_page_that_says_so(page, path):
    status, html = page(path)
    assert (status, "Nothing here" in html) == (404, True)


def test_the_version_changes_when_the_page_does(gh, page, pull, remote, commits):
    url = f"/acme/vaults/version/{commits[1]}/1"
    before = page(url)
    assert page(url) == before
    remote.create_check_run(name="Solvet", head_sha=commits[1])
    after = page(url)
    gh.comment(pull, "ada", "hello")
    assert len({before, after, page(url)}) == 3


def test_names_and_titles_from_repositories_are_escaped(gh, repo, bench, page, commits):
    evil = '<script>alert("x")</script>'
    bench.commit("evil", {f"{evil}.sol": f"{evil}\n"}, parents=[commits[0]], message=evil)
    gh.open_pull_request(repo, head="evil", title=evil, body=evil)
    _, html = page("/acme/vaults/pull/1?theme=dark")
    assert "<script>alert" not in html
    assert 'data-theme="dark"' in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<details><summary>More</summary>\n\n**x**\n\n</details>", "<strong>x</strong>"),
        ("~~gone~~", "<s>gone</s>"),
        ("- [x] done", "☑ done"),
        ("> [!WARNING]\n> careful", 'class="alert warning"'),
        ("```solidity\na < b\n```", '<code class="language-solidity">a &lt; b\n</code>'),
        ("one\ntwo", "one<br>"),
        ("see https://example.org", 'href="https://example.org"'),
    ],
)
def test_markdown_is_githubs(text, html):
    assert html in rendered(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="&#106;avascript:alert(1)">x</a>',
        "[x](javascript:alert(1))",
        "<svg onload=alert(1)>",
        "<p style='position:fixed' onclick=alert(1)>x</p>",
        "<iframe src=//evil></iframe>",
        "<style>alert(1)</style>",
        "<!-- alert(1) -->",
        "<scr<script>ipt>alert(1)</script>",
        "<form action=//evil><input></form>",
    ],
)
def test_markdown_cannot_bring_anything_that_runs_or_loads(text):
    html = str(rendered(text))
    for danger in ("<script", "onerror", 'href="java', "onclick", "<svg", "<iframe", "<style"):
        assert danger not in html
    for danger in ("position", "<form", "<input", "<img", "<!--"):
        assert danger not in html


def test_unclosed_markup_cannot_swallow_the_rest_of_the_page():
    assert rendered("<details><div><b>x") == "<details><div><b>x</b></div></details>"
    assert rendered("</div></details>x") == "x"
