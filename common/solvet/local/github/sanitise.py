"""Keeps of a piece of HTML what GitHub keeps: formatting, and nothing that loads or runs.

https://github.github.com/gfm/#disallowed-raw-html-extension-
"""

import re
from html import escape
from html.parser import HTMLParser

_VOID = {"br", "hr", "wbr"}
_BLOCK = {"details", "summary", "div", "p", "pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd"}
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"}
_TEXT = {"a", "b", "i", "em", "strong", "s", "del", "ins", "code", "kbd", "samp", "var", "tt"}
_SMALL = {"sub", "sup", "small", "span", "q", "h1", "h2", "h3", "h4", "h5", "h6"}
_ALLOWED = _VOID | _BLOCK | _TABLE | _TEXT | _SMALL
_SILENT = {"script", "style", "title", "textarea", "iframe", "noscript", "template", "svg", "math"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "details": {"open"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan", "style"},
    "th": {"align", "colspan", "rowspan", "style"},
}
_VALUES = {
    "href": re.compile(r"(https?://|mailto:|#|/(?!/)).*", re.DOTALL),
    "class": re.compile(r"language-[\w+#.-]+"),
    "style": re.compile(r"text-align:(left|center|right)"),
    "align": re.compile(r"left|center|right"),
}


class _Sanitiser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "img" and not self._silent:
            self.parts.append(escape(dict(attrs).get("alt") or ""))
        elif tag in _ALLOWED and not self._silent:
            kept = "".join(_kept(tag, name, value) for name, value in attrs)
            self.parts.append(f"<{tag}{kept}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID or tag == "img":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
        elif tag in self._open:
            while self._closed_last() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(escape(data))

    def finish(self) -> str:
        """Everything kept, with what was left open closed."""
        self.close()
        while self._open:
            self._closed_last()
        return "".join(self.parts)

    def _closed_last(self) -> str:
        tag = self._open.pop()
        self.parts.append(f"</{tag}>")
        return tag


def sanitised(html: str) -> str:
    """HTML that is safe to show, always well nested; images become their alternative text."""
    parser = _Sanitiser()
    parser.feed(html)
    return parser.finish()


def _kept(tag: str, name: str, value: str | None) -> str:
    pattern = _VALUES.get(name)
    if name not in _ATTRIBUTES.get(tag, ()) or (pattern and not pattern.fullmatch(value or "")):
        return ""
    extra = ' rel="nofollow noopener"' if name == "href" else ""
    return f' {name}="{escape(value or "")}"{extra}'
