"""The first page of an applicant who has signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.templating import page
from hoso_models import SessionKind
from hoso_workflows.identity.sessions import Session

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(shared.secure)]
)


async def applicant(request: Request) -> Session:
    """The applicant's session of a request. Raises TokenMissing."""
    found = await shared.current(request, SessionKind.APPLICANT)
    if found is None:
        raise authentication.TokenMissing
    return found


@router.get("/cua-toi")
@acts.named("get_account")
async def own_page(session: Annotated[Session, Depends(applicant)]) -> Response:
    """The name of the person who has signed in, and the way out."""
    return page("applicant.html", name=session.name)
