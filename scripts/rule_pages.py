"""Write docs/detectors from the rules themselves, or with --check name the pages that are stale."""

import sys
from pathlib import Path

import click

from solvet.cli.catalogue import all_rules, page

FOLDER = Path(__file__).parents[1] / "docs/detectors"


def wanted() -> dict[str, str]:
    """File name to text, one page for each rule."""
    return {f"{rule.name}.md": page(rule) for rule in all_rules()}


def found() -> dict[str, str]:
    """File name to text, as they are now."""
    return {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}


def write(pages: dict[str, str]) -> None:
    """Make the folder hold these pages and no others."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for gone in found().keys() - pages.keys():
        (FOLDER / gone).unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


@click.command(help=__doc__)
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is stale.")
def main(*, check: bool) -> None:
    """The pages are compared or written, all at once."""
    pages = wanted()
    if not check:
        write(pages)
        return
    stale = {name for name, _ in pages.items() ^ found().items()}
    if stale:
        sys.exit(f"stale, run 'make docs': {', '.join(sorted(stale))}")


if __name__ == "__main__":
    main()
