"""Opinions that units are asked for, and their answers."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import standing
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import consultations

ADDRESS = "/noi-bo/y-kien"
#: Fields of the forms, as the page names them.
ANSWER, AGREES, DOSSIER = "y-kien", "dong-y", "ho-so"
#: How many a page shows.
LENGTH = 20
#: Meanings of an opinion, by the words of the form.
MEANT: Mapping[str, bool | None] = {"co": True, "khong": False, "khac": None}
CHOICES = (("co", marked("Đồng ý")), ("khong", marked("Không đồng ý")), ("khac", marked("Ý kiến khác")))
FIELDS = {"answer": ANSWER, "reason-missing": ANSWER}
router = session.router(ADDRESS)
After = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("")
@acts.named("list_consultations")
async def consultations_page(visit: VisitNow, after: After = "") -> Response:
    """The opinions that the reader's units are asked for, those due first first."""
    try:
        return await _shown(visit, Filled.first(visit), after)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)


@router.post("/{consultation}")
@acts.named("answer_consultation")
async def answer(consultation: UUID, visit: VisitNow, form: FormNow, after: After = "") -> Response:
    """Give the opinion; back to those that are still to be given."""
    try:
        command = _answer(form, consultation)
        done = await _given(visit, form, command)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped), after, consultation)
    return await acting.onward(visit, ADDRESS, done)


async def _given(visit: Visit, form: Form, command: commands.AnswerConsultation) -> acting.Done:
    """Give the opinion. Raises Stopped also where a colleague was faster: the question is nobody's then."""
    try:
        return await acting.act(visit, form, form.text(DOSSIER), command, fields=FIELDS)
    except errors.NotFound as gone:
        told = spoken(
            "Câu hỏi này không còn chờ ý kiến của đơn vị bạn: đã có người trả lời, hoặc hồ sơ đã kết thúc."
        )
        raise Stopped(form, [Fault(told)], status=HTTPStatus.CONFLICT) from gone


def _answer(form: Form, consultation: UUID) -> commands.AnswerConsultation:
    """The answer of a form. Raises Stopped where something is not said."""
    faults = []
    if not form.text(ANSWER):
        faults.append(Fault(spoken("Viết ý kiến của đơn vị."), ANSWER))
    if form.text(AGREES) not in MEANT:
        faults.append(Fault(spoken("Chọn đồng ý, không đồng ý hay ý kiến khác."), AGREES))
    if faults:
        raise Stopped(form, faults)
    return commands.AnswerConsultation(consultation, form.text(ANSWER), MEANT[form.text(AGREES)])


async def _shown(visit: Visit, form: Filled, after: str, answered: UUID | None = None) -> Response:
    page = await consultations.search(
        visit.service.db, None, limit=LENGTH, after=after or None, **visit.reading
    )
    calendars = await visit.service.reference_data.unit_calendars({each["unit"] for each in page.items})
    register = await visit.service.reference_data.register()

    def line(each: Mapping[str, Any]) -> dict[str, Any]:
        due = datetime.fromisoformat(each["due"])
        mark, words = standing.standing(due, visit.at, calendars[each["unit"]])
        able = visit.rights.find(each["unit"]) is not None
        name = register.name(each["unit"])
        return {**each, "due": due, "mark": mark, "standing": words, "able": able, "unit_name": name}

    # A form of another opinion than the one that was answered, and one that is still given out first, are empty.
    here = {str(each["id"]) for each in page.items}
    return visit.page(
        "course/consultations.html",
        form.status,
        here="y-kien",
        rows=[line(each) for each in page.items],
        form=form,
        first=Filled(),
        answered=str(answered or ""),
        gone=answered is not None and str(answered) not in here,
        choices=CHOICES,
        page=after,
        after=page.after,
        flash=await acting.flash(visit),
    )
