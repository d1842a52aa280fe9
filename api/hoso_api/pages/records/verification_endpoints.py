"""Verification of every chain as a page."""

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.records import registers
from hoso_api.pages.records.registers import ADDRESS, HERE
from hoso_api.pages.register import administering, doing
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows import localtime
from hoso_workflows.jobs import verification, works
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.organisation.permissions.readings import access, of_list, record

PAGE = f"{ADDRESS}/kiem-chung"
router = session.router(PAGE)


@router.get("")
@acts.named("list_verifications")
async def verification_page(visit: VisitNow) -> Response:
    """The newest verification, and what it found in the reader's units."""
    await administering.overseen(visit, verification.LIST)
    return await _shown(visit, Filled.first(visit))


@router.post("")
@acts.named("verify_chains")
async def verify(visit: VisitNow, form: FormNow) -> Response:
    """Have every chain verified. The same button once more is the same job."""
    try:
        service, key = visit.service, f"trang{PAGE}/{form.key}"
        await doing.carried(
            visit,
            form,
            lambda: verification.order(service, actor=visit.principal, at=visit.at, key=key),
            {},
        )
    except Stopped as stopped:
        await administering.overseen(visit, verification.LIST)
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(PAGE, status_code=303)


async def _shown(visit: Visit, form: Filled) -> Response:
    db = visit.service.db
    found = await verification.last(db, visit.principal, visit.at)
    differing = found.differing if found else ()
    seen = access(
        verification.LIST,
        visit.principal,
        None,
        visit.at,
        visit.origin,
        reading=of_list(visit.rights, verification.LIST),
    )
    await record(db, seen, [each.reference for each in differing])
    tops = await procedure_rights.top_units(db, localtime.local_date(visit.at))
    return visit.page(
        "records/verification.html",
        form.status,
        here=HERE,
        registers=registers.places(visit),
        way=PAGE,
        found=found,
        orders=administering.may(visit, works.VERIFYING, *tops),
        form=form,
    )
