"""Rungs of the escalation ladder: all of them, entered and ended."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar.messages import translated
from hoso_models import RungMoment, RungRecipient, RungSubject
from hoso_workflows import localtime
from hoso_workflows.ladder import acts as ladder_acts
from hoso_workflows.ladder import rungs, words
from hoso_workflows.ladder.acts import ENDING, ENTERING, Wanted
from hoso_workflows.ladder.rungs import Rung

#: Where the ladder is shown, and where its rungs are.
LADDER = f"{administering.ADDRESS}/canh-bao"
ADDRESS = f"{LADDER}/bac"
router = session.router(ADDRESS)

#: Fields of the form.
LEVEL, SUBJECT, WHEN, DISTANCE, MEASURE, RECIPIENT = "muc", "doi-tuong", "khi", "so", "tinh-theo", "bao-cho"
HELD, DOING, PROCEDURE, UNIT, KIND, ROLE = "nguoi-giu", "viec", "thu-tuc", "don-vi", "loai-don-vi", "vai-tro"
FROM, TO, BASIS, LAST = "tu-ngay", "den-ngay", "can-cu", "ngay-cuoi"
#: The field of the page for each field of a rung, and for refusals.
FIELDS = {
    "level": LEVEL,
    "subject": SUBJECT,
    "moment": WHEN,
    "days": DISTANCE,
    "minutes": DISTANCE,
    "held": HELD,
    "recipient": RECIPIENT,
    "silent": DOING,
    "reassign": DOING,
    "apology": DOING,
    "procedure": PROCEDURE,
    "unit": UNIT,
    "unit_kind": KIND,
    "role": ROLE,
    "valid_from": FROM,
    "valid_to": TO,
    "basis": BASIS,
    "last_day": LAST,
    "overlapping": FROM,
    "forbidden": UNIT,
}
BEFORE, AT, AFTER, BEGUN = "truoc", "dung", "sau", "cho"
WHENS = {
    BEFORE: marked("Trước hạn"),
    AT: marked("Ngay khi quá hạn"),
    AFTER: marked("Sau khi quá hạn"),
    BEGUN: marked("Sau khi bắt đầu chờ tiếp nhận"),
}
DAYS, MINUTES = "ngay", "phut"
MEASURES = {DAYS: marked("ngày làm việc"), MINUTES: marked("phút làm việc")}
HOLDERS = {"": None, "co": True, "chua": False}
HOLDING = {"co": marked("Chỉ bước đã có người nhận"), "chua": marked("Chỉ bước chưa có người nhận")}
TELL, REASSIGN, APOLOGISE, SILENT = "bao", "chuyen", "xin-loi", "thoi"
DOINGS = {
    TELL: marked("Báo"),
    REASSIGN: marked("Báo, và chuyển bước cho người được báo"),
    APOLOGISE: marked("Báo, và trình thư xin lỗi cho thủ trưởng ký (hồ sơ, trước hạn)"),
    SILENT: marked("Không báo ai: bỏ mức cùng tên của phạm vi rộng hơn"),
}


@router.get("")
@acts.named("list_rungs")
async def rungs_page(visit: VisitNow) -> Response:
    """Every rung: in force, to come, and ended."""
    return await _listed(visit, Filled())


@router.get("/moi")
@acts.named("enter_rung")
async def new_rung_page(visit: VisitNow) -> Response:
    """The form that enters a rung."""
    await administering.overseen(visit, ENTERING)
    return await _entering(visit, Filled.first(visit))


@router.post("/moi")
@acts.named("enter_rung")
async def add_rung(visit: VisitNow, form: FormNow) -> Response:
    """Enter a rung from a day on."""
    await administering.overseen(visit, ENTERING)
    try:
        wanted = _wanted(visit, form)
        await doing.carried(
            visit,
            form,
            lambda: ladder_acts.enter(visit.service.db, wanted, actor=visit.principal, at=visit.at),
            FIELDS,
        )
    except Stopped as stopped:
        return await _entering(visit, Filled.again(typed.placed(stopped, FIELDS)))
    return RedirectResponse(ADDRESS, status_code=303)


@router.post("/{rung}/ket-thuc")
@acts.named("end_rung")
async def finish_rung(rung: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Set the last day of a rung; today where none is written."""
    await administering.overseen(visit, ENDING)
    try:
        last = doing.day(visit, form, LAST)
        await doing.carried(
            visit,
            form,
            lambda: ladder_acts.end(visit.service.db, rung, last, actor=visit.principal, at=visit.at),
            FIELDS,
        )
    except Stopped as stopped:
        return await _listed(visit, Filled.again(typed.placed(stopped, FIELDS)))
    return RedirectResponse(ADDRESS, status_code=303)


def said(each: Rung) -> dict[str, Any]:
    """A rung with its sentences, for pages."""
    return {
        "rung": each,
        "when": translated(words.when(each)),
        "to": translated(words.to(each)),
        "limits": [translated(limit) for limit in words.scope(each)],
    }


def levels(ladder: tuple[Rung, ...]) -> Mapping[str, str]:
    """Words of each level: the house's, else those of its rung."""
    own = {each.level: translated(words.when(each)) for each in ladder}
    return {**own, **{level: spoken(named) for level, named in wording.LEVELS.items()}}


def _wanted(visit: Visit, form: Form) -> Wanted:
    """The rung of a form. Raises Stopped with every fault of its fields."""
    asked = {
        LEVEL: (form.text(LEVEL), spoken("Ghi tên mức.")),
        SUBJECT: (form.text(SUBJECT) in set(RungSubject), spoken("Chọn đối tượng theo dõi.")),
        WHEN: (form.text(WHEN) in WHENS, spoken("Chọn khi nào.")),
        RECIPIENT: (form.text(RECIPIENT) in set(RungRecipient), spoken("Chọn người được báo.")),
        BASIS: (form.text(BASIS), spoken("Ghi căn cứ.")),
    }
    faults = [Fault(missing, name) for name, (there, missing) in asked.items() if not there]
    distance = _distance(form, faults)
    if faults:
        raise Stopped(form, faults)
    inside = form.text(MEASURE) == MINUTES
    return Wanted(
        level=form.text(LEVEL),
        subject=RungSubject(form.text(SUBJECT)),
        moment=RungMoment.BEGUN if form.text(WHEN) == BEGUN else RungMoment.DUE,
        days=0 if inside else distance,
        minutes=distance if inside else 0,
        recipient=RungRecipient(form.text(RECIPIENT)),
        held=HOLDERS.get(form.text(HELD)),
        silent=form.text(DOING) == SILENT,
        reassign=form.text(DOING) == REASSIGN,
        apology=form.text(DOING) == APOLOGISE,
        procedure=form.text(PROCEDURE) or None,
        unit=form.text(UNIT) or None,
        unit_kind=form.text(KIND) or None,
        role=form.text(ROLE) or None,
        valid_from=doing.day(visit, form, FROM),
        valid_to=typed.day_said(form, TO),
        basis=form.text(BASIS),
    )


def _distance(form: Form, faults: list[Fault]) -> int:
    """The signed distance of a form; a fault where it is no number."""
    when, text = form.text(WHEN), form.text(DISTANCE)
    if when == AT:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < len("100000") and int(text)):
        faults.append(Fault(spoken("Ghi một số nguyên lớn hơn 0."), DISTANCE))
        return 0
    return -int(text) if when == BEFORE else int(text)


async def _entering(visit: Visit, form: Filled) -> Response:
    choices = await units.choices(visit, ENTERING)
    return visit.page(
        "administration/rung_new.html",
        form.status,
        here=HERE,
        subjects=[(each.value, spoken(wording.RUNG_SUBJECTS[each])) for each in RungSubject],
        whens=[(key, spoken(named)) for key, named in WHENS.items()],
        measures=[(key, spoken(named)) for key, named in MEASURES.items()],
        recipients=[(each.value, spoken(wording.RUNG_RECIPIENTS[each])) for each in RungRecipient],
        holding=[(key, spoken(named)) for key, named in HOLDING.items()],
        doings=[(key, spoken(named)) for key, named in DOINGS.items()],
        units=choices,
        kinds=(await units.words(visit))["kinds"],
        roles=[(key, spoken(named)) for key, named in wording.ROLES.items()],
        today=localtime.local_date(visit.at),
        form=form,
    )


async def _listed(visit: Visit, form: Filled) -> Response:
    every = await rungs.every(visit.service.db)
    tops = await visit.service.db.rows("select code from unit where parent_code is null")
    top = [row.code for row in tops]
    return visit.page(
        "administration/rungs.html",
        form.status,
        here=HERE,
        sections=administering.PLACES,
        rows=[
            {**said(each), "ends": administering.may(visit, ENDING, *([each.unit] if each.unit else top))}
            for each in every
        ],
        enters=administering.may_anywhere(visit, ENTERING),
        today=localtime.local_date(visit.at),
        form=form,
        first=Filled(),
    )
