"""Brings the script that draws the diagrams, once, as an npm package with a pinned hash.

The site serves it itself, so that reading the documentation tells nobody else who reads.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main(folder: Path) -> None:
    """Fetch it once; another version replaces it."""
    sys.path.insert(0, str(ROOT))
    from tests.contract.packages import Package, bring, forget_others

    mermaid = Package(
        "mermaid",
        "11.17.2",
        "package/dist/mermaid.min.js",
        "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg==",
    )
    kept = bring(mermaid, folder)
    script = folder / "mermaid.js"
    if not script.is_file() or script.read_bytes() != kept.read_bytes():
        script.write_bytes(kept.read_bytes())
    forget_others(folder, {kept, script})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
