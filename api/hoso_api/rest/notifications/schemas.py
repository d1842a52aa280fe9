"""Bodies and answers about one's own notices and addresses."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from hoso_api.http.fields import Answer, Body, Email
from hoso_api.http.paging import NextPage
from hoso_api.rest.tasks.schemas import DossierOf
from hoso_models import ContactKind, MailLanguage
from hoso_workflows.notifications.notices import Reach

#: The largest number that a notice can have.
LAST = 2**63 - 1


class NoticeOf(Answer):
    """A notice in the caller's own list."""

    id: int
    #: What it says, as `applicant.accepted`.
    topic: str
    title: str
    text: str
    #: How far it has come beside this list.
    status: Reach
    dossier: DossierOf | None
    #: The long job that has ended; null where it is about none.
    job: UUID | None
    at: AwareDatetime
    read_at: AwareDatetime | None


class Notices(Answer):
    """Some of the caller's notices, unread ones first, the newest before the older ones."""

    items: list[NoticeOf]
    page: NextPage


class NoticeCount(Answer):
    """The number of notices that the caller has not read."""

    unread: int


class NoticesSeen(Body):
    """The last notice that the caller has seen."""

    last: int = Field(ge=1, le=LAST)


class NoticesMarked(Answer):
    """The number of notices that were unread before."""

    marked: int


class OwnContact(Answer):
    """A way in which the caller is reached."""

    id: UUID
    kind: ContactKind
    value: str
    entered_at: AwareDatetime
    #: When it was proved; null until then, and nothing is sent there.
    verified_at: AwareDatetime | None


class OwnContacts(Answer):
    """The ways in which the caller is reached, in the order in which they were entered."""

    items: list[OwnContact]


class NewContact(Body):
    """An address of the caller's own."""

    email: Email


class ContactEntered(OwnContact):
    """An address that was entered, with whether the mail server took the code."""

    mailed: bool
    queued: bool


class CodeSent(Answer):
    """The fate of a code: taken by a mail server or not."""

    mailed: bool
    queued: bool


class ContactCode(Body):
    """The code that was mailed."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9 ]{6,12}$")]


#: A local time, as 21:00.
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class DeliveryWish(Body):
    """A preference about mail; what is left out is as usual."""

    language: MailLanguage = MailLanguage.VIETNAMESE
    digest: bool = False
    quiet: bool = False
    urgent_at_once: bool = True
    quiet_from: Clock | None = None
    quiet_until: Clock | None = None


class DeliveryKept(Answer):
    """The preference about mail that holds."""

    language: MailLanguage
    digest: bool
    quiet: bool
    urgent_at_once: bool
    quiet_from: str | None
    quiet_until: str | None
