"""`config`: the policy in force, where each value comes from, and its mistakes."""

from solvet.render.configuration import Row, configuration
from solvet.services.ruling import in_force
from solvet.services.talk import Answer, Reply, Talk


def config(talk: Talk) -> Answer:
    """One reply for each pull request, edited in place: the policy of its base's tip."""
    thread = talk.thread
    pull = thread.github.pull_request(thread.repository, thread.number)
    held = in_force(
        thread.repository,
        pull.base_sha,
        lambda each: thread.parts.github(thread.installation, each),
    )
    rows = [Row(setting.key, setting.value, setting.origin) for setting in held.settings]
    body = configuration(rows, held.mistakes, pull.base_sha)
    return Answer(outcome="told the policy", reply=Reply(name="config", body=body))
