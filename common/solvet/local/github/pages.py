"""The pages: what a person would see on GitHub, without anything from elsewhere.

`?theme=dark` and `?theme=light` overrule the browser's preference.
"""

import secrets
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from solvet.local.github import views
from solvet.local.github.diff import EMPTY_TREE, changed_files
from solvet.local.github.errors import Refusal, not_found
from solvet.local.github.git import decoded
from solvet.local.github.markdown import rendered
from solvet.local.github.paths import CONVERTERS
from solvet.local.github.records import PullRequest, Repository
from solvet.local.github.rest.pulls import files_of
from solvet.local.github.state import World

_MAP = Map(
    [
        Rule("/", endpoint="index"),
        Rule("/<owner>/<name>", endpoint="index"),
        Rule("/<owner>/<name>/pull/<int:number>", endpoint="pull"),
        Rule("/<owner>/<name>/commit/<sha>", endpoint="commit"),
        Rule("/<owner>/<name>/blob/<revision>/<path:path>", endpoint="blob"),
        Rule("/<owner>/<name>/version/<sha>", endpoint="version"),
        Rule("/<owner>/<name>/version/<sha>/<int:number>", endpoint="version"),
    ],
    strict_slashes=False,
    merge_slashes=False,
    converters=CONVERTERS,
)
_API = {"repos", "app", "api", "repositories", "installation", "rate_limit", "graphql"}


class Pages:
    """Renders the pages of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._templates = Environment(
            loader=PackageLoader("solvet.local.github", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["markdown"] = rendered
        self._shows: dict[str, Callable[..., dict[str, Any]]] = {
            "pull": self._pull,
            "commit": self._commit,
            "blob": self._blob,
        }

    def response(self, request: Request) -> Response | None:
        """The page at this address, or None when it is no page's."""
        if request.method != "GET" or request.path.split("/")[1] in _API:
            return None
        try:
            name, arguments = _MAP.bind(request.host).match(request.path, "GET")
        except HTTPException:
            return None
        with self._world.lock:
            return self._answered(request, name, dict(arguments))

    def _answered(self, request: Request, name: str, arguments: dict[str, Any]) -> Response:
        repository = self._world.repository(arguments.pop("owner", ""), arguments.pop("name", ""))
        if name == "index":
            return self.page(request, "index.html", self._index())
        try:
            if repository is None:
                raise not_found()
            if name == "version":
                return self._version(repository, **arguments)
            return self.page(request, f"{name}.html", self._shows[name](repository, **arguments))
        except Refusal as refusal:
            return self.page(request, "missing.html", {}, refusal.status)

    def page(
        self,
        request: Request,
        template: str,
        values: dict[str, Any],
        status: int = 200,
        forms: str = "'none'",
    ) -> Response:
        """One page; `forms` is where its forms may lead."""
        nonce = secrets.token_urlsafe(16)
        theme = request.args.get("theme", "")
        chosen = theme if theme in {"dark", "light"} else ""
        html = self._templates.get_template(template).render(theme=chosen, nonce=nonce, **values)
        policy = (
            "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; "
            f"script-src 'nonce-{nonce}'; base-uri 'none'; form-action {forms}"
        )
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        return Response(html, status, headers, content_type="text/html; charset=utf-8")

    def _index(self) -> dict[str, Any]:
        listed = []
        for repository in self._world.repositories.values():
            pulls = self._world.pulls_of(repository)
            listed.append((repository, [(pull, self._verdict(pull)) for pull in pulls]))
        return {"repositories": listed}

    def _verdict(self, pull: PullRequest) -> views.Verdict:
        runs = views.latest_runs(self._world, pull.repository, pull.head_sha)
        return views.verdict(runs)

    def _pull(self, repository: Repository, number: int) -> dict[str, Any]:
        pull = self._world.pull(repository, number)
        comments = views.comments_of(self._world, pull)
        runs = views.latest_runs(self._world, repository, pull.head_sha)
        files, outside = views.file_views(files_of(pull), runs, comments)
        return {
            **self._checks(repository, pull.head_sha, pull),
            "pull": pull,
            "entries": views.conversation(self._world, pull),
            "reactions": self._world.pull_reactions.get(pull.id, []),
            "moment": views.moment,
            "files": files,
            "outside": outside,
        }

    def _commit(self, repository: Repository, sha: str) -> dict[str, Any]:
        commit = repository.git.commit(sha)
        if commit is None:
            raise not_found()
        parent = commit.parents[0] if commit.parents else EMPTY_TREE
        runs = views.latest_runs(self._world, repository, commit.sha)
        changes = changed_files(repository.git, parent, commit.sha)
        files, outside = views.file_views(changes, runs, [])
        return {
            **self._checks(repository, commit.sha, None),
            "commit": commit,
            "files": files,
            "outside": outside,
        }

    def _blob(self, repository: Repository, revision: str, path: str) -> dict[str, Any]:
        found = repository.git.load(f"{revision}:{path}")
        if found is None or found.kind != "blob":
            raise not_found()
        binary = b"\0" in found.data
        lines = [] if binary else decoded(found.data).removesuffix("\n").split("\n")
        return {
            "repository": repository,
            "revision": revision,
            "path": path,
            "binary": binary,
            "lines": lines,
        }

    def _checks(self, repository: Repository, sha: str, pull: PullRequest | None) -> dict[str, Any]:
        runs = views.latest_runs(self._world, repository, sha)
        number = "" if pull is None else f"/{pull.number}"
        return {
            "repository": repository,
            "runs": runs,
            "verdict": views.verdict(runs),
            "version": views.version(self._world, repository, sha, pull),
            "version_url": f"/{repository.full_name}/version/{sha}{number}",
        }

    def _version(self, repository: Repository, sha: str, number: int | None = None) -> Response:
        pull = None if number is None else self._world.pull(repository, number)
        now = views.version(self._world, repository, pull.head_sha if pull else sha, pull)
        return Response(now, content_type="text/plain; charset=utf-8")
