"""Requests to the setup page and replies, whatever carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

from solvet.domain.setup import LIFETIME
from solvet.render.pages import STYLE_SOURCE, page
from solvet.render.pages.notices import Notice

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`headers` has lower-case names. Nothing of a request is ever logged or shown."""

    method: str
    path: str
    query: Fields = field(default_factory=dict, repr=False)
    form: Fields = field(default_factory=dict, repr=False)
    headers: Fields = field(default_factory=dict, repr=False)

    def cookie(self, base: str) -> str:
        """The browser's own secret, empty when it has none."""
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(_cookie_name(base))
        except CookieError:
            return ""
        return found.value if found else ""

    def is_from(self, base: str) -> bool:
        """Whether a browser says that a page of ours sent it; one that says nothing may have.

        https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
        """
        origin, site = self.headers.get("origin", base), self.headers.get("sec-fetch-site")
        return origin == base and site in {None, "same-origin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`why` is what is logged of it; the rest is the browser's."""

    status: int
    why: str
    body: str = field(default="", repr=False)
    headers: Fields = field(default_factory=dict, repr=False)
    cookie: str = field(default="", repr=False)


def shown(template: str, why: str, *, status: int = HTTPStatus.OK, **values: object) -> Reply:
    """A page."""
    return Reply(status=status, why=why, body=page(template, **values))


def told(notice: Notice, **values: object) -> Reply:
    """A page that says one thing."""
    return shown("notice.html", notice.title, status=notice.status, notice=notice, **values)


def sent_to(url: str, why: str, *, cookie: str = "") -> Reply:
    """Asks the browser to get another page."""
    headers = {"location": url}
    return Reply(status=HTTPStatus.SEE_OTHER, why=why, headers=headers, cookie=cookie)


def cookie_of(base: str, secret: str) -> str:
    """Read by no script and sent by no other site's forms; `__Host-` binds it to this host.

    Plain http is for this machine only, and there browsers want no Secure.
    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie
    """
    secure = "; Secure" if base.startswith("https:") else ""
    kept = f"; Path=/; Max-Age={LIFETIME}; HttpOnly; SameSite=Lax{secure}"
    return f"{_cookie_name(base)}={secret}{kept}"


def guarded(reply: Reply, web_url: str) -> Reply:
    """With the headers that every reply has: nothing from elsewhere, no frame, no copy.

    Forms may go to GitHub, whose own redirections Chromium checks as well.
    https://www.w3.org/TR/CSP3/#directive-form-action
    """
    policy = (
        f"default-src 'none'; style-src '{STYLE_SOURCE}'; form-action 'self' {web_url}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "cache-control": "no-store",
        "referrer-policy": "strict-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "x-robots-tag": "noindex",
    }
    return Reply(
        status=reply.status,
        why=reply.why,
        body=reply.body,
        headers=headers | dict(reply.headers),
        cookie=reply.cookie,
    )


def _cookie_name(base: str) -> str:
    return "__Host-solvet-setup" if base.startswith("https:") else "solvet-setup"
