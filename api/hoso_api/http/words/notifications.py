"""Meaning and example of the fields and parameters of notices and own addresses."""

from collections.abc import Mapping
from typing import Any

_AT, _ID = "2026-03-02T09:00:00+07:00", "0b9f1f64-6e0b-5c4d-9a51-5a9d8f1f0a77"
_MAILED = ("True when a mail server has taken the code.", True)
_QUEUED = ("True when it was put off: a mail with another code follows by itself.", False)
_CONTACT = {
    "id": ("Id of the address or number.", _ID),
    "value": ("The address or number itself.", "nguoi.nop@example.org"),
    "entered_at": ("When it was entered.", _AT),
    "verified_at": ("When it was proved; null until then, and nothing is sent there.", _AT),
}
_DELIVERY = {
    "language": ("The language of mails to you.", "vi"),
    "digest": (
        "True for one mail at the opening of each working day in place of one for each message.",
        False,
    ),
    "quiet": (
        "True where mail waits outside of office hours: those of your unit, for your own dossiers those of their desk.",
        False,
    ),
    "urgent_at_once": (
        "True where what is late or will soon be late, and what asks an applicant for something, waits for neither digest nor opening.",
        True,
    ),
    "quiet_from": (
        "Local time from which you are told nothing of your own dossiers; null for that of the installation, the same as the end for none.",
        "21:00",
    ),
    "quiet_until": (
        "Local time until which that holds; before the begin it is that of the next day.",
        "06:00",
    ),
}

#: `Schema.field` → what it means there, and an example.
NOTICE_FIELDS: Mapping[str, tuple[str, Any]] = {
    "NoticeOf.id": ("Number of the notice.", 4711),
    "NoticeOf.title": (
        "Heading of the notice, in Vietnamese.",
        "Hồ sơ H27.PVHCC-260302-0012 đã được tiếp nhận",
    ),
    "NoticeOf.text": (
        "The notice itself, in Vietnamese.",
        "Hồ sơ đã được tiếp nhận và đang được giải quyết.",
    ),
    "NoticeOf.status": ("How far it has come beside this list.", "listed"),
    "NoticeOf.job": ("Id of the long job that has ended; null where the notice is about none.", _ID),
    "NoticeOf.at": ("When it was told.", _AT),
    "NoticeOf.read_at": ("When you first marked it as read; null until then.", _AT),
    "NoticeCount.unread": ("How many notices you have not read.", 3),
    "NoticesSeen.last": ("Number of the last notice that you have seen.", 4711),
    "NoticesMarked.marked": ("How many of them you had not read before.", 3),
    **{
        f"{schema}.{name}": word
        for schema in ("OwnContact", "ContactEntered")
        for name, word in _CONTACT.items()
    },
    **{
        f"{schema}.{name}": word
        for schema in ("DeliveryWish", "DeliveryKept")
        for name, word in _DELIVERY.items()
    },
    "NewContact.email": ("Address of e-mail.", "nguoi.nop@example.org"),
    "InvitationGiven.mailed": ("True when a mail server has taken the link for the person.", False),
    "ContactEntered.mailed": _MAILED,
    "CodeSent.mailed": _MAILED,
    "ContactEntered.queued": _QUEUED,
    "CodeSent.queued": _QUEUED,
    "ContactCode.code": ("The six digits that were mailed.", "012345"),
}
NOTICE_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "notice": ("Number of the notice.", 4711),
    "unread": ("Only what was not read.", True),
    "send_contact_code.contact": ("Id of the address.", _ID),
    "confirm_own_contact.contact": ("Id of the address.", _ID),
    "end_own_contact.contact": ("Id of the address or number.", _ID),
}
