"""A dossier right after it was filed: its reference, and reception's term."""

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.portal.visit import ApplicantVisitNow
from hoso_api.pages.shared import session
from hoso_models import ContactKind
from hoso_workflows.dossiers import views
from hoso_workflows.identity import contact_points

router = session.router("/ho-so")


@router.get("/{key}/da-nop")
@acts.named("get_dossier")
async def filed_page(key: Annotated[Key, Path()], visit: ApplicantVisitNow) -> Response:
    """The reference of a dossier, and the hour by which reception answers."""
    dossier = await views.dossier(visit.service, key, **visit.reading)
    points = await contact_points.listed(visit.service.db, visit.principal)
    reached = any(each.kind is ContactKind.EMAIL and each.verified_at for each in points)
    return visit.page("filing/filed.html", dossier=dossier, reached=reached)
