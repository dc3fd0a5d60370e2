"""Every report of a review, validated where there is a schema."""

import json
from pathlib import Path

import jsonschema

from solvet.domain.verdict import decide
from solvet.render.check_run import check_run
from solvet.render.machine import machine
from solvet.render.sarif import sarif
from tests.render.samples import CONTEXT
from tests.render.sarif_schema import SCHEMA as SARIF_SCHEMA

JSON_SCHEMA = json.loads(Path("docs/schema/solvet-scan.schema.json").read_text())


def check_text(made):
    content = check_run(made, decide(made), CONTEXT)
    return f"{content.summary}\n\n{content.text}"


def machine_json(made):
    report = json.loads(json.dumps(machine(made)))
    jsonschema.Draft202012Validator(JSON_SCHEMA).validate(report)
    return report


def sarif_run(made):
    log = json.loads(json.dumps(sarif(made)))
    jsonschema.Draft202012Validator(SARIF_SCHEMA).validate(log)
    return log["runs"][0]
