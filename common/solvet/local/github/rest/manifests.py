"""Apps that were made from a manifest.

https://docs.github.com/en/rest/apps/apps#create-a-github-app-from-a-manifest
"""

from solvet.local.github.call import Call, Reply
from solvet.local.github.errors import not_found
from solvet.local.github.shapes import owners


def convert(call: Call, code: str) -> Reply:
    """What is told of the App, once."""
    private_key = call.world.registered.pop(code, None)
    if private_key is None:
        raise not_found()
    told = {
        "client_secret": f"of-{call.world.app.slug}-and-unused",
        "webhook_secret": call.world.app.webhook_secret,
        "pem": private_key,
    }
    return Reply(owners.app(call.urls, call.world) | told, 201)
