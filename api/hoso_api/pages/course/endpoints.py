"""Pages of acts on the course of a dossier, made of `act_page.PAGES`."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.course import act_page
from hoso_api.pages.course.act_page import ActPage
from hoso_api.pages.desk import queue
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_endpoints import DossierKey
from hoso_api.pages.shared import acting, letter_preview, session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow

router = session.router(dossier_frame.ADDRESS)

Endpoint = Callable[..., Awaitable[Response]]


async def _shown(visit: Visit, key: str, page: ActPage, form: Filled) -> Response:
    subject = await dossier_frame.read(visit, key)
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_act.html",
        tab=page.word,
        form=form,
        page=page,
        units=await act_page.units(visit),
        refusal=await dossier_frame.refusal(visit, subject, page.act),
    )


def _read(page: ActPage) -> Endpoint:
    async def read(key: DossierKey, visit: VisitNow) -> Response:
        return await _shown(visit, key, page, Filled.first(visit))

    return _named(read, "get_dossier", f"read_{page.act}", page)


def _do(page: ActPage) -> Endpoint:
    async def do(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
        try:
            command = page.asked(form, await act_page.units(visit))
            done = await acting.act(visit, form, key, command, fields=page.places)
        except Stopped as stopped:
            return await _shown(visit, key, page, Filled.again(stopped))
        return await acting.onward(visit, await _behind(visit, key, page), done)

    return _named(do, page.act, page.act, page)


def _preview(page: ActPage) -> Endpoint:
    async def preview(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
        try:
            command = page.asked(form, await act_page.units(visit))
            return await letter_preview.preview(visit, key, form, command, page.places)
        except Stopped as stopped:
            return await _shown(visit, key, page, Filled.again(stopped))

    return _named(preview, "read_letter", f"preview_{page.act}", page)


async def _behind(visit: Visit, key: str, page: ActPage) -> str:
    """The letter that was issued, else the dossier; the desk for what its officer may read no more."""
    if not page.letter:
        return f"{dossier_frame.ADDRESS}/{key}"
    return await letter_preview.newest(visit, key) or queue.ADDRESS


def _named(endpoint: Endpoint, act: str, name: str, page: ActPage) -> Endpoint:
    endpoint.__name__, endpoint.__doc__ = name, page.heading
    return acts.named(act)(endpoint)


for each in act_page.PAGES:
    router.get(f"/{{key}}/{each.word}")(_read(each))
    router.post(f"/{{key}}/{each.word}")(_do(each))
    if each.letter:
        router.post(f"/{{key}}/{each.word}/xem-truoc")(_preview(each))
