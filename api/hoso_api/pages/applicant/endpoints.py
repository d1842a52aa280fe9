"""The first page of an applicant who has signed in."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.session import ApplicantNow
from hoso_api.pages.shared.templating import page

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(shared.secure)]
)


@router.get("/cua-toi")
@acts.named("get_account")
async def own_page(session: ApplicantNow) -> Response:
    """The name of the person who has signed in, and the way out."""
    return page("applicant.html", name=session.name)
