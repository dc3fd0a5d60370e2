"""What silences a finding: a comment in the code, a decision, the baseline, in this order."""

from dataclasses import dataclass, replace

from solvet.domain.change import ChangedFile, ChangeKind, JudgedFinding
from solvet.domain.finding import Engine
from solvet.domain.silence import NONE, Silence, Silencer, Silences
from solvet.domain.suppression import Suppressions


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """All that may silence the findings of one file; `compared` with a base or on its own."""

    file: ChangedFile
    suppressions: Suppressions
    silences: Silences
    compared: bool

    def silence_of(self, judged: JudgedFinding) -> Silence | None:
        """What is fixed needs nobody's silence."""
        if judged.change is ChangeKind.FIXED:
            return None
        return judged.silence or self._commented(judged) or self._decided(judged)

    def _commented(self, judged: JudgedFinding) -> Silence | None:
        """A model is not asked about the base, so its claims go by the comments that hold."""
        finding = judged.finding
        if finding.engine is not Engine.MODEL or self._is_news(judged):
            return None
        line = finding.span.start_line
        asking = (s for s in self.suppressions.holding if s.covers(finding.rule, line))
        return next((Silence(by=Silencer.COMMENT, reason=s.reason) for s in asking), None)

    def _decided(self, judged: JudgedFinding) -> Silence | None:
        """Decisions and the baseline know a moved file by its path before, too.

        The baseline is about what was there: it silences nothing that a change introduces.
        """
        if self.silences is NONE:
            return None
        known = [judged.finding]
        if self.file.previous_path:
            known.append(replace(judged.finding, path=self.file.previous_path))
        found = next(filter(None, (self.silences.of(f.fingerprint) for f in known)), None)
        accepted = found is not None and found.by is Silencer.BASELINE
        return None if accepted and self._is_news(judged) else found

    def _is_news(self, judged: JudgedFinding) -> bool:
        return self.compared and judged.change is ChangeKind.INTRODUCED
