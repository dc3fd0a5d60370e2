"""Accounts, the App, installations and repositories.

https://docs.github.com/en/rest/repos/repos#get-a-repository
"""

import base64

from solvet.local.github.records import (
    EVENTS,
    Account,
    Installation,
    Json,
    Repository,
    stamp,
)
from solvet.local.github.state import World
from solvet.local.github.urls import Urls


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
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "type": account.type,
        "site_admin": False,
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
        "created_at": "2026-01-05T09:00:00Z",
        "updated_at": "2026-01-05T09:00:00Z",
        "events": list(EVENTS),
        "permissions": {"checks": "write", "contents": "read", "metadata": "read"},
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
        "events": list(EVENTS),
        "created_at": "2026-01-06T09:00:00Z",
        "updated_at": "2026-01-06T09:00:00Z",
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None,
        "suspended_at": None,
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
        "clone_url": f"{urls.repo_page(it)}.git",
        "archived": False,
        "disabled": False,
        "language": "Solidity",
        "size": 0,
        "topics": [],
    }


def fork(urls: Urls, world: World, full_name: str, of: Repository) -> Json:
    """The repository a pull request's head lives in when that is not the base's."""
    owner = world.account(full_name.partition("/")[0])
    identity = _identity(urls, owner.id + 500_000_000, full_name)
    return {**repository(urls, world, of), **identity, "owner": user(urls, owner), "fork": True}


def _identity(urls: Urls, number: int, full_name: str) -> Json:
    url = f"{urls.api}/repos/{full_name}"
    return {
        "id": number,
        "node_id": node_id("Repository", number),
        "name": full_name.partition("/")[2],
        "full_name": full_name,
        "url": url,
        "html_url": f"{urls.web}/{full_name}",
        "commits_url": f"{url}/commits{{/sha}}",
        "compare_url": f"{url}/compare/{{base}}...{{head}}",
        "contents_url": f"{url}/contents/{{+path}}",
        "pulls_url": f"{url}/pulls{{/number}}",
        "issues_url": f"{url}/issues{{/number}}",
        "trees_url": f"{url}/git/trees{{/sha}}",
        "blobs_url": f"{url}/git/blobs{{/sha}}",
    }
