"""People whom an identity provider has signed in and nobody knows here."""

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.openid import refusals
from hoso_api.pages.records.registers import LENGTH, AfterWord
from hoso_api.pages.register import administering, people
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.identity import history
from hoso_workflows.identity.providers import linking
from hoso_workflows.organisation import permissions

PAGE = f"{administering.ADDRESS}/danh-tinh-chua-biet"
LIST = "list_unknown_identities"
router = session.router(PAGE)


@router.get("")
@acts.named("list_unknown_identities")
async def unknown_identities_page(visit: VisitNow, after: AfterWord = "") -> Response:
    """People who were sent away at the sign-in, the last first."""
    await administering.overseen(visit, LIST)
    try:
        found = await linking.unknown(visit.service.db, at=visit.at, limit=LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(PAGE, status_code=303)
    await people.listed(visit, LIST, None, [each.id for each in found.items])
    return visit.page(
        "records/identities.html",
        here=administering.HERE,
        sections=administering.PLACES,
        rows=found.items,
        refused=[
            (each, messages.opening(messages.translated(refusals.meaning(each.reason))))
            for each in await history.refused_at_providers(visit.service.db, at=visit.at)
        ],
        counted_days=history.COUNTED.days,
        days=linking.LISTED.days,
        enters=bool(permissions.overseen(visit.rights, "enter_person")),
        after=found.after,
        first=not after,
    )
