"""What `mkdocs build` does beside mkdocs.yml: pages made of other files, nothing from elsewhere.

https://www.mkdocs.org/user-guide/configuration/#hooks
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schemas/solvet.schema.json"
DIAGRAMS = ROOT / "build/site-scripts/mermaid.js"
_OUTSIDE = re.compile(r"\[([^\]]*)\]\(\.\./([^)\s]+)\)")
_PICTURE = re.compile(
    r"""<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(?P<dark>[^"]+)">\s*"""
    r"""<img alt="(?P<alt>[^"]+)" src="(?P<light>[^"]+)"(?: width="(?P<width>\d+)")?>\s*"""
    r"""</picture>"""
)
_ELSEWHERE = re.compile(
    r"<(?:script|img|iframe|source|video)\b[^>]*\bsrc=[\"']?(?:https?:)?//"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preload|preconnect|icon))[^>]*\bhref=[\"']?(?:https?:)?//",
    re.IGNORECASE,
)
_INTO_SITE = {"CHANGELOG.md": "changelog.md", "schemas/solvet.schema.json": "solvet.schema.json"}
"""Files outside docs/ that the site has, too, by their names there."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the changelog, the schema, the page made of it, and what draws diagrams."""
    for name, there in _INTO_SITE.items():
        files.append(File.generated(config, there, abs_src_path=str(ROOT / name)))
    keys = "\n".join(_policy_keys(json.loads(SCHEMA.read_text("utf-8"))))
    files.append(File.generated(config, "policy-keys.md", content=keys))
    if DIAGRAMS.is_file():
        made = File.generated(config, f"scripts/{DIAGRAMS.name}", abs_src_path=str(DIAGRAMS))
        files.append(made)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Have pictures follow the site's light and dark; lead links out of docs/ where they can go.

    That is to the site's copy, else to the repository, else nowhere.
    """
    depth = page.file.src_uri.count("/")
    markdown = _PICTURE.sub(_by_scheme, markdown)
    if "<picture" in markdown:
        raise PluginError(f"{page.file.src_uri}: a picture that is not written as the others are")

    def link(found: re.Match[str]) -> str:
        text, path = found[1], found[2]
        if depth:
            return found[0]
        if path in _INTO_SITE:
            return f"[{text}]({_INTO_SITE[path]})"
        if not (ROOT / path.partition("#")[0]).exists():
            raise PluginError(f"{page.file.src_uri}: there is no {path}")
        address = config.extra.get("repository")
        return f"[{text}]({address.rstrip('/')}/blob/main/{path})" if address else text

    return _OUTSIDE.sub(link, markdown)


def _by_scheme(picture: re.Match[str]) -> str:
    """GitHub understands `<picture>`; the site has a switch of its own, and follows its links.

    https://squidfunk.github.io/mkdocs-material/reference/images/#light-and-dark-mode
    """
    width = f' width="{picture["width"]}"' if picture["width"] else ""
    return "\n".join(
        f"![{picture['alt']}]({picture[scheme]}#only-{scheme}){{ .shot{width} }}"
        for scheme in ("light", "dark")
    )


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Bring the drawing script to pages with diagrams, and refuse whatever loads from elsewhere."""
    if found := _ELSEWHERE.search(output):
        raise PluginError(f"{page.file.src_uri} loads from elsewhere: {found[0]}")
    if 'class="mermaid"' not in output or not DIAGRAMS.is_file():
        return output
    up = "../" * page.url.count("/")
    return output.replace("</body>", f'<script src="{up}scripts/{DIAGRAMS.name}"></script></body>')


def _policy_keys(schema: Mapping[str, Any]) -> Iterator[str]:
    yield "# Every key of `.solvet.yml`"
    yield ""
    yield "Made from the [JSON Schema](solvet.schema.json) of this version, which editors"
    yield "understand. What the keys are for, with examples: [Policy](policy.md)."
    yield ""
    yield "| key | values | |"
    yield "|---|---|---|"
    yield from _rows("", schema["properties"])
    rules = schema["properties"]["rules"]["properties"]
    yield ""
    yield f"Below `rules` stand the names of {len(rules)} [detectors](detectors/README.md)."


def _rows(prefix: str, keys: Mapping[str, Any]) -> Iterator[str]:
    for name, key in keys.items():
        inner = next((each for each in _forms(key) if _is_group(each)), None)
        yield f"| `{prefix}{name}` | {_values(key)} | {key.get('description', '')} |"
        if inner and name != "rules":
            yield from _rows(f"{prefix}{name}.", inner["properties"])


def _forms(key: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for form in key.get("anyOf", [key]) for each in (form, form.get("items", {}))]


def _is_group(form: Mapping[str, Any]) -> bool:
    return "properties" in form


def _values(key: Mapping[str, Any]) -> str:
    if "anyOf" in key:
        return ", or ".join(dict.fromkeys(filter(None, map(_values, key["anyOf"]))))
    if "enum" in key:
        return ", ".join(f"`{each}`" for each in key["enum"] if not isinstance(each, bool))
    if key.get("type") == "array":
        return f"a list of {_values(key['items'])}"
    if "properties" in key:
        return "a group"
    if "minimum" in key:
        least, most = key["minimum"], key["maximum"]
        return f"{least} to {most}" if least != most else f"{least}"
    return "a pattern of paths" if key.get("$ref", "").endswith("glob") else key.get("type", "")
