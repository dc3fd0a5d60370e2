"""What a person reads in a terminal. Plain lines; `paint` adds the colours, if there are any."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.finding import Severity
from solvet.domain.review import Coverage, Review
from solvet.render import receipt, words
from solvet.render.frames import frame, shortened, wrapped
from solvet.render.markdown import one_line

Paint = Callable[[str, str], str]
"""A text and its style (`bold red`) to what the terminal shows."""

_STYLES = {
    Severity.CRITICAL: "bold magenta",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_INDENT = "    "
_DEEPER = "      "
_MAX_STEPS = 10
_MAX_ENTRIES = 30


def plain(text: str, _style: str) -> str:
    """No colours."""
    return text


def terminal(
    review: Review,
    sources: Mapping[str, str],
    *,
    left_out: Sequence[str] = (),
    width: int = 100,
    paint: Paint = plain,
) -> str:
    """The report; `sources` are the texts of the head from which code frames are cut."""
    page = _Page(review, sources, width, paint)
    lines = [*page.findings(), *page.changes(), *page.summary(), *page.coverage(left_out)]
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
            yield ""

    def finding(self, judged: JudgedFinding) -> Iterator[str]:
        finding = judged.finding
        style = _STYLES[finding.severity]
        title = f"{self.paint(finding.severity.upper(), style)}  {one_line(finding.title)}"
        place = f"{one_line(finding.path)}:{finding.span.start_line}:{finding.span.start_column}"
        inside = f" in {one_line(finding.symbol)}" if finding.symbol else ""
        yield f"  {title}  {self.paint(f'[{one_line(finding.rule)}]', 'dim')}"
        yield self.paint(f"  {place}{inside}, confidence {finding.confidence}", "dim")
        if source := self.sources.get(finding.path):
            for text, is_mark in frame(source, finding.span, self.width):
                yield self.paint(text, style if is_mark else "")
        yield from wrapped(one_line(finding.message), _INDENT, self.width)
        for step in finding.trace[:_MAX_STEPS]:
            yield from wrapped(f"line {step.line}: {one_line(step.text)}", _DEEPER, self.width)
        if finding.recommendation:
            yield from wrapped(f"Fix: {one_line(finding.recommendation)}", _INDENT, self.width)
        yield ""

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
        text = f"  {finding.severity:<8}  {place}  {one_line(finding.title)}  [{finding.rule}]"
        return shortened(text, self.width)

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

    def nothing_found(self) -> str:
        if not any(f.looked_at for f in self.review.files):
            return "Nothing was analysed."
        return "No new findings." if self.review.base_sha else "No findings."

    def coverage(self, left_out: Sequence[str]) -> Iterator[str]:
        if self.review.files:
            yield from self.looked_at()
        yield from (f"Left out: {one_line(note)}" for note in left_out)

    def looked_at(self) -> Iterator[str]:
        """What was analysed, what was not and why, and what the flags hold back."""
        lines = sum(file.lines for file in self.review.files)
        looked_at = sum(f.coverage is Coverage.ANALYSED for f in self.review.files)
        yield f"{receipt.totals(self.review)}; {words.counted(lines, 'line')}."
        if not self.review.unfinished and looked_at:
            yield "Every line of them was understood."
        for group in receipt.trouble(self.review):
            yield self.paint(f"{group.title} ({len(group.entries)})", "bold yellow")
            for entry in group.entries[:_MAX_ENTRIES]:
                yield f"  {one_line(entry.path)}: {one_line(entry.note)}"
            if more := len(group.entries[_MAX_ENTRIES:]):
                yield f"  and {more:,} more; --format json lists them all"
        if held := words.held_back(self.review):
            yield f"{held} {self._flags()}"

    def _flags(self) -> str:
        flags = []
        if self.review.policy.show_severity is not Severity.INFO:
            flags.append("--min-severity info")
        if self.review.policy.show_confidence.rank < 2:  # noqa: PLR2004 - low is the last rank
            flags.append("--min-confidence low")
        return f"{' '.join(flags)} shows them."
