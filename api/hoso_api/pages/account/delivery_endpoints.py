"""Mail to the reader: language, digest, office hours."""

from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import MailLanguage
from hoso_workflows.notifications import preferences
from hoso_workflows.notifications.preferences import Preference

ADDRESS = "/noi-bo/toi/nhan-thu"
#: Fields of the form, as the page names them, and the word of the address that says that it was kept.
LANGUAGE, WHEN, QUIET, URGENT, DONE = "tieng", "khi", "ngoai-gio", "viec-gap", "xong"
AT_ONCE, DIGEST = "ngay", "tong-hop"
LANGUAGES = {MailLanguage.VIETNAMESE: "Tiếng Việt", MailLanguage.ENGLISH: "English"}
WAYS = {
    AT_ONCE: marked("Mỗi việc một thư, gửi ngay"),
    DIGEST: marked("Một thư tổng hợp, lúc mở đầu ngày làm việc"),
}
router = session.router(ADDRESS)


@router.get("")
@acts.named("get_delivery_preference")
async def preference_page(
    visit: VisitNow, done: Annotated[str, Query(alias=DONE, max_length=10)] = ""
) -> Response:
    """The reader's preference about mail."""
    now = await preferences.of(visit.service.db, visit.principal)
    typed = {
        LANGUAGE: now.language.value,
        WHEN: DIGEST if now.digest else AT_ONCE,
        **({QUIET: "co"} if now.quiet else {}),
        **({URGENT: "co"} if now.urgent_at_once else {}),
    }
    return _shown(visit, Filled.first(visit, **typed), done=bool(done))


@router.post("")
@acts.named("set_delivery_preference")
async def keep(visit: VisitNow, form: FormNow) -> Response:
    """Keep how the reader wants to be told, from the next mail on."""
    try:
        wish = _wish(form)
    except Stopped as stopped:
        return _shown(visit, Filled.again(stopped))
    await preferences.keep(visit.service.db, visit.principal, wish, at=visit.at)
    return RedirectResponse(f"{ADDRESS}?{DONE}=co", status_code=303)


def _wish(form: Form) -> Preference:
    """The preference of a form. Raises Stopped for a choice that was not made."""
    asked = {
        LANGUAGE: (form.text(LANGUAGE) in set(MailLanguage), spoken("Chọn tiếng của thư.")),
        WHEN: (form.text(WHEN) in WAYS, spoken("Chọn khi nào nhận thư.")),
    }
    faults = [Fault(missing, name) for name, (there, missing) in asked.items() if not there]
    if faults:
        raise Stopped(form, faults)
    return Preference(
        MailLanguage(form.text(LANGUAGE)),
        digest=form.text(WHEN) == DIGEST,
        quiet=bool(form.text(QUIET)),
        urgent_at_once=bool(form.text(URGENT)),
    )


def _shown(visit: Visit, form: Filled, *, done: bool = False) -> Response:
    return visit.page(
        "account/delivery.html",
        form.status,
        form=form,
        done=done,
        languages=[(each.value, words) for each, words in LANGUAGES.items()],
        ways=[(each, spoken(words)) for each, words in WAYS.items()],
    )
