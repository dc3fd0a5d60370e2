"""Runs every detector over one file, walking its tree once."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from solvet.detectors.blind_spots import blind_spots
from solvet.detectors.detector import Detector, Hit, Rule, Scope
from solvet.detectors.registry import DETECTORS
from solvet.domain.analysis import DetectorFailure, FileAnalysis
from solvet.domain.finding import Finding, numbered
from solvet.solidity import parse
from solvet.solidity.declarations import Contract, Function
from solvet.solidity.model import Model
from solvet.solidity.nodes import Node
from solvet.solidity.source import statement_of, symbol_of

MAX_SECONDS = 3.0
"""CPU for the detectors on one file; contracts that real people wrote take a hundredth of it."""

_MAX_ERROR = 200
_PACE = 8


def analyse(path: str, text: str, context: Mapping[str, str] | None = None) -> FileAnalysis:
    """The findings in `path`; `context` holds further files (path to text) it may inherit from.

    Never raises: what was not understood comes as blind spots, what broke as failures.
    """
    source = parse(text)
    others = {other: value for other, value in (context or {}).items() if other != path}
    model = Model(source, others)
    run = _Run(path, model)
    run.walk(DETECTORS)
    return FileAnalysis(
        path=path,
        lines=source.lines,
        findings=numbered(run.findings),
        blind_spots=blind_spots(model, unseen_from=run.stopped_at),
        failures=tuple(run.failures.values()),
        opaque=_unseen_bases(model),
        detectors=len(DETECTORS),
    )


def _unseen_bases(model: Model) -> tuple[str, ...]:
    """What the file's contracts inherit from and no file at hand declares, each name once."""
    names = (name for contract in model.contracts for name in contract.unknown_bases)
    return tuple(dict.fromkeys(names))


@dataclass(slots=True)
class _Run:
    path: str
    model: Model
    findings: list[Finding] = field(default_factory=list)
    seen: set[tuple[str, int, int]] = field(default_factory=set)
    failures: dict[str, DetectorFailure] = field(default_factory=dict)
    stopped_at: Node | None = None

    def walk(self, detectors: Iterable[Detector[Any]]) -> None:
        words = self.model.source.words
        fitting = (d for d in detectors if not d.words or not d.words.isdisjoint(words))
        interested = _by_kind(fitting)
        deadline = time.thread_time() + MAX_SECONDS
        for node, scope in _scoped(self.model):
            if node.index % _PACE == 0 and time.thread_time() > deadline:
                self.stopped_at = node
                return
            for detector in interested.get(type(node), ()):
                self.visit(detector, node, scope)

    def visit(self, detector: Detector[Any], node: Node, scope: Scope) -> None:
        rule = detector.rule
        if rule.name in self.failures:
            return
        try:
            hits = tuple(detector.check(node, scope))
            if hits:
                new = [hit for hit in hits if self.is_new(rule, hit)]
                self.findings += [_finding(rule, hit, self.path, scope) for hit in new]
        except Exception as error:  # noqa: BLE001 - a broken detector must not stop the others
            message = f"{type(error).__name__}: {error}"[:_MAX_ERROR]
            self.failures[rule.name] = DetectorFailure(rule.name, message)

    def is_new(self, rule: Rule, hit: Hit) -> bool:
        """Whether the rule has said nothing of this place; several functions may lead to it."""
        key = (rule.name, hit.node.start, hit.node.end)
        new = key not in self.seen
        self.seen.add(key)
        return new


def _by_kind(detectors: Iterable[Detector[Any]]) -> dict[type[Node], list[Detector[Any]]]:
    kinds: dict[type[Node], list[Detector[Any]]] = {}
    for detector in detectors:
        for kind in detector.visits:
            kinds.setdefault(kind, []).append(detector)
    return kinds


def _scoped(model: Model) -> Iterator[tuple[Node, Scope]]:
    """Every node of the file in order, with the contract and function it stands in."""
    contracts = {id(contract.node): contract for contract in model.contracts}
    functions = {id(f.node): f for contract in model.contracts for f in contract.own_functions}
    functions |= {id(f.node): f for f in model.free_functions}
    file = contract = scope = Scope(model)
    for node in model.source.nodes:
        if isinstance(node, Contract):
            contract = scope = Scope(model, contracts[id(node)])
        elif isinstance(node, Function):
            function = functions[id(node)]
            scope = Scope(model, function.declared_in, function)
        elif node.parent is model.source.unit:
            contract = scope = file
        elif isinstance(node.parent, Contract):
            scope = contract
        yield node, scope


def _finding(rule: Rule, hit: Hit, path: str, scope: Scope) -> Finding:
    source = scope.source
    start, end = source.head(statement_of(hit.node))
    return Finding(
        rule=rule.name,
        title=rule.title,
        category=rule.category,
        severity=hit.severity or rule.severity,
        confidence=hit.confidence or rule.confidence,
        path=path,
        span=source.span_between(*source.head(hit.node)),
        symbol=symbol_of(hit.node),
        message=hit.message,
        recommendation=hit.recommendation,
        code=source.text[start:end],
        trace=hit.trace,
        references=tuple(reference.id for reference in rule.references),
        fix=hit.fix,
    )
