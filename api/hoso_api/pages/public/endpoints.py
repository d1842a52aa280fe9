"""The check of a paper, to which the QR code of each letter leads."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.http.unknown_callers import throttled
from hoso_api.pages.shared.templating import page
from hoso_workflows import errors
from hoso_workflows.correspondence import letter_views

router = APIRouter(include_in_schema=False)
Letter = Annotated[str, Path(description="The id in the paper's QR code.")]


@router.get(letter_views.CHECK + "/{letter}", dependencies=[Depends(throttled)])
@acts.named("check_letter")
async def check_paper(letter: Letter, service: ServiceNow) -> Response:
    """Confirm a paper to its holder."""
    try:
        found = await letter_views.checked(service, UUID(letter))
    except (ValueError, errors.NotFound):
        return page("paper.html", status=404, found=None)
    instants = {
        name: found[name] and datetime.fromisoformat(found[name]) for name in ("issued_at", "cancelled_at")
    }
    return page("paper.html", found={**found, **instants})
