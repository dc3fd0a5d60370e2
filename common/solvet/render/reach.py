"""How far a change reaches beyond its own files, for the receipt. Plain values, no markup."""

from solvet.domain.review import FileReview, Review
from solvet.render.receipt import Entry, Group
from solvet.render.ways import arrows
from solvet.render.words import counted

_TITLE = "Unchanged, judged again by the rules because they depend on this change"


def judged_again(review: Review) -> str:
    """`3 unchanged files that depend on the change were judged again`; '' when there are none."""
    number = len(_seen_again(review))
    verb = "depends on the change was" if number == 1 else "depend on the change were"
    return f"{counted(number, 'unchanged file')} that {verb} judged again" if number else ""


def again(review: Review) -> tuple[Group, ...]:
    """The files that were judged again, each with the way to it."""
    entries = [
        Entry(f.file.path, f"by way of {arrows(f.file.via[:-1])}") for f in _seen_again(review)
    ]
    return (Group(_TITLE, tuple(entries)),) if entries else ()


def notes(review: Review) -> tuple[str, ...]:
    """Sentences on what the change moves or reaches and nobody looked at; escape them."""
    pointers = (
        f"`{path}` is a submodule that now points to another commit. What is in it is not part of "
        "this repository and was not reviewed."
        for path in review.submodules
    )
    return (*pointers, *review.notes)


def _seen_again(review: Review) -> list[FileReview]:
    return [f for f in review.files if f.file.via and f.complete]
