"""What `sam build` left: is it there, and what is in it."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

_FUNCTION = re.compile(
    r"^    Type: AWS::Serverless::Function\n(?:    .*\n|\n)*?    Properties:\n", re.MULTILINE
)
_TYPE = "    Type: AWS::Serverless::Function\n"
_STAMP = "      AutoPublishCodeSha256: "


def digest(built: Path, parameters: Mapping[str, str]) -> str:
    """Changes with any file that is deployed, and with any parameter."""
    told = hashlib.sha256(repr(sorted(parameters.items())).encode())
    for path in sorted(path for path in built.rglob("*") if path.is_file()):
        told.update(f"\0{path.relative_to(built)}\0".encode())
        told.update(path.read_bytes())
    return told.hexdigest()


def stamp(template: Path, said: str) -> None:
    """Has every function publish a version of its own for this.

    SAM compares properties before references are resolved, and so does not see that a parameter
    has another value: https://github.com/aws/serverless-application-model/issues/3820
    """
    text = template.read_text("utf-8")
    plain = re.sub(rf"^{_STAMP}.*\n", "", text, flags=re.MULTILINE)
    stamped, count = _FUNCTION.subn(lambda found: f"{found[0]}{_STAMP}{said}\n", plain)
    if count == 0 or count != plain.count(_TYPE):
        raise ValueError(f"{template.name} has not the form in which SAM writes it")
    template.write_text(stamped, encoding="utf-8")
