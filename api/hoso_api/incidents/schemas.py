"""What goes out about incidents."""

from hoso_api.bodies import Answer
from hoso_api.dossiers.schemas import OpenIncident
from hoso_api.paging import NextPage
from hoso_api.tasks.schemas import DossierOf


class ListedIncident(OpenIncident):
    """A timer behind which the run could not go on, an external task whose call failed, or a run whose state is damaged."""

    dossier: DossierOf


class IncidentPage(Answer):
    """Some of the open incidents, those open longest first."""

    items: list[ListedIncident]
    page: NextPage
