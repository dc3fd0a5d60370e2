"""What people say in a pull request, and what stands there afterwards."""


def blocking(road, mine):
    """The fingerprint of the finding that the check fails on."""
    (found,) = blocking_ones(road, mine)
    return found


def blocking_ones(road, mine):
    """The fingerprints of all that are like it."""
    return {
        a["raw_details"].partition("fingerprint ")[2][:16]
        for a in road.check(mine)["annotations"]
        if "eentrancy" in a["title"]
    }


def reactions(road, mine):
    """What we put under the newest comment of a person."""
    comment = [c for c in road.comments(mine) if c["author"] != "solvet[bot]"][-1]
    return [reaction["content"] for reaction in comment["reactions"]]


def replies(road, mine):
    ours = [c["body"] for c in road.comments(mine) if c["author"] == "solvet[bot]"]
    return [body.partition("\n")[2] for body in ours if body.startswith("<!-- solvet:reply:")]


def summary(road, mine):
    (body,) = [c["body"] for c in road.comments(mine) if c["body"].startswith("<!-- solvet:summ")]
    return body


def check_of(road, mine, sha):
    (check,) = [c for c in road.checks(mine) if c["head_sha"] == sha]
    return check


def push(road, mine, files):
    """Pushes a further commit to the pull request, tells of it and reviews it."""
    for event, payload in road.move(mine, files):
        road.deliver(event, payload)
    road.run()
