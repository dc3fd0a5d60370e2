"""Installations that have suspended the App: left alone, told once in a run, and never given up.

https://docs.github.com/en/apps/maintaining-github-apps/suspending-a-github-app-installation
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from solvet.domain.scan import Scan
from solvet.domain.submission import is_tenant
from solvet.errors import Denied, Gone, Retry, Suspended, Throttled
from solvet.services.healer import Action, Deed, HealerParts
from solvet.services.limited import respecting

SUSPENDED_FOR = 3_600
"""Seconds until it is tried again whether the App may look at what is open."""


def found_suspended(installation: int, parts: HealerParts) -> Iterator[Deed]:
    """Tell it, unless this run has told it already."""
    if installation not in parts.suspended:
        parts.suspended.add(installation)
        yield Deed(Action.LEFT_ALONE, "the App is suspended there", installation)


@dataclass(slots=True)
class Doors:
    """Whether installations let the App in; each is knocked at once, and none during an outage."""

    parts: HealerParts
    _knocked: set[int] = field(default_factory=set)
    _outage: bool = False

    def shut(self, scan: Scan) -> bool:
        """Is the App suspended where that scan is? No, where nobody can tell."""
        installation = scan.installation
        if installation in self.parts.suspended:
            return True
        if is_tenant(installation) or installation in self._knocked or self._outage:
            return False
        self._knocked.add(installation)
        return self._refused(scan)

    def _refused(self, scan: Scan) -> bool:
        try:
            with respecting(scan.installation, self.parts.state):
                self.parts.github(scan.installation, scan.repository)
        except Suspended:
            return True
        except (Gone, Denied, Throttled):
            return False
        except Retry:
            self._outage = True
        return False
