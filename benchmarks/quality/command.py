"""The command: what it is asked, and the order of what it prints."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality import engine, figures, sarif, tables
from benchmarks.quality.fetch import fetch
from benchmarks.quality.noise import CleanFile, Noise, clean_files, noise
from solvet.cli.files import read
from solvet.domain.finding import Confidence, Severity
from solvet.errors import SolvetError
from solvet.evaluation.claims import Claims, Threshold
from solvet.evaluation.figures import by_category, overall
from solvet.evaluation.labels import LabelledSet, load
from solvet.evaluation.scoring import Score, score
from solvet.wire import encode

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "build" / "labelled"
CLEAN = ROOT / "build" / "clean"


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is judged: labelled sets and audited code."""

    sets: tuple[LabelledSet, ...]
    clean: tuple[CleanFile, ...]

    @property
    def files(self) -> list[tuple[Path, Path]]:
        """Every file with the folder that its imports are looked up in."""
        labelled = [(each.folder, file) for each in self.sets for file in each.files]
        return labelled + [(each.root, each.file) for each in self.clean]


@dataclass(frozen=True, slots=True)
class Result:
    """A tool's judgements over a corpus."""

    claims: Claims
    score: Score
    noise: Noise | None


def main(arguments: list[str]) -> None:
    """Measure and print; exits with a message when something that is named cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        results = _measured(options)
        if options.json:
            options.json.write_bytes(encode({r.claims.tool: _kept(r) for r in results}))
    except (SolvetError, OSError) as error:
        sys.exit(f"quality: {error}")
    print("\n\n".join(_report(results, options)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks/run.py quality")
    add = parser.add_argument
    add(
        "--data",
        nargs="+",
        type=Path,
        metavar="PATH",
        default=[LABELLED],
        help="folders of labelled sets (build/labelled)",
    )
    add("--clean", nargs="+", type=Path, metavar="PATH", default=[], help="audited code, for noise")
    add("--fetch-clean", action="store_true", help="let npm pack audited code into build/clean")
    add("--sarif", nargs="+", type=_log, default=[], metavar="TOOL=FILE", help="another tool's log")
    add(
        "--severity",
        choices=list(Severity),
        default=Severity.MEDIUM,
        help="count from here (medium)",
    )
    add(
        "--confidence",
        choices=list(Confidence),
        default=Confidence.LOW,
        help="count from here (low)",
    )
    add("--misses", action="store_true", help="list missed labels, and failed pairs")
    add(
        "--alarms",
        action="store_true",
        help="list false alarms and noise, and failed pairs",
    )
    add("--json", type=Path, metavar="FILE", help="keep the figures in this file")
    return parser


def _log(text: str) -> tuple[str, Path]:
    tool, _, file = text.partition("=")
    if not tool or not file:
        raise argparse.ArgumentTypeError(f"not TOOL=FILE: {text}")
    return tool, Path(file)


def _measured(options: argparse.Namespace) -> list[Result]:
    roots = [*options.clean, *([fetch(CLEAN)] if options.fetch_clean else [])]
    sets = tuple(labelled for path in options.data for labelled in load(path, read))
    corpus = Corpus(sets, clean_files(roots))
    threshold = Threshold(Severity(options.severity), Confidence(options.confidence))
    return [_judged(corpus, claims.above(threshold)) for claims in _all_claims(corpus, options)]


def _all_claims(corpus: Corpus, options: argparse.Namespace) -> Iterator[Claims]:
    """Ours first, then the other tools' as they were named."""
    yield engine.run(corpus.files)
    logs: dict[str, list[Path]] = {}
    for tool, file in options.sarif:
        logs.setdefault(tool, []).append(file)
    for tool, files in logs.items():
        yield sarif.claims(tool, files, [file for _, file in corpus.files])


def _judged(corpus: Corpus, claims: Claims) -> Result:
    return Result(claims, score(corpus.sets, claims), noise(corpus.clean, claims))


def _kept(result: Result) -> dict[str, object]:
    rate = result.noise and {"rate": result.noise.rate, "code_lines": result.noise.code_lines}
    return {
        "overall": overall(result.score),
        "noise": rate,
        "categories": by_category(result.score),
        "rules": figures.by_rule(result.score, result.noise),
        "speed": figures.speed(result.claims),
    }


def _report(results: list[Result], options: argparse.Namespace) -> Iterator[str]:
    """The parts of the report, to be set apart by blank lines."""
    yield tables.summary({r.claims.tool: (overall(r.score), r.noise) for r in results})
    for result in results:
        yield f"### {result.claims.tool}"
        yield tables.categories(by_category(result.score))
        yield tables.rules(figures.by_rule(result.score, result.noise))
        yield from _details(result, options)


def _details(result: Result, options: argparse.Namespace) -> Iterator[str]:
    if options.misses:
        yield tables.misses(result.score)
    if options.alarms:
        yield tables.alarms(result.score)
        if result.noise:
            yield tables.noise_places(result.noise)
    if options.misses or options.alarms:
        yield tables.failed_pairs(result.score)
    if result.claims.problems:
        yield "\n".join(result.claims.problems)
    if speed := figures.speed(result.claims):
        yield tables.cpu(speed)
