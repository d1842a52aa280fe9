"""Answers about incidents."""

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage
from hoso_api.rest.dossiers.schemas import OpenIncident
from hoso_api.rest.tasks.schemas import DossierOf


class ListedIncident(OpenIncident):
    """A timer behind which the run could not go on, an external task whose call failed, or a run whose state is damaged."""

    dossier: DossierOf


class IncidentPage(Answer):
    """Some of the open incidents, those open longest first."""

    items: list[ListedIncident]
    page: NextPage
