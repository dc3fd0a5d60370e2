"""Accounts, the App, installations and repositories.

https://docs.github.com/en/rest/repos/repos#get-a-repository
"""

import base64

from solvet.local.github.records import Account, Installation, Json, Repository, stamp
from solvet.local.github.shapes import links
from solvet.local.github.state import World
from solvet.local.github.urls import Urls

CREATED_AT = "2026-01-05T09:00:00Z"
"""When the App was registered."""
_COUNTS = (
    *("forks", "forks_count", "open_issues", "open_issues_count"),
    *("stargazers_count", "watchers", "watchers_count"),
)


def node_id(kind: str, number: int) -> str:
    """A global id as GraphQL knows it: opaque, different for every thing."""
    return base64.b64encode(f"{len(kind):03}:{kind}{number}".encode()).decode()


def user(urls: Urls, account: Account) -> Json:
    """A simple user."""
    url = urls.user(account)
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id(account.type, account.id),
        "avatar_url": f"{urls.web}/avatars/{account.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{urls.web}/{account.login}",
        **links.of_account(url),
        "type": account.type,
        "site_admin": False,
    }


def organization(urls: Urls, account: Account) -> Json:
    """An organisation as events name it."""
    url = f"{urls.api}/orgs/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("Organization", account.id),
        "url": url,
        **links.of_organization(url),
        "avatar_url": f"{urls.web}/avatars/{account.id}",
        "description": "",
    }


def app(urls: Urls, world: World) -> Json:
    """The App itself."""
    it = world.app
    return {
        "id": it.id,
        "client_id": it.client_id,
        "slug": it.slug,
        "node_id": node_id("App", it.id),
        "name": it.slug,
        "description": None,
        "owner": user(urls, world.account("solvet-makers", "Organization")),
        "external_url": urls.web,
        "html_url": f"{urls.web}/apps/{it.slug}",
        "created_at": CREATED_AT,
        "updated_at": CREATED_AT,
        "events": list(it.events),
        "permissions": dict(it.permissions),
    }


def installation(urls: Urls, world: World, it: Installation) -> Json:
    """The App on one account."""
    url = f"{urls.api}/app/installations/{it.id}"
    return {
        "id": it.id,
        "account": user(urls, it.account),
        "repository_selection": "selected",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{urls.api}/installation/repositories",
        "html_url": f"{urls.web}/settings/installations/{it.id}",
        "app_id": world.app.id,
        "client_id": world.app.client_id,
        "app_slug": world.app.slug,
        "target_id": it.account.id,
        "target_type": it.account.type,
        "permissions": dict(it.permissions),
        "events": list(it.events),
        "created_at": "2026-01-06T09:00:00Z",
        "updated_at": "2026-01-06T09:00:00Z",
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": user(urls, it.account) if it.suspended_at else None,
        "suspended_at": stamp(it.suspended_at) if it.suspended_at else None,
    }


def repository(urls: Urls, world: World, it: Repository) -> Json:
    """A repository, with the links that clients follow."""
    owner = world.account(it.owner, it.owner_type)
    return {
        **_identity(urls, it.id, it.full_name),
        "owner": user(urls, owner),
        "private": it.private,
        "visibility": "private" if it.private else "public",
        "description": None,
        "fork": False,
        "default_branch": it.default_branch,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.created_at),
        "pushed_at": stamp(it.created_at),
        "archived": it.archived,
        "disabled": False,
        "language": "Solidity",
        "homepage": None,
        "license": None,
        "mirror_url": None,
        "size": 0,
        "topics": [],
        **_offers(),
        **dict.fromkeys(_COUNTS, 0),
    }


def full_repository(urls: Urls, world: World, it: Repository) -> Json:
    """A repository on its own."""
    more = {"network_count": 0, "subscribers_count": 0}
    return {**repository(urls, world, it), **more}


def fork(urls: Urls, world: World, full_name: str, of: Repository) -> Json:
    """The repository a pull request's head lives in when that is not the base's."""
    owner = world.account(full_name.partition("/")[0])
    identity = _identity(urls, owner.id + 500_000_000, full_name)
    return {**repository(urls, world, of), **identity, "owner": user(urls, owner), "fork": True}


def _offers() -> Json:
    """What it has beside its code: issues, which pull requests are comments of, and no more."""
    others = ("projects", "wiki", "pages", "discussions", "downloads")
    return {"has_issues": True} | {f"has_{each}": False for each in others}


def _identity(urls: Urls, number: int, full_name: str) -> Json:
    url = f"{urls.api}/repos/{full_name}"
    return {
        "id": number,
        "node_id": node_id("Repository", number),
        "name": full_name.partition("/")[2],
        "full_name": full_name,
        "url": url,
        "html_url": f"{urls.web}/{full_name}",
        "clone_url": f"{urls.web}/{full_name}.git",
        "git_url": f"{urls.web}/{full_name}.git",
        "ssh_url": f"{urls.web}/{full_name}.git",
        "svn_url": f"{urls.web}/{full_name}",
        **links.of_repository(url),
    }
