"""The keys of `.solvet.yml`: what the reader, the JSON Schema and the differences are made from."""

from collections.abc import Mapping
from typing import Any

from solvet.domain.finding import Confidence, Severity
from solvet.domain.policy import CommentMode, Drafts, Forks, Level, PathSection
from solvet.domain.roles import Role
from solvet.policyfile.groups import Field, Group, Sections
from solvet.policyfile.kinds import MAX_GLOBS, Glob, Kind, ListOf, Number, Words

MAX_DOLLARS = 10_000
MAX_INLINE = 50

_SEVERITY = Words({s.value: s for s in Severity})
_SEVERITY_OR_OFF = Words({"off": None} | {s.value: s for s in Severity})
_CONFIDENCE = Words({c.value: c for c in Confidence})
_SWITCH = Words({"on": True, "off": False})
_SARIF = Words({"auto": True, "off": False})
LEVELS = Words({level.value: level for level in Level})
_LEVEL_TO_FAIL = Words({level.value: level for level in Level if level is not Level.ON})
_ROLES = ListOf(Words({r.value: r for r in Role if r is not Role.SOURCE}), most=len(Role) - 1)
_GLOBS = ListOf(Glob(), most=MAX_GLOBS)
_DOLLARS = Number(0, MAX_DOLLARS, whole=False)


def file_keys(rules: Mapping[str, str]) -> Group:
    """The whole file, for rules given by id with a title each."""
    sections = Sections(section_keys(rules), PathSection)
    return Group(
        [
            Field("version", Number(1, 1), "The version of this format.", "version"),
            *_judging(_SEVERITY_OR_OFF, rules, whole=True),
            Field("include", _GLOBS, "Files to review; all when empty.", "include"),
            Field("exclude", _GLOBS, "Files to leave out, whatever includes them.", "exclude"),
            Field("paths", sections, "What differs for some paths; later wins.", "paths"),
            *_behaviour(),
            Field("models", _models(), "Reviews by language models; `off` switches them off."),
        ]
    )


def section_keys(rules: Mapping[str, str]) -> Group:
    """A section of `paths`."""
    match = Field("match", ListOf(Glob(), MAX_GLOBS, least=1), "The paths it is for.", "match")
    return Group([match, *_judging(_LEVEL_TO_FAIL, rules)], needs="match")


def _judging(fail: Kind, rules: Mapping[str, str], *, whole: bool = False) -> list[Field]:
    """What the file may say for everything, and a section for its paths.

    `whole`: also what is not of one path. Whoever inherits a broken layout may stand anywhere, and
    a part of the change that was not looked at may have no path at all.
    """
    known = [Field(name, LEVELS, title, name) for name, title in rules.items()]
    return [
        Field("show", _show(), "Which findings are shown."),
        Field("fail", _fail(fail, whole=whole), "What fails the check; `off`: no finding does."),
        Field("quiet", _ROLES, "Kinds of files whose findings are held back.", "quiet"),
        Field("rules", Group(known, noun="rule"), "Rules: off, on, or a severity.", "rules"),
    ]


def _show() -> Group:
    return Group(
        [
            Field("severity", _SEVERITY, "From this severity on.", "show_severity"),
            Field("confidence", _CONFIDENCE, "From this confidence on.", "show_confidence"),
        ],
        short=True,
    )


def _fail(severity: Kind, *, whole: bool) -> Group:
    switches = [
        Field("layout", _SWITCH, "Does a broken storage layout?", "fail_layout"),
        Field("guards", _SWITCH, "Does a guard that is removed?", "fail_guards"),
        Field("incomplete", _SWITCH, "Does what was not looked at?", "fail_incomplete"),
    ]
    return Group(
        [
            Field("severity", severity, "From this severity on, or off.", "fail_severity"),
            Field("confidence", _CONFIDENCE, "From this confidence on.", "fail_confidence"),
            *(switches if whole else []),
        ],
        short=True,
    )


def _behaviour() -> list[Field]:
    return [
        Field("drafts", _words(Drafts), "What becomes of draft pull requests.", "drafts"),
        Field("forks", _words(Forks), "Pull requests from forks: as any, or no models.", "forks"),
        Field("comment", _words(CommentMode), "When the summary comment is written.", "comment"),
        Field("inline", _inline(), "Comments on the changed lines; `off` writes none."),
        Field("sarif", _SARIF, "Alerts in code scanning, where the repository has it.", "sarif"),
    ]


def _words(choices: Any) -> Words:
    return Words({choice.value: choice for choice in choices})


def _inline() -> Group:
    return Group(
        [
            Field(
                "severity", _SEVERITY_OR_OFF, "From this severity on, or off.", "inline_severity"
            ),
            Field("most", Number(0, MAX_INLINE), "At most so many a push.", "inline_most"),
        ],
        short=True,
    )


def _models() -> Group:
    budget = [
        Field("scan", _DOLLARS, "Dollars for one scan, at most.", "scan_budget"),
        Field("month", _DOLLARS, "Dollars for a repository and month.", "month_budget"),
    ]
    return Group(
        [
            Field("enabled", _SWITCH, "Are models asked at all?", "models"),
            Field("fail", _SWITCH, "May a model's claim alone fail the check?", "models_fail"),
            Field("second-look", _SEVERITY_OR_OFF, "Claims to question again.", "second_look"),
            Field("budget", Group(budget), "Limits below those of the installation."),
        ],
        short=True,
    )
