"""The access log as a page: who read what, by which right and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.records import registers
from hoso_api.pages.records.registers import ADDRESS, HERE, LENGTH, AfterWord, Period, PeriodAsked
from hoso_api.pages.register import administering
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.organisation import accesses, credentials
from hoso_workflows.organisation.permissions import table
from hoso_workflows.pagination import Page

PAGE = f"{ADDRESS}/truy-cap"
#: The words of the query: reader, what was read, outcome.
READER, SUBJECT, OUTCOME = "ai", "doi-tuong", "ket-qua"
#: Outcomes by the words of the query, with their names.
OUTCOMES: Mapping[str, tuple[bool, str]] = {
    "bi-tu-choi": (True, marked("Bị từ chối")),
    "duoc-phep": (False, marked("Được phép")),
}
#: Codes, references and ids.
_KEY = re.compile(r"[A-Za-z0-9._-]{1,80}")
#: How a reader came to a dossier, by the first word of what is kept.
LED_BY: Mapping[str, str] = {"search": marked("từ một lần tìm"), "task": marked("từ một việc")}
router = session.router(ADDRESS)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the log in words."""

    line: accesses.Line
    what: str
    #: Who or what was read, where it has a name.
    about: str | None
    #: The same as it is kept, an id by its beginning.
    short: str
    #: By what the reader was known, and how they came there.
    known_by: str
    led_by: str


@router.get("")
@acts.named("list_access_log")
async def registers_page(visit: VisitNow) -> Response:
    """To the first register that the reader may read."""
    await administering.overseen(visit, accesses.LIST)
    return RedirectResponse(registers.places(visit)[0][0], status_code=303)


@router.get("/truy-cap")
@acts.named("list_access_log")
async def access_page(
    visit: VisitNow,
    period: PeriodAsked,
    reader: Annotated[UUID | None, Query(alias=READER)] = None,
    subject: Annotated[str, Query(alias=SUBJECT, max_length=200)] = "",
    outcome: Annotated[str, Query(alias=OUTCOME, max_length=20)] = "",
    after: AfterWord = "",
) -> Response:
    """Reads and refused attempts in the reader's units, the newest first."""
    await administering.overseen(visit, accesses.LIST)
    subject, outcome = registers.key(subject), outcome if outcome in OUTCOMES else ""
    form = period.filled(*_unreadable(subject), ai=str(reader or ""), doi_tuong=subject, ket_qua=outcome)
    try:
        found = None if form.faults else await _read(visit, period, reader, subject, outcome, after)
    except errors.BadCursor:
        return RedirectResponse(f"{PAGE}?{registers.query(form)}", status_code=303)
    return await _shown(visit, form, reader, found, first=not after)


def _unreadable(subject: str) -> tuple[Fault, ...]:
    if not subject or _KEY.fullmatch(subject):
        return ()
    return (Fault(spoken("Ghi mã hồ sơ hoặc mã đơn vị; mã không có dấu cách và dấu tiếng Việt."), SUBJECT),)


async def _read(
    visit: Visit, period: Period, reader: UUID | None, subject: str, outcome: str, after: str
) -> Page[accesses.Line]:
    refused = OUTCOMES[outcome][0] if outcome else None
    wanted = accesses.Wanted(reader, subject or None, refused, *period.days)
    return await accesses.read(
        visit.service.db,
        visit.principal,
        wanted,
        visit.at,
        limit=LENGTH,
        after=after or None,
        origin=visit.origin,
    )


async def _shown(
    visit: Visit, form: Filled, reader: UUID | None, found: Page[accesses.Line] | None, *, first: bool
) -> Response:
    lines = found.items if found else ()
    subjects = [each.subject for each in lines]
    people = await registers.people(visit, [reader, *subjects])
    places = {**await registers.units(visit, subjects), **await registers.codes(visit, subjects)}
    return visit.page(
        "records/accesses.html",
        form.status,
        here=HERE,
        registers=registers.places(visit),
        way=PAGE,
        form=form,
        query=registers.query,
        outcomes=OUTCOMES,
        reader_name=people.get(str(reader)) if reader else None,
        rows=_told(lines, {**places, **people}),
        read=found is not None,
        after=found.after if found else None,
        first=first,
    )


def _told(lines: Sequence[accesses.Line], names: Mapping[str, str]) -> list[Told]:
    return [
        Told(
            each,
            what(each.act),
            names.get(each.subject or ""),
            registers.short(each.subject or ""),
            _known_by(each.credential),
            _led_by(each.led_by),
        )
        for each in lines
    ]


def what(act: str) -> str:
    """An act of the log in words. One of another release is shown as it is kept."""
    if act in table.ACTS.acts:
        return messages.opening(messages.translated(table.ACTS[act].says))
    return spoken(wording.RECORDED[act]) if act in wording.RECORDED else act


def _known_by(credential: str | None) -> str:
    if credential is None:
        return ""
    if credential == "shell":
        return spoken("dòng lệnh của máy chủ")
    if credential.startswith(credentials.TOKEN_PREFIX):
        return f"{spoken('mã truy cập')} {credential}…"
    return spoken("phiên đăng nhập")


def _led_by(said: str | None) -> str:
    word = (said or "").partition(" ")[0]
    return spoken(LED_BY[word]) if word in LED_BY else said or ""
