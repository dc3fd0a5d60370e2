"""The App, its installations, their tokens and its deliveries.

https://docs.github.com/en/rest/apps/apps
"""

from solvet.local.github.auth import allowed_permissions, not_suspended
from solvet.local.github.call import Call, Reply
from solvet.local.github.deliver import Delivery
from solvet.local.github.errors import Refusal, not_found
from solvet.local.github.fields import Fields
from solvet.local.github.records import Installation, Json, stamp
from solvet.local.github.shapes import owners


def show_app(call: Call) -> Reply:
    """`GET /app`."""
    return Reply(owners.app(call.urls, call.world))


def list_installations(call: Call) -> Reply:
    """`GET /app/installations`."""
    everyone = list(call.world.installations.values())
    return call.page(everyone, lambda each: owners.installation(call.urls, call.world, each))


def show_installation(call: Call, number: int) -> Reply:
    """`GET /app/installations/{number}`."""
    return Reply(owners.installation(call.urls, call.world, _installation(call, number)))


def show_repository_installation(call: Call, owner: str, name: str) -> Reply:
    """`GET …/installation`."""
    repository = call.world.repository(owner, name)
    if repository is None:
        raise not_found()
    return show_installation(call, repository.installation_id)


def create_token(call: Call, number: int) -> Reply:
    """https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app."""
    installation, fields = _installation(call, number), call.fields()
    wanted = fields.strings("permissions")
    not_suspended(installation)
    allowed_permissions(installation, wanted)
    scope = _repository_ids(call, installation, fields)
    permissions = {**wanted, "metadata": "read"} if wanted else dict(installation.permissions)
    token = call.authority.issue(installation, repository_ids=scope, permissions=permissions)
    answer: Json = {
        "token": token.value,
        "expires_at": stamp(token.expires_at),
        "permissions": dict(token.permissions),
        "repository_selection": "selected",
    }
    if scope is not None:
        chosen = [call.world.repositories[each] for each in sorted(scope)]
        answer["repositories"] = [owners.repository(call.urls, call.world, each) for each in chosen]
    return Reply(answer, 201)


def list_installation_repositories(call: Call) -> Reply:
    """`GET /installation/repositories`."""
    seen = [each for each in call.world.repositories.values() if call.token.sees(each)]
    chosen, headers = call.slice(seen)
    shown = [owners.repository(call.urls, call.world, each) for each in chosen]
    return Reply({"total_count": len(seen), "repositories": shown}, headers=headers)


def show_hook_config(call: Call) -> Reply:
    """https://docs.github.com/en/rest/apps/webhooks#get-a-webhook-configuration-for-an-app."""
    app, config = call.world.app, {"content_type": "json", "insecure_ssl": "0"}
    if app.webhook_secret:
        config["secret"] = "********"  # noqa: S105  what GitHub shows in its place
    if call.courier.url:
        config["url"] = call.courier.url
    return Reply(config)


def list_deliveries(call: Call) -> Reply:
    """Newest first, from the delivery that `cursor` names.

    https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
    """
    newest = list(reversed(call.courier.deliveries))
    start, status = call.number("cursor", 0), call.query.get("status")
    wanted = [each for each in newest if _is_wanted(each, start, status)]
    page, rest = wanted[: call.per_page], wanted[call.per_page :]
    headers = {"Link": call.link("next", cursor=str(rest[0].id))} if rest else {}
    return Reply([each.summary for each in page], headers=headers)


def show_delivery(call: Call, number: int) -> Reply:
    """`GET /app/hook/deliveries/{number}`."""
    found = call.courier.find(number)
    if found is None:
        raise not_found()
    return Reply(found.details)


def redeliver(call: Call, number: int) -> Reply:
    """Answers 202 after the webhook was called again, so that tests need not wait."""
    found = call.courier.find(number)
    if found is None:
        raise not_found()
    return Reply({}, 202, afterwards=lambda: _again(call, found))


def rate_limit(call: Call) -> Reply:
    """https://docs.github.com/en/rest/rate-limit/rate-limit."""
    reset = int(call.world.now().timestamp()) + 3600
    limit = call.limits.rate
    core = {"limit": limit, "used": 0, "remaining": limit, "reset": reset}
    resources = {"core": core, "graphql": core, "search": core}
    return Reply({"resources": resources, "rate": core})


def _again(call: Call, delivery: Delivery) -> None:
    call.courier.redeliver(delivery.id)


def _installation(call: Call, number: int) -> Installation:
    found = call.world.installations.get(number)
    if found is None:
        raise not_found()
    return found


def _is_wanted(delivery: Delivery, start: int, status: str | None) -> bool:
    failed = not 200 <= delivery.status_code < 300  # noqa: PLR2004  (success, in HTTP)
    if status in {"success", "failure"} and failed != (status == "failure"):
        return False
    return not start or delivery.id <= start


def _repository_ids(
    call: Call, installation: Installation, fields: Fields
) -> frozenset[int] | None:
    names, ids = fields.items("repositories"), fields.items("repository_ids")
    if not names and not ids:
        return None
    mine = [r for r in call.world.repositories.values() if r.installation_id == installation.id]
    found = [each.id for each in mine if each.name in names or each.id in ids]
    if len(found) < len({*names}) or len(found) < len({*ids}):
        raise Refusal(
            422,
            "There is at least one repository that does not exist or is not accessible to the "
            "parent installation.",
        )
    return frozenset(found)
