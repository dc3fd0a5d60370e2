"""What is booked for models, for whoever ends a file."""

from solvet.adapters.aws.purse import DynamoPurse
from solvet.domain.scan import Scan
from solvet.llm.prices import MICRO
from solvet.ports.money import of_file
from solvet.services.giving_up import Booked


def booked(table: object) -> Booked:
    """Tells the dollars that are spent or reserved for a file over all attempts."""

    def of(scan: Scan, path: str) -> float:
        return DynamoPurse(table, scan.installation).spent(of_file(scan.id, path)) / MICRO

    return of
