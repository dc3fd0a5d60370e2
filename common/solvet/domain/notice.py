"""What people are told, and of what they want to hear."""

from dataclasses import dataclass

from solvet.domain.announcement import (
    Announcement,
    End,
    NewCritical,
    ScanCompleted,
    Subject,
    WeekOfRepository,
)
from solvet.domain.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to people. The headline and the labels are ours, every value may be anybody's.

    `url` is where to read on; empty when there is no such place.
    """

    headline: str
    facts: tuple[tuple[str, str], ...]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What people want to hear of: findings from this severity on, of the default branch only or of
    everything, and weeks.
    """

    severity: Severity = Severity.HIGH
    everywhere: bool = False
    weekly: bool = False

    def include(self, event: Announcement) -> bool:
        match event:
            case WeekOfRepository():
                return self.weekly
            case NewCritical():
                return self._hear_of(event.subject)
            case ScanCompleted():
                return self._hear_of(event.subject) and self._is_news(event)

    def _hear_of(self, subject: Subject) -> bool:
        return self.everywhere or subject.default_branch

    def _is_news(self, event: ScanCompleted) -> bool:
        """Critical findings are told each by itself, and before this."""
        if event.end is End.INCOMPLETE:
            return True
        return event.introduced.from_(self.severity) > event.introduced.critical
