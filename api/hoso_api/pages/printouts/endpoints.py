"""Files of drafts and of filings as PDF, for their owners."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.filing import filing_draft, steps
from hoso_api.pages.following import dossier
from hoso_api.pages.following.dossier import DossierKey
from hoso_api.pages.portal.visit import ApplicantVisitNow
from hoso_api.pages.printouts import dossiers, drafts, lines
from hoso_api.pages.shared import session

drafts_router: APIRouter = session.router(f"{filing_draft.ADDRESS}/{{draft}}/kiem-tra")
router: APIRouter = session.router(f"{dossier.ADDRESS}/{{key}}/noi-dung")


@drafts_router.get("/pdf")
@acts.named("get_draft")
@steps.of_a_draft
async def save_draft_paper(draft: UUID, visit: ApplicantVisitNow) -> Response:
    """Everything that was typed, as PDF; each page says that it was not filed."""
    filing = await filing_draft.opened(visit, draft)
    return await lines.saved(await drafts.printout(filing), f"ban-nhap-{filing.package.code}")


@router.get("/pdf")
@acts.named("get_dossier")
async def save_filed_paper(key: DossierKey, visit: ApplicantVisitNow) -> Response:
    """A filing word for word, with when it came in, as PDF."""
    return await lines.saved(await dossiers.printout(visit, key), "ho-so-da-nop")
