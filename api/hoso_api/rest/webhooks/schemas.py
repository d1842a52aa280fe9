"""Bodies and answers about receivers of webhooks."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from hoso_api.http.fields import Answer, Body, Key, Name
from hoso_api.http.paging import NextPage
from hoso_api.rest.tasks.schemas import DossierOf
from hoso_models import ReceiverKind
from hoso_workflows.webhooks.deliveries import DeliveryState
from hoso_workflows.webhooks.kinds import Event
from hoso_workflows.webhooks.receivers import LONGEST, LONGEST_OVERLAP

_HOURS = int(LONGEST_OVERLAP.total_seconds() // 3600)


class WebhookEntry(Body):
    """A receiver of events about the dossiers of a unit and those below it."""

    unit: Key
    kind: ReceiverKind = ReceiverKind.SYSTEM
    name: Name
    url: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
    events: Annotated[list[Event], Field(min_length=1, max_length=len(Event))]
    carries_contact: bool = False


class WebhookChange(Body):
    """A change of a receiver; what is left out stays."""

    name: Name | None = None
    url: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)] | None = None
    events: Annotated[list[Event], Field(min_length=1, max_length=len(Event))] | None = None
    carries_contact: bool | None = None


class WebhookGiven(Answer):
    """A secret that is shown this once."""

    receiver: UUID
    secret: str
    old_secret_until: AwareDatetime | None


class WebhookRotation(Body):
    """The time for which the secret of before stays good."""

    overlap_hours: Annotated[int, Field(ge=0, le=_HOURS)] = 24


class Webhook(Answer):
    """A receiver, and how it has answered lately; no secret is told."""

    id: UUID
    unit: str
    kind: ReceiverKind
    name: str
    url: str
    events: list[Event]
    carries_contact: bool
    entered_at: AwareDatetime
    ended_at: AwareDatetime | None
    last_success_at: AwareDatetime | None
    failing_since: AwareDatetime | None
    again_at: AwareDatetime | None
    last_error: str | None
    waiting: int
    aside: int
    old_secret_until: AwareDatetime | None
    version: int


class Webhooks(Answer):
    """The receivers of the units that you administer."""

    items: list[Webhook]


class WebhookEnd(Answer):
    """A receiver to which nothing goes any more."""

    ended_at: AwareDatetime


class WebhookTest(Answer):
    """A test message that waits for the next round."""

    message: int


class WebhookDelivery(Answer):
    """A message for a receiver."""

    id: int
    webhook_id: str
    type: str
    status: DeliveryState
    dossier: DossierOf | None
    created_at: AwareDatetime
    sent_at: AwareDatetime | None
    again_at: AwareDatetime | None
    attempts: int
    last_error: str | None


class WebhookDeliveryPage(Answer):
    """Some of the messages for a receiver, the newest first."""

    items: list[WebhookDelivery]
    page: NextPage
    counted_only: int
