"""The part of SARIF 2.1.0 that we write, stricter than the standard: nothing else may appear.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""


def closed(required, **properties):
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


def listed(items):
    return {"type": "array", "items": items}


TEXT = {"type": "string", "minLength": 1}
POSITIVE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = closed("text", text=TEXT)
URI = {"type": "string", "pattern": r"^[A-Za-z0-9._~/%:-]+$"}
ARTIFACT = closed("uri", uri=URI, uriBaseId={"const": "%SRCROOT%"})
REGION = closed(
    "startLine", startLine=POSITIVE, startColumn=POSITIVE, endLine=POSITIVE, endColumn=POSITIVE
)
LOCATION = closed(
    "physicalLocation",
    physicalLocation=closed("artifactLocation", artifactLocation=ARTIFACT, region=REGION),
    logicalLocations=listed(closed("fullyQualifiedName", fullyQualifiedName=TEXT)),
    message=MESSAGE,
)
FLOW = closed(
    "threadFlows",
    threadFlows=listed(
        closed("locations", locations=listed(closed("location", location=LOCATION)))
    ),
)
FIX = closed(
    "description artifactChanges",
    description=MESSAGE,
    artifactChanges=listed(
        closed(
            "artifactLocation replacements",
            artifactLocation=ARTIFACT,
            replacements=listed(
                closed(
                    "deletedRegion insertedContent",
                    deletedRegion=REGION,
                    insertedContent=closed("text", text={"type": "string"}),
                )
            ),
        )
    ),
)
RULE = closed(
    "id name shortDescription help defaultConfiguration properties",
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    help=closed("text markdown", text=TEXT, markdown=TEXT),
    helpUri={"type": "string", "pattern": "^https://"},
    defaultConfiguration=closed("level", level=LEVEL),
    properties=closed(
        "security-severity category tags",
        **{"security-severity": {"type": "string", "pattern": r"^\d\.\d$"}},
        category=TEXT,
        tags={"type": "array", "items": TEXT, "uniqueItems": True},
    ),
)
RESULT = closed(
    "ruleId ruleIndex level message locations partialFingerprints properties",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations={"type": "array", "minItems": 1, "maxItems": 1, "items": LOCATION},
    partialFingerprints=closed(
        "primaryLocationLineHash",
        primaryLocationLineHash={"type": "string", "pattern": "^[0-9a-f]{16}$"},
    ),
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    suppressions={
        "type": "array",
        "items": closed(
            "kind",
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification=TEXT,
        ),
    },
    properties=closed(
        "severity confidence engine provenance",
        severity=TEXT,
        confidence=TEXT,
        engine=TEXT,
        provenance={"enum": ["rule", "model", "both", "disagreed"]},
        cause=listed(TEXT),
        opinion=closed(
            "stance reason by",
            stance={"enum": ["confirmed", "refuted", "unsure"]},
            reason={"type": "string", "maxLength": 1_000},
            by={"enum": ["a model", "a second look", "the static engine"]},
        ),
    ),
    codeFlows=listed(FLOW),
    fixes=listed(FIX),
)
NOTIFICATION = closed("level message", level=LEVEL, message=MESSAGE, locations=listed(LOCATION))
RUN = closed(
    "tool automationDetails columnKind invocations results",
    tool=closed("driver", driver=closed("name rules", name=TEXT, version=TEXT, rules=listed(RULE))),
    automationDetails=closed("id", id=TEXT),
    columnKind={"const": "unicodeCodePoints"},
    invocations=listed(
        closed(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=listed(NOTIFICATION),
            toolConfigurationNotifications=listed(NOTIFICATION),
        )
    ),
    results=listed(RESULT),
    properties=closed("model", model={"type": "object", "required": ["state", "cost"]}),
)
SCHEMA = closed(
    "$schema version runs",
    **{"$schema": {"type": "string", "pattern": "sarif-schema-2.1.0.json$"}},
    version={"const": "2.1.0"},
    runs=listed(RUN),
)
