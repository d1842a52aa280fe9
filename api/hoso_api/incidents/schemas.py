"""What goes out about incidents."""

from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.bodies import Answer
from hoso_api.tasks.schemas import DossierOf, Next


class OpenIncident(Answer):
    """A timer behind which the run could not go on, or an external task whose call failed."""

    id: UUID
    element: str
    message: str
    #: The unit that has to look.
    unit: str
    since: AwareDatetime
    dossier: DossierOf


class IncidentPage(Answer):
    """Some of the open incidents, those open longest first."""

    items: list[OpenIncident]
    page: Next
