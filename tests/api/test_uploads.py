"""What is dropped into the bucket is analysed, and the result stands beside it."""

import io
import json
import zipfile

import boto3
import pytest

from solvet.adapters.aws.uploads import names_in
from solvet.domain.submission import tenant_of
from solvet.errors import BadMessage
from tests.api.conftest import FATAL, SAFE


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def test_a_contract_is_analysed_and_the_model_is_asked(place):
    found = place.upload("team a/Vault+1.sol", FATAL.encode())
    assert found.machine["security_score"] == 60
    assert found.machine["model"]["status"] == "done"
    assert found.machine["vulnerabilities"][0]["path"] == "Vault+1.sol"
    assert "Security score: 60 of 100" in found.people
    assert "Anybody can destroy the contract" in found.people


def test_the_files_of_a_zip_are_analysed_together(place):
    files = {"src/A.sol": FATAL, "src/B.sol": SAFE, "README.md": "hello"}
    found = place.upload("project.zip", zipped(files))
    assert [file["path"] for file in found.machine["coverage"]] == ["src/A.sol", "src/B.sol"]
    assert found.machine["notes"] == ["1 file that is no Solidity: not looked at."]
    assert "1 file that is no Solidity" in found.people


def test_results_are_not_analysed_themselves(place):
    place.upload("once.sol", SAFE.encode())
    before = place.objects()
    place.run()
    assert place.objects() == before
    assert {name for name in before if name.startswith("once.sol")} == {
        *("once.sol", "once.sol.solvet.json", "once.sol.solvet.md")
    }


def test_a_hostile_zip_is_refused_beside_itself(place):
    found = place.upload("evil.zip", zipped({"../../etc/A.sol": SAFE}))
    assert found.machine["status"] == "refused"
    assert "`..`" in found.machine["reason"]
    assert "was refused" in found.people
    assert place.providers.received == []


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("big.sol", b" " * 1_000_001, "1,000,000 bytes"),
        ("none.zip", zipped({"README.md": "x"}), "no .sol file"),
        ("no.zip", b"not a zip at all", "no zip"),
        ("many.zip", zipped({f"{n}.sol": "" for n in range(501)}), "more than 500"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(place, name, raw, reason):
    found = place.upload(name, raw)
    assert found.machine["status"] == "refused"
    assert reason in found.machine["reason"]


def test_a_binary_under_the_name_of_a_contract_is_no_success(place):
    found = place.upload("blob.sol", b"\0\1\2")
    assert found.machine["status"] == "incomplete"
    assert found.machine["security_score"] is None
    assert "binary" in found.machine["coverage"][0]["reason"]


def test_a_newer_upload_of_the_same_name_wins(place):
    place.s3.put_object(Bucket=place.bucket, Key="again.sol", Body=SAFE.encode())
    found = place.upload("again.sol", FATAL.replace("end()", "newest()").encode())
    assert found.machine["vulnerabilities"][0]["symbol"] == "A.newest"
    assert len(place.providers.received) == 1, "the first was replaced before it was asked about"


def test_an_event_that_comes_twice_costs_once(place):
    place.upload("twice.sol", FATAL.replace("end()", "twice()").encode())
    before = place.results("twice.sol").machine
    there = {"bucket": {"name": place.bucket}, "object": {"key": "twice.sol"}}
    body = json.dumps({"Records": [{"s3": there}]})
    (url,) = [pump._url for pump in place.stack._pumps if pump.name == "UploadFunction"]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    place.run()
    assert place.results("twice.sol").machine == before
    assert len(place.providers.received) == 1


def test_an_upload_that_breaks_off_every_time_says_so(place, monkeypatch):
    def die(*_):
        raise RuntimeError("the archive's fault")

    monkeypatch.setattr("solvet.services.analyses.upload.unpacked", die)
    place.s3.put_object(Bucket=place.bucket, Key="deadly.zip", Body=zipped({"A.sol": SAFE}))
    place.run()
    found = place.results("deadly.zip")
    assert found.machine["status"] == "failed"
    assert "upload it again" in found.machine["reason"]
    (letter,) = place.dead_letters()
    assert "deadly.zip" in letter


def test_an_upload_that_is_gone_leaves_nothing(place):
    place.s3.put_object(Bucket=place.bucket, Key="gone.sol", Body=b"contract A {}")
    place.s3.delete_object(Bucket=place.bucket, Key="gone.sol")
    place.run()
    assert not [name for name in place.objects() if name.startswith("gone")]


def test_other_names_and_other_buckets_are_no_uploads(place):
    found = place.upload("notes.txt", b"hello")
    assert (found.machine, found.people) == (None, None)
    event = '{"Records": [{"s3": {"bucket": {"name": "other"}, "object": {"key": "A.sol"}}}]}'
    assert names_in(event, "uploads") == ()
    assert place.upload("n" * 1_000 + ".sol", FATAL.encode()).machine is None
    assert names_in('{"Service": "Amazon S3", "Event": "s3:TestEvent"}', "uploads") == ()
    with pytest.raises(BadMessage):
        names_in("[]", "uploads")


def test_whoever_hands_something_in_is_no_installation_of_the_app():
    tenants = {tenant_of("issuer", "a"), tenant_of("issuera", ""), tenant_of("upload", "uploads")}
    assert len(tenants) == 3
    assert all(-(2**62) <= tenant < 0 for tenant in tenants)
