"""Uploads to code scanning.

https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data
"""

import base64
import binascii
import gzip
import json
import re
import uuid
import zlib

from solvet.local.github.call import Call, Reply
from solvet.local.github.errors import Refusal, not_found, schema_mismatch
from solvet.local.github.records import Json, Sarif

_LARGEST_BYTES = 10_000_000
_SHA = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"refs/(heads/.+|tags/.+|pull/\d+/(merge|head))")


def upload(call: Call) -> Reply:
    """`POST …/code-scanning/sarifs`."""
    if not call.repo.code_scanning:
        raise Refusal(
            403, "Code Security must be enabled for this repository to use code scanning."
        )
    fields = call.fields()
    sha, ref = fields.required_text("commit_sha"), fields.required_text("ref")
    if not _SHA.fullmatch(sha):
        raise schema_mismatch("For 'commit_sha', is not a full SHA.")
    if not _REF.fullmatch(ref):
        raise schema_mismatch("For 'ref', is not a full reference.")
    document = _document(fields.required_text("sarif"))
    sarif = Sarif(str(uuid.uuid4()), call.repo, sha, ref, document)
    call.world.sarifs[sarif.id] = sarif
    return Reply({"id": sarif.id, "url": _url(call, sarif)}, 202)


def show(call: Call, upload_id: str) -> Reply:
    """`GET …/code-scanning/sarifs/{upload_id}`."""
    sarif = call.world.sarifs.get(upload_id)
    if sarif is None or sarif.repository is not call.repo:
        raise not_found()
    analyses = f"{call.urls.repo(call.repo)}/code-scanning/analyses?sarif_id={sarif.id}"
    return Reply({"processing_status": "complete", "analyses_url": analyses, "errors": None})


def _document(encoded: str) -> Json:
    try:
        packed = base64.b64decode(encoded, validate=True)
        if len(packed) > _LARGEST_BYTES:
            raise Refusal(413, "SARIF upload too large")
        document = json.loads(gzip.decompress(packed))
    except (binascii.Error, OSError, EOFError, zlib.error, ValueError) as error:
        raise Refusal(400, "sarif: must be gzipped and Base64 encoded JSON") from error
    if not isinstance(document, dict) or not isinstance(document.get("runs"), list):
        raise Refusal(400, "sarif: is not a SARIF document")
    return document


def _url(call: Call, sarif: Sarif) -> str:
    return f"{call.urls.repo(call.repo)}/code-scanning/sarifs/{sarif.id}"
