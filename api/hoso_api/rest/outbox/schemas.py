"""Bodies and answers about undelivered messages."""

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage
from hoso_api.rest.tasks.schemas import DossierOf
from hoso_workflows.notifications.undelivered import State, Way


class UndeliveredMessage(Answer):
    """A message that waits to be sent, or was set aside; neither its reader nor an address is told."""

    id: int
    status: State
    way: Way
    #: What it says, as `applicant.accepted`.
    topic: str
    dossier: DossierOf | None
    created_at: AwareDatetime
    #: When it is tried again; null for what was set aside.
    again_at: AwareDatetime | None
    attempts: int
    #: What the server said last, without personal data.
    last_error: str | None


class UndeliveredPage(Answer):
    """Some of the messages that are not sent, the oldest first."""

    items: list[UndeliveredMessage]
    page: NextPage
    counted_only: int


class Released(Answer):
    """The number of messages that were released."""

    released: int
