"""What the setup page says when it has one thing to say."""

from dataclasses import dataclass
from http import HTTPStatus

from solvet.domain.setup import Trouble


@dataclass(frozen=True, slots=True)
class Notice:
    """`command` is what whoever operates the stack types to mend it, empty when that is nothing."""

    status: HTTPStatus
    title: str
    text: str
    command: str = ""


_AGAIN = "solvet setup --stack NAME"

NOWHERE = Notice(
    HTTPStatus.NOT_FOUND,
    "There is no such page",
    "The setup page opens by its link. Whoever operates the stack makes one with",
    _AGAIN,
)
CLOSED = Notice(
    HTTPStatus.GONE,
    "The setup is switched off",
    "This page answers only while an App is being set up. Whoever operates the stack makes a new "
    "link with",
    _AGAIN,
)
EXPIRED = Notice(
    HTTPStatus.GONE,
    "This link has expired",
    "A link is good for one hour. Whoever operates the stack makes a new one with",
    _AGAIN,
)
UNKNOWN = Notice(
    HTTPStatus.FORBIDDEN,
    "This is not the link",
    "Perhaps it was copied in part, or a newer one was made since. Whoever operates the stack "
    "makes a new one with",
    _AGAIN,
)
USED = Notice(
    HTTPStatus.FORBIDDEN,
    "This link was opened before",
    "It opens once, in one browser. If that was not you, somebody else has it: a new link shuts "
    "them out. Whoever operates the stack makes one with",
    _AGAIN,
)
STRANGER = Notice(
    HTTPStatus.FORBIDDEN,
    "This page opens by its link only",
    "Use the browser that opened the link, with cookies allowed, or a new link, which whoever "
    "operates the stack makes with",
    _AGAIN,
)
FORGED = Notice(
    HTTPStatus.FORBIDDEN,
    "This did not come from the setup page",
    "Nothing was changed. Go back to the setup page and press its button there. If you did not "
    "begin a setup, close this window.",
)
MALFORMED = Notice(
    HTTPStatus.BAD_REQUEST,
    "GitHub's answer is incomplete",
    "Nothing was changed. Go back to the setup page and press the button again.",
)
BUSY = Notice(
    HTTPStatus.CONFLICT,
    "The App is being set up",
    "This takes a few seconds. Reload the setup page in a minute, not before.",
)
UNAVAILABLE = Notice(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "AWS did not answer",
    "Nothing was changed. Reload the setup page in a minute.",
)
BROKEN = Notice(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "It broke off",
    "The App that GitHub made has no key here, and the table that keeps track did not answer. "
    "Reload the setup page in two minutes: it says what to do.",
)
UNCLOSED = Notice(
    HTTPStatus.OK,
    "The App is set up",
    "Its key and its secret are stored. This page could not be switched off, and closes by itself "
    "within the hour.",
)
FINISHED = Notice(
    HTTPStatus.GONE,
    "The App is set up",
    "Its key and its secret are stored, and this page is switched off.",
)

TROUBLES = {
    Trouble.NONE: "",
    Trouble.REFUSED: "GitHub did not take back the code that it had just given, so there is no "
    "key. Delete the App that was made, if there is one, and press the button again.",
    Trouble.LOST: "GitHub did not answer when it was asked for the App's key, which it tells once. "
    "Delete the App that was made, and press the button again.",
    Trouble.UNWRITTEN: "The App was made, but its key could not be stored, and nobody has it any "
    "more. Delete that App, and press the button again.",
    Trouble.BROKEN_OFF: "It broke off while the App's key was being stored, and whether it was "
    "cannot be told from here. Run solvet doctor; or delete that App, and press the button again.",
}
