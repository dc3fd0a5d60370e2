"""What a person reads in a terminal. Plain lines; `paint` adds the colours, if there are any."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.finding import Engine, Severity
from solvet.domain.policy import Hidden
from solvet.domain.review import Coverage, Review
from solvet.domain.verdict import guards_removed
from solvet.render import reach, receipt, silenced, terminal_surface, words
from solvet.render.frames import frame, shortened, wrapped
from solvet.render.markdown import clipped, one_line
from solvet.render.paint import Paint, plain
from solvet.render.provenance import credit, stated
from solvet.render.terminal_edit import edit
from solvet.render.ways import caused

__all__ = ["Paint", "plain", "terminal"]

_STYLES = {
    Severity.CRITICAL: "bold magenta",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_FLAGS = {
    "--min-severity info": {Hidden.SEVERITY},
    "--min-confidence low": {Hidden.CONFIDENCE},
    "--no-policy": {Hidden.RULE, Hidden.ROLE},
}
_INDENT = "    "
_DEEPER = "      "
_MAX_STEPS = 10
_MAX_ENTRIES = 30
_LONGEST_OPINION = 1_000
_LONGEST_NOTE = 300
_LEAST_TITLE = 16


def terminal(
    review: Review,
    sources: Mapping[str, str],
    *,
    left_out: Sequence[str] = (),
    policy: str = "",
    width: int = 100,
    paint: Paint = plain,
    list_silenced: bool = False,
) -> str:
    """The report; `sources` are the texts of the head from which code frames are cut.

    `policy` is where the policy comes from, if it comes from a file.
    """
    page = _Page(review, sources, width, paint)
    lines = [*terminal_surface.cautions(review, page.width, paint), *page.findings()]
    lines += [*terminal_surface.changes(review, page.width, paint), *page.changes()]
    lines += [*page.summary(), *page.failing(), *page.opened(), *page.coverage(left_out)]
    lines += [
        *page.policy(policy),
        *page.silence(listed=list_silenced),
        *page.model(),
        *page.more(),
    ]
    return "\n".join(lines) + "\n"


class _Page:
    def __init__(
        self, review: Review, sources: Mapping[str, str], width: int, paint: Paint
    ) -> None:
        self.review = review
        self.sources = sources
        self.width = max(40, width)
        self.paint = paint

    def findings(self) -> Iterator[str]:
        """The introduced ones (all, when nothing was compared), file by file."""
        shown = sorted(self.review.shown(ChangeKind.INTRODUCED), key=lambda j: j.finding.path)
        for path, group in groupby(shown, key=lambda j: j.finding.path):
            yield self.paint(one_line(path), "bold underline")
            for judged in group:
                yield from self.finding(judged)

    def finding(self, judged: JudgedFinding) -> Iterator[str]:
        finding = judged.finding
        style = _STYLES[finding.severity]
        title = f"{self.paint(finding.severity.upper(), style)}  {one_line(finding.title)}"
        yield f"  {title}  {self.paint(f'[{one_line(finding.rule)}]', 'dim')}"
        yield from (self.paint(f"  {line}", "dim") for line in self.place(judged))
        source = self.sources.get(finding.path)
        if source:
            for text, is_mark in frame(source, finding.span, self.width):
                yield self.paint(text, style if is_mark else "")
        if judged.cause:
            yield from wrapped(caused(judged.cause), _INDENT, self.width)
        yield from wrapped(one_line(finding.message), _INDENT, self.width)
        for step in finding.trace[:_MAX_STEPS]:
            yield from wrapped(f"line {step.line}: {one_line(step.text)}", _DEEPER, self.width)
        if finding.recommendation:
            yield from wrapped(f"Fix: {one_line(finding.recommendation)}", _INDENT, self.width)
        yield from edit(finding, source, self.width, self.paint)
        if judged.opinion:
            opinion = clipped(one_line(stated(judged)), _LONGEST_OPINION)
            yield from wrapped(opinion, _INDENT, self.width)
        yield ""

    def place(self, judged: JudgedFinding) -> list[str]:
        """Where it is and how sure who is, on one line if that is wide enough."""
        finding = judged.finding
        place = f"{one_line(finding.path)}:{finding.span.start_line}:{finding.span.start_column}"
        inside = f" in {one_line(finding.symbol)}" if finding.symbol else ""
        alone = "" if judged.opinion else credit(judged, ", ")
        lines = [f"{place}{inside}", f"confidence {finding.confidence}{alone}"]
        together = ", ".join(lines)
        return [together] if len(together) + 2 <= self.width else lines

    def changes(self) -> Iterator[str]:
        """What was there before and what is gone, in one line each."""
        titles = {ChangeKind.EXISTING: "Already in the base", ChangeKind.FIXED: "Fixed"}
        for kind, title in titles.items():
            if judged := self.review.shown(kind):
                yield self.paint(f"{title} ({len(judged)})", "bold")
                yield from map(self.brief, judged)
                yield ""

    def brief(self, judged: JudgedFinding) -> str:
        finding = judged.finding
        place = f"{one_line(finding.path)}:{finding.span.start_line}"
        before, title = f"  {finding.severity:<8}  {place}  ", one_line(finding.title)
        after = f"  [{finding.rule}]{credit(judged, '  ')}"
        room = max(_LEAST_TITLE, self.width - len(before) - len(after))
        return shortened(f"{before}{shortened(title, room)}{after}", self.width)

    def summary(self) -> Iterator[str]:
        """A table of counts: severities across, and down what the change does."""
        kinds = list(ChangeKind) if self.review.base_sha else [ChangeKind.INTRODUCED]
        if not self.review.files:
            yield f"No Solidity changed since {words.short(self.review.base_sha)}."
            return
        if not any(self.review.shown(kind) for kind in kinds):
            yield self.paint(self.nothing_found(), "bold")
            return
        yield " " * 12 + "".join(f"{s:>10}" for s in Severity)
        for kind in kinds:
            row = [j.finding.severity for j in self.review.shown(kind)]
            name = kind if self.review.base_sha else "findings"
            yield f"{name:<12}" + "".join(f"{row.count(s):>10}" for s in Severity)

    def failing(self) -> Iterator[str]:
        """Why the exit code is 1."""
        if told := words.failing(self.review, "scan"):
            yield from wrapped(told, "", self.width)

    def opened(self) -> Iterator[str]:
        """What nothing fails for, and somebody may want it to."""
        removed = guards_removed(self.review)
        if removed and not self.review.policy.fail_guards:
            told = (
                f"{words.counted(removed, 'guard')} removed: anyone can call what only some could. "
                "With `fail: {guards: on}` in the policy that fails the scan."
            )
            yield from wrapped(told, "", self.width)

    def more(self) -> Iterator[str]:
        """Where the worst of what was found is explained; a model's claims are in no catalogue."""
        shown = self.review.shown(ChangeKind.INTRODUCED)
        rules = [j.finding.rule for j in shown if j.finding.engine is Engine.STATIC]
        if rules:
            told = f"`solvet explain {one_line(rules[0])}` tells why it matters and how to fix it."
            yield from wrapped(told, "", self.width)

    def nothing_found(self) -> str:
        if all(f.coverage is Coverage.EXCLUDED for f in self.review.files):
            return "Nothing was analysed: the policy leaves out every file."
        if not any(f.looked_at for f in self.review.files):
            parsed = any(
                f.coverage in {Coverage.ANALYSED, Coverage.CACHED} for f in self.review.files
            )
            return "Nothing was understood." if parsed else "Nothing was analysed."
        found = "No new findings" if self.review.base_sha else "No findings"
        return f"{found} but silenced ones." if self.review.silenced else f"{found}."

    def coverage(self, left_out: Sequence[str]) -> Iterator[str]:
        if self.review.files:
            yield from self.looked_at()
        for note in reach.notes(self.review):
            yield from wrapped(f"Not looked at: {one_line(note)}", "", self.width)
        yield from (f"Left out: {one_line(note)}" for note in left_out)

    def looked_at(self) -> Iterator[str]:
        """What was analysed, what was not and why, and what the flags hold back."""
        lines = sum(file.lines for file in self.review.files if not file.file.via)
        looked_at = sum(f.coverage is Coverage.ANALYSED for f in self.review.files)
        yield f"{receipt.totals(self.review)}; {words.counted(lines, 'line')}."
        if again := reach.judged_again(self.review):
            yield f"{again}."
        if not self.review.unfinished and looked_at:
            yield "Every line of them was understood."
        for group in (*receipt.trouble(self.review), *receipt.excluded(self.review)):
            yield from self.group(group)
        if held := words.held_back(self.review):
            yield f"{held} {self._flags()}"

    def policy(self, origin: str) -> Iterator[str]:
        """Where the policy comes from, and what the change would make of it."""
        if origin:
            yield f"Policy: {one_line(origin)}."
        if told := self.review.policy_changes:
            yield self.paint("This change edits the policy (no effect until merged)", "bold")
            for sentence in told[:_MAX_ENTRIES]:
                yield from wrapped(clipped(one_line(sentence), _LONGEST_NOTE), "  ", self.width)
        if more := len(told[_MAX_ENTRIES:]):
            yield f"  and {more:,} more; --format json lists them all"

    def silence(self, *, listed: bool) -> Iterator[str]:
        """How many findings somebody keeps quiet, which ones if asked for, and what is amiss."""
        if told := silenced.totals(self.review):
            yield told if listed else f"{told} --show-silenced lists them."
        if listed and self.review.silenced:
            yield from self.group(silenced.silenced(self.review))
        for group in silenced.trouble(self.review):
            yield from self.group(group)
        notes = (silenced.relapsed(self.review), silenced.stale(self.review))
        yield from filter(None, notes)

    def model(self) -> Iterator[str]:
        """The model's part, where one was asked for."""
        if not words.speaks_of_models(self.review):
            return
        names = clipped(one_line(self.review.model.model), _LONGEST_NOTE)
        reach = [f"Model {names}:" if names else "Model:", words.model_part(self.review)]
        for label, text in words.model_notes(self.review):
            reach.append(f"{label}: {clipped(one_line(text), _LONGEST_NOTE)}.")
        yield from wrapped(" ".join(filter(None, reach)), "", self.width)
        if usage := words.model_usage(self.review):
            yield from wrapped(usage, "  ", self.width)
        for group in receipt.unreviewed(self.review):
            yield from self.group(group)

    def group(self, group: receipt.Group) -> Iterator[str]:
        """Files with the same fate and what is to be said of each."""
        yield self.paint(f"{group.title} ({len(group.entries)})", "bold yellow")
        for entry in group.entries[:_MAX_ENTRIES]:
            note = f": {one_line(entry.note)}" if entry.note else ""
            yield f"  {one_line(entry.path)}{note}"
        if more := len(group.entries[_MAX_ENTRIES:]):
            yield f"  and {more:,} more; --format json lists them all"

    def _flags(self) -> str:
        """How to see what is held back, for every reason there is."""
        reasons = {self.review.policy.hidden(finding) for finding in self.review.held_back}
        flags = [flag for flag, why in _FLAGS.items() if reasons & why]
        return f"{' '.join(flags)} {'show' if len(flags) > 1 else 'shows'} them."
