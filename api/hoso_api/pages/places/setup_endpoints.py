"""Setup file of a house: written back, previewed, applied."""

from http import HTTPStatus

from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.places import setup
from hoso_api.pages.places.setup import APPLYING, EXPORTING, Outcome
from hoso_api.pages.register import administering, people
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.organisation import permissions
from hoso_workflows.setup import export

#: How a setup file is sent to a browser.
TOML = "application/toml"

router = session.router(setup.ADDRESS)


@router.get("")
@acts.named(APPLYING)
async def house_page(visit: VisitNow) -> Response:
    """The form that takes a setup file, and the present one to begin with."""
    await administering.overseen(visit, APPLYING)
    return await _shown(visit, Filled.first(visit))


@router.get("/tep")
@acts.named(EXPORTING)
async def present_setup(visit: VisitNow) -> Response:
    """The present register as a file. Raises Forbidden for who does not administer all of it."""
    units = await administering.overseen(visit, EXPORTING)
    for top in await visit.service.db.rows("select code from unit where parent_code is null order by code"):
        await administering.require(visit, EXPORTING, top.code)
    await people.listed(visit, EXPORTING, None, sorted(units))
    headers = {"Content-Disposition": 'attachment; filename="hoso-setup.toml"'}
    return Response(await export.export(visit.service.db, visit.at), media_type=TOML, headers=headers)


@router.post("/xem-truoc")
@limits.takes(limits.Size.PACKAGE)
@acts.named(APPLYING)
async def foresee_setup(visit: VisitNow, form: FormNow) -> Response:
    """The acts that a file would lead to; nothing is stored."""
    await administering.overseen(visit, APPLYING)
    try:
        form = await setup.with_file(form)
        found = await setup.carried(visit, form, dry_run=True)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return await _shown(visit, Filled(form.key, typed=form.typed), found=found)


@router.post("")
@limits.takes(limits.Size.PACKAGE)
@acts.named(APPLYING)
async def take_setup(visit: VisitNow, form: FormNow) -> Response:
    """Apply a file as its preview showed it, all or nothing. Applied once more, it changes nothing."""
    await administering.overseen(visit, APPLYING)
    try:
        # A file that was chosen meanwhile has not been previewed.
        form = await setup.with_file(form)
        found = await setup.carried(visit, form, dry_run=True)
        if found.total and found.digest != form.text(setup.SEEN):
            why = spoken("Tệp hoặc dữ liệu của cơ quan đã đổi sau khi xem trước. Xem trước lại rồi áp dụng.")
            raise Stopped(form, [Fault(why)], status=HTTPStatus.CONFLICT)
        done = await setup.carried(visit, form, dry_run=False)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return await _shown(visit, Filled(typed=form.typed), done=done)


async def _shown(
    visit: Visit, form: Filled, *, found: Outcome | None = None, done: Outcome | None = None
) -> Response:
    return visit.page(
        "places/setup.html",
        form.status,
        here=HERE,
        form=form,
        found=found,
        done=done,
        whole=await administering.whole(visit, permissions.overseen(visit.rights, EXPORTING)),
        largest=setup.LARGEST,
        most=setup.MOST,
    )
