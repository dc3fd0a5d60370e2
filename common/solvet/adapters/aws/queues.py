"""SQS: intake, jobs, reports.

Deliveries and jobs carry their installation as message group. On a standard queue that is no order:
SQS then hands out quiet installations' messages before those of one that fills the queue.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from solvet import wire
from solvet.adapters.aws.faults import translated
from solvet.domain.delivery import Delivery
from solvet.errors import Unavailable

if TYPE_CHECKING:  # the webhook starts without it
    from solvet.domain.scan import Job, Report

ENTRIES_A_BATCH = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""


class SqsIntake:
    """The `Intake` port."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def accept(self, delivery: Delivery) -> None:
        with translated("sending to the intake queue"):
            self._sqs.send_message(
                QueueUrl=self._url,
                MessageBody=wire.encode(delivery).decode(),
                MessageGroupId=str(delivery.installation),
            )

    def waiting(self) -> int:
        """How many deliveries wait to be planned, by SQS's estimate."""
        name = "ApproximateNumberOfMessages"
        with translated("asking the intake queue"):
            reply = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=[name])
        return int(reply["Attributes"][name])


class SqsJobs:
    """The `Jobs` port."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def assign(self, jobs: Sequence["Job"]) -> None:
        for start in range(0, len(jobs), ENTRIES_A_BATCH):
            self._send(jobs[start : start + ENTRIES_A_BATCH])

    def _send(self, jobs: Sequence["Job"]) -> None:
        entries = [
            {
                "Id": str(number),
                "MessageBody": wire.encode(job).decode(),
                "MessageGroupId": str(job.installation),
            }
            for number, job in enumerate(jobs)
        ]
        with translated("sending to a job queue"):
            reply = self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries)
        if reply.get("Failed"):
            raise Unavailable("the job queue did not take every job")


class SqsReports:
    """The `Reports` port: one group for each target keeps its reports in order."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def ask(self, report: "Report") -> None:
        with translated("sending to the report queue"):
            self._sqs.send_message(
                QueueUrl=self._url,
                MessageBody=wire.encode(report).decode(),
                MessageGroupId=_name(report.group),
                MessageDeduplicationId=_name(_asking(report)),
            )


class SqsPostponement:
    """Puts a message off: it becomes visible again after so many seconds."""

    LONGEST = 36_000
    """Seconds; SQS allows twelve hours counted from when the message was received.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
    """

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        with translated("putting a message off"):
            self._sqs.change_message_visibility(
                QueueUrl=self._url,
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=max(0, min(seconds, self.LONGEST)),
            )


def _asking(report: "Report") -> str:
    """What a repeat within five minutes has in common with the first, and a further asking not.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
    """
    return f"{report.scan_id}-{report.kind}-{report.asked}-{report.redriven}"


def _name(group: str) -> str:
    """Group names are short and plain; a ref may be neither.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    """
    return sha256(group.encode()).hexdigest()
