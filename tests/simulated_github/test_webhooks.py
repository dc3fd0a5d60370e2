import hashlib
import hmac
import json

import pytest

from solvet.errors import ConfigError

SECRET = b"it's a secret to everybody"


@pytest.fixture
def listening(gh, webhook):
    gh.webhook_url = webhook.url
    return webhook


def test_a_delivery_is_signed_over_its_bytes(gh, pull, listening):
    delivery = gh.deliver("pull_request", gh.payload_pull_request(pull, "opened"))
    headers, body = listening.received[0]
    expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert headers["X-GitHub-Event"] == "pull_request"
    assert headers["X-GitHub-Delivery"] == delivery.guid
    assert (delivery.status_code, delivery.response_body) == (202, "thank you")
    assert json.loads(body)["installation"]["id"] == 77


def test_every_event_has_githubs_shape(gh, repo, pull, remote, commits):
    run = remote.create_check_run(name="solvet", head_sha=commits[1])
    base, head = commits
    opened = gh.payload_pull_request(pull, "opened")
    assert (opened["number"], opened["pull_request"]["head"]["sha"]) == (1, head)
    assert opened["repository"]["full_name"] == "acme/vaults"
    assert opened["organization"]["login"] == "acme"
    assert opened["sender"]["login"] == "ada"
    rerequested = gh.payload_check_run_rerequested(run.id)
    assert rerequested["action"] == "rerequested"
    assert rerequested["check_run"]["check_suite"]["head_sha"] == head
    assert gh.payload_check_suite_rerequested(run.id)["check_suite"]["head_sha"] == head
    group = gh.payload_merge_group(repo, "main", base, head)["merge_group"]
    assert group["head_ref"].startswith("refs/heads/gh-readonly-queue/main/")
    created = gh.payload_installation(gh.world.installations[77], "created")
    assert [each["full_name"] for each in created["repositories"]] == ["acme/vaults"]
    assert gh.payload_ping()["hook"]["app_id"] == gh.world.app.id
    event, commented = gh.comment(pull, "ada", "/solvet again")
    assert (event, commented["comment"]["author_association"]) == ("issue_comment", "MEMBER")
    assert commented["issue"]["pull_request"]["url"].endswith("/pulls/1")
    gone = gh.payload_merge_group(repo, "main", base, head, reason="dequeued")
    assert (gone["action"], gone["reason"]) == ("destroyed", "dequeued")
    assert gone["merge_group"] == group


def test_a_push_moves_the_branch_and_its_pull_request(gh, pull, bench, commits, remote):
    new = bench.commit("elsewhere", {"a.sol": "x\n"}, parents=[commits[1]], message="Third")
    (first, push), (second, moved) = gh.push(pull.repository, "feature", new)
    assert (first, push["ref"], push["before"]) == ("push", "refs/heads/feature", commits[1])
    assert (push["after"], push["forced"], push["created"]) == (new, False, False)
    assert [each["id"] for each in push["commits"]] == [new]
    assert push["head_commit"]["removed"] == ["README.md", "src/New.sol", "src/Vault.sol"]
    assert (second, moved["action"]) == ("pull_request", "synchronize")
    assert (moved["before"], moved["after"]) == (commits[1], new)
    assert remote.get_pull(1).head.sha == new
    assert remote.get_branch("feature").commit.sha == new


def test_new_rewound_and_foreign_branches_are_told_apart(gh, repo, bench, commits):
    gh.open_pull_request(repo, head="feature", head_repo="bob/vaults")
    bench.commit("new", {"a.sol": "x\n"})
    [(_, created)] = gh.push(repo, "new", "new")
    assert (created["before"], created["created"]) == ("0" * 40, True)
    [(_, forced)] = gh.push(repo, "feature", commits[0])
    assert forced["forced"] is True
    [(event, _)] = gh.push(repo, "feature", commits[0], head_repo="bob/vaults")
    assert event == "pull_request"


def test_deliveries_are_listed_newest_first_and_sent_again(gh, api, app_jwt, repo, listening):
    listening.status = 500
    for _ in range(3):
        gh.deliver("ping", gh.payload_ping())
    listening.status = 202
    page = api("GET", "/app/hook/deliveries?per_page=2", token=app_jwt())
    rest = api("GET", page.links["next"]["url"], token=app_jwt(jti="2"))
    listed = page.json() + rest.json()
    assert [each["id"] for each in listed] == [d.id for d in reversed(gh.deliveries)]
    assert {each["status_code"] for each in listed} == {500}
    failed = listed[-1]
    url = f"/app/hook/deliveries/{failed['id']}"
    assert api("POST", f"{url}/attempts", token=app_jwt()).status_code == 202
    again = gh.deliveries[-1]
    assert (again.guid, again.redelivery, again.status_code) == (failed["guid"], True, 202)
    details = api("GET", url, token=app_jwt()).json()
    assert details["request"]["payload"]["hook_id"] == gh.payload_ping()["hook_id"]


def test_a_webhook_may_ask_the_api_while_it_is_called(gh, api, app_jwt, repo, listening):
    listening.during = lambda: api("GET", "/repos/acme/vaults").raise_for_status()
    gh.deliver("ping", gh.payload_ping())
    url = f"/app/hook/deliveries/{gh.deliveries[0].id}/attempts"
    assert api("POST", url, token=app_jwt()).status_code == 202
    assert [each.status_code for each in gh.deliveries] == [202, 202]


def test_what_cannot_be_delivered_is_recorded(gh, repo, webhook):
    with pytest.raises(ConfigError):
        gh.deliver("ping", gh.payload_ping())
    gh.webhook_url = "http://127.0.0.1:1/"
    assert gh.deliver("ping", gh.payload_ping()).status == "failed to connect to host"
    gh.webhook_url = webhook.url
    gh.limits.payload_bytes = 10
    assert gh.deliver("ping", gh.payload_ping()).status == "payload too large"
    assert webhook.received == []
