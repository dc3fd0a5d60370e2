"""The second look: another question, which tries to prove a reviewer's claims wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from solvet.domain.change import SecondOpinion, Stance, Witness
from solvet.domain.finding import Finding
from solvet.llm import layout
from solvet.llm.ask import Question, identity, labelled, output_cap, prompt
from solvet.llm.exchange import ModelRequest, Tier
from solvet.llm.material import Material
from solvet.llm.quotes import Quotable
from solvet.llm.reply import SECOND_LOOK_NAME, SECOND_LOOK_SCHEMA, Assessment, read_second_look
from solvet.llm.routing import focus_lines
from solvet.llm.wording import MAX_MESSAGE, MAX_REASON, MAX_TITLE, one_line

MAX_CLAIMS = 20


class _Claimed(msgspec.Struct, frozen=True):
    severity: str
    category: str
    lines: str
    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the second look makes of the claim with this fingerprint.

    `grounded` says that the lines it quotes stand in the code. Only a grounded refutation counts.
    """

    fingerprint: str
    opinion: SecondOpinion
    grounded: bool

    @property
    def refutes(self) -> bool:
        return self.grounded and self.opinion.stance is Stance.REFUTED


def second_look(material: Material, claims: Sequence[Finding]) -> Question:
    """What to ask about the claims that were made of `material`; the worst 20 of them."""
    labels = labelled("C", sorted(claims, key=lambda f: f.sort_key)[:MAX_CLAIMS])

    def parts(number: layout.Numbering) -> tuple[str]:
        lines = (f"{label} {_claimed(f, number)}" for label, f in labels.items())
        return ("\n".join(["# Claims", *lines]),)

    instructions, content = prompt("verify.md"), layout.unnumbered(material, parts)
    request = ModelRequest(
        instructions=instructions,
        input=layout.shown(material, parts),
        schema=SECOND_LOOK_SCHEMA,
        schema_name=SECOND_LOOK_NAME,
        max_output_tokens=output_cap(focus_lines(material), len(labels), Tier.STRONG),
        tier=Tier.STRONG,
        identity=identity(Tier.STRONG, instructions, SECOND_LOOK_SCHEMA, content),
        lines=layout.line_numbers(material),
    )
    return Question(request=request, labels=labels)


def doubts(
    reply: str, asked: Question, code: Quotable, lines: tuple[int, ...] = ()
) -> tuple[Doubt, ...]:
    """What `reply` says of each claim it was `asked` about; of several opinions the first counts.

    `code` is what was shown of the file, `lines` are the line numbers of the earlier equal question
    that was answered, if it was. Raises WrongSchema when the reply is none.
    """
    numbers = dict(zip(reversed(lines), reversed(asked.request.lines), strict=False))
    return tuple(
        Doubt(
            finding.fingerprint,
            SecondOpinion(said.stance, one_line(said.reason, MAX_REASON), Witness.SECOND_LOOK),
            code.find(said.quote, numbers.get(said.start_line, said.start_line)) is not None,
        )
        for finding, said in _answered(read_second_look(reply).opinions, asked)
    )


def _answered(
    opinions: Sequence[Assessment], asked: Question
) -> Iterator[tuple[Finding, Assessment]]:
    first = {opinion.label.strip(): opinion for opinion in reversed(opinions)}
    return ((claim, first[label]) for label, claim in asked.labels.items() if label in first)


def _claimed(finding: Finding, number: layout.Numbering) -> str:
    """As JSON on one line: a model wrote it, and hostile code may have told it what to write."""
    claim = _Claimed(
        severity=finding.severity,
        category=finding.category,
        lines=layout.place(finding, number),
        title=one_line(finding.title, MAX_TITLE),
        explanation=one_line(finding.message, MAX_MESSAGE),
    )
    return msgspec.json.encode(claim).decode()
