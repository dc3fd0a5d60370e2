"""The upload bucket, wired."""

from collections.abc import Mapping

from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsJobs, SqsPostponement
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.aws.uploads import S3Uploads, names_in
from solvet.bootstrap import cloud
from solvet.bootstrap.messages import Attempt, Consumer
from solvet.bootstrap.settings import MODELS_OFF_BECAUSE, settings
from solvet.domain.metrics import Outcome
from solvet.domain.submission import tenant_of
from solvet.services.analyses.begin import AnalysisParts
from solvet.services.analyses.upload import UploadParts, take

UNPACKING = 20.0
"""Seconds; ten megabytes are read, unpacked and stored in two."""


def uploader(environ: Mapping[str, str]) -> Consumer:
    """What takes uploads in."""
    config = settings("upload", environ)
    sqs, s3, bucket = cloud.client("sqs"), cloud.client("s3"), config["SOLVET_UPLOAD_BUCKET"]
    parts = UploadParts(
        analyses=AnalysisParts(
            state=DynamoState(cloud.table(config["SOLVET_TABLE"])),
            storage=S3Storage(s3, config["SOLVET_BUCKET"]),
            static_jobs=SqsJobs(sqs, config["SOLVET_STATIC_QUEUE_URL"]),
            models_off_because=MODELS_OFF_BECAUSE[config["SOLVET_MODELS"]],
        ),
        uploads=S3Uploads(s3, bucket),
        tenant=tenant_of("upload", bucket),
    )

    def handle(body: str, attempt: Attempt) -> Outcome:
        names = names_in(body, bucket)
        told = [take(name, parts, last=attempt.last) for name in names]
        words = "; ".join(each.words for each in told) or "no upload"
        return Outcome(words, tuple(m for each in told for m in each.measured))

    postpone = SqsPostponement(sqs, config["SOLVET_UPLOADS_QUEUE_URL"]).postpone
    return Consumer(handle, postpone, takes=UNPACKING)
