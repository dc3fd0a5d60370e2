"""`python translate.py TEMPLATE`, by the Python of .venv-sam: what CloudFormation makes of it.

Reads a list of parameter sets from standard input and answers a list of templates, as JSON.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

POLICY = "AWSCodeDeployRoleForLambda"


class Policies:
    """The one policy of AWS's own that SAM looks up."""

    def load(self):
        return {POLICY: f"arn:aws:iam::aws:policy/service-role/{POLICY}"}


def uploaded(template, key):
    """As `sam deploy` leaves it: code is in a bucket."""
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = f"s3://artifacts/{key}"
    return template


def main(path):
    text = Path(path).read_text(encoding="utf-8")
    templates = []
    for parameters in json.load(sys.stdin):
        key = parameters.pop("key", "first")
        templates.append(transform(uploaded(yaml_parse(text), key), parameters, Policies()))
    json.dump(templates, sys.stdout)


main(*sys.argv[1:])
