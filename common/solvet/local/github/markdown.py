"""GitHub-flavoured Markdown as a person sees it.

https://docs.github.com/en/get-started/writing-on-github
"""

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

from solvet.local.github.sanitise import sanitised

_PARSER = MarkdownIt("gfm-like", {"breaks": True, "html": True})
_ALERT = re.compile(
    r"<blockquote>\s*<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*(?:<br>\s*)?(</p>\s*<p>)?"
)
_SUGGESTION = re.compile(r'<pre><code class="language-suggestion">(.*?)</code></pre>', re.DOTALL)
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_TASK = re.compile(r"<li>(<p>)?\[([ xX])\] ")


def rendered(text: str | None) -> Markup:
    """Safe HTML of a comment, a summary or a description."""
    html = sanitised(_PARSER.render(text or ""))
    html = _ALERT.sub(_alert, html)
    html = _SUGGESTION.sub(_suggestion, html)
    html = _TASK.sub(_task, html)
    html = _TABLE.sub(r'<div class="scroll">\g<0></div>', html)
    return Markup(html)  # noqa: S704  (it has just been sanitised)


def _alert(match: re.Match[str]) -> str:
    kind = match[1].lower()
    title = f'<p class="alert-title">{kind.capitalize()}</p>'
    return f'<blockquote class="alert {kind}">{title}<p>'


def _suggestion(match: re.Match[str]) -> str:
    return (
        '<div class="suggestion"><div class="suggestion-title">Suggested change</div>'
        f"<pre><code>{match[1]}</code></pre></div>"
    )


def _task(match: re.Match[str]) -> str:
    box = "☐" if match[2] == " " else "☑"
    return f'<li class="task">{match[1] or ""}{box} '
