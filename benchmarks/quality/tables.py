"""Plain text tables and lists."""

import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.quality.figures import RuleFigures, Speed
from benchmarks.quality.noise import Noise
from solvet.evaluation.claims import Claim
from solvet.evaluation.figures import Figures
from solvet.evaluation.scoring import Outcome, Score
from solvet.evaluation.tables import Row, percent, table

_MESSAGE = 100


def summary(tools: dict[str, tuple[Figures, Noise | None]]) -> str:
    """The four metrics, one tool a line."""
    head = ("", "recall", "labels", "precision", "findings", "pairs", "of", "noise", "code lines")
    return table(head, (_summary(tool, *each) for tool, each in tools.items()))


def categories(figures: dict[str, Figures]) -> str:
    head = ("category", "labels", "found", "missed", "recall", "alarms", "precision", "pairs", "of")
    return table(head, (_category(name, each) for name, each in figures.items()))


def rules(figures: dict[str, RuleFigures]) -> str:
    head = ("rule", "labels found", "right", "false alarms", "noise", "per 1,000 lines")
    return table(head, (_rule(name, each) for name, each in figures.items()))


def cpu(speed: Speed) -> str:
    return (
        f"CPU: {speed.total:.2f} s for {speed.files} files; a file {speed.median * 1e3:.1f} ms "
        f"(median), slowest {speed.slowest * 1e3:.0f} ms ({speed.slowest_file})"
    )


def misses(score: Score) -> str:
    """Labels without a finding, by place."""
    missed = [judged for judged in score.labels if not judged.hits]
    lines = [f"{_at(j.file, j.label.line)}  {j.label.category}" for j in missed]
    return _listed("missed labels", lines)


def alarms(score: Score) -> str:
    """Findings inside labelled files that hit no label, by place."""
    wrong = [_claim(j.file, j.claim, j.category) for j in score.claims if not j.hits]
    return _listed("findings that hit no label", wrong)


def noise_places(noise: Noise) -> str:
    """Findings in audited code, by place."""
    found = [_claim(file, claim, "/".join(claim.categories)) for file, claim in noise.claims]
    return _listed("findings in audited code", found)


def failed_pairs(score: Score) -> str:
    """Pairs that were not told apart, why, and the findings in the twin."""
    return _listed("pairs not told apart", list(_pairs(score)))


def _pairs(score: Score) -> Iterator[str]:
    for judged in score.pairs:
        if judged.outcome is not Outcome.GOOD:
            pair = judged.pair
            twin = judged.folder / pair.case / "fix.sol"
            ranges = ", ".join(f"{first}-{last}" for first, last in sorted(set(pair.bug_lines)))
            yield f"{_shown(twin.parent)}  {pair.category}: {judged.outcome} (bug.sol {ranges})"
            yield from (f"  {_claim(twin, claim, pair.category)}" for claim in judged.in_fix)


def _summary(tool: str, figures: Figures, noise: Noise | None) -> Row:
    return (
        tool,
        percent(figures.recall),
        f"{figures.found}/{figures.labels}",
        percent(figures.precision),
        f"{figures.right}/{figures.right + figures.wrong}",
        percent(figures.pairs_share),
        f"{figures.pairs_good}/{figures.pairs}",
        f"{noise.rate:.2f}" if noise else "-",
        f"{noise.code_lines:,}" if noise else "-",
    )


def _category(name: str, figures: Figures) -> Row:
    return (
        name,
        str(figures.labels),
        str(figures.found),
        str(figures.labels - figures.found),
        percent(figures.recall),
        str(figures.wrong),
        percent(figures.precision),
        str(figures.pairs_good),
        str(figures.pairs),
    )


def _rule(name: str, figures: RuleFigures) -> Row:
    rate = "-" if figures.noise_rate is None else f"{figures.noise_rate:.2f}"
    counts = (figures.found, figures.right, figures.wrong, figures.noise)
    return (name, *map(str, counts), rate)


def _claim(file: Path, claim: Claim, category: str) -> str:
    sure = f"{claim.severity}/{claim.confidence}"
    message = claim.message[:_MESSAGE]
    return f"{_at(file, claim.line)}  {category}  {claim.rule} ({sure}): {message}"


def _at(file: Path, line: int) -> str:
    return f"{_shown(file)}:{line}"


def _shown(path: Path) -> str:
    """From the current folder, so that an editor can follow it."""
    return os.path.relpath(path)


def _listed(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}: {len(lines) or 'none'}", *(f"  {line}" for line in lines)])
