"""Links of the pages that the site does not have; `make site-check` follows those of docs/."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CHANGELOG.md", "benchmarks/README.md", "requirements/README.md")
DOCS = sorted(ROOT.glob("docs/*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(page):
    """As GitHub makes them of headings."""
    words = (re.sub(r"[^\w\- ]", "", h.lower()) for h in HEADING.findall(page.read_text("utf-8")))
    return {each.replace(" ", "-") for each in words}


def broken(page):
    for found in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        path, _, anchor = (found[0] or found[1]).partition("#")
        target = page.parent / path if path else page
        if "://" in path:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield f"{path}#{anchor}"


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    assert list(broken(ROOT / name)) == []


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_a_page_of_the_site_reads_as_well_on_github(page):
    text = page.read_text("utf-8")
    assert "#only-" not in text, "GitHub shows both: write <picture>, of which the site makes two"
    sources = [path for _, path in LINK.findall(text) if path]
    assert [path for path in sources if not (page.parent / path).is_file()] == []


def test_the_readme_fits_on_a_screen_and_a_half():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 80
