"""Acts on the register from forms, each refusal at its field.

acts = await doing.perform(visit, form, [commands.CloseUnit(…)], fields={"last_day": LAST})
return await doing.onward(visit, "/noi-bo/quan-tri/don-vi", acts)
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from hoso_api.pages.shared import acting, typed
from hoso_api.pages.shared.acting import DONE, TOLD, Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import register
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register.commands import Command

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """An act of administration that its reader has just done."""

    #: Begins with a small letter: it follows "Đã".
    what: str
    at: datetime


async def perform(
    visit: Visit, form: Form, asked: Sequence[Command], fields: Mapping[str, str]
) -> tuple[Act, ...]:
    """Carry out the acts of a form, all or none. Raises Stopped.

    `fields` gives the field of the page by the field of a fault, by the slug of a refusal, and by the kind of what is not found.
    """
    asker = register.Asker(visit.principal)
    return await carried(
        visit, form, lambda: register.perform(visit.service.db, asked, asker, visit.at), fields
    )


async def carried(
    visit: Visit, form: Form, doing: Callable[[], Awaitable[T]], fields: Mapping[str, str]
) -> T:
    """Carry out the act of a form, its refusals at their fields. Raises Stopped.

    `fields` is as for `perform`.
    """
    form.require_legible()
    try:
        return await doing()
    except errors.NotFound as missing:
        if missing.what not in fields:
            raise
        fault = Fault(messages.translated(missing), fields[missing.what])
        raise Stopped(form, [fault]) from missing
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused, fields=fields) from refused


async def onward(visit: Visit, address: str, acts: Sequence[Act]) -> RedirectResponse:
    """To a page that says what has just been done, if anything was."""
    if acts:
        act = acts[0]
        (row,) = await visit.service.db.rows(_NUMBER, [act.authority, act.kind, act.subject, visit.principal])
        address = f"{address}?{urlencode({DONE: f'{act.authority}.{row.number}'})}"
    return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)


async def told(visit: Visit) -> Told | None:
    """The act that the address names, if the reader has just done it."""
    authority, _, number = visit.request.query_params.get(DONE, "").rpartition(".")
    if not authority or not number.isdecimal() or len(number) > len("000000000"):
        return None
    asked = [authority, int(number), visit.principal, visit.at - TOLD, visit.at]
    rows = await visit.service.db.rows(_DONE, asked)
    if not rows or rows[0].kind not in wording.ADMINISTERED:
        return None
    what = spoken(wording.ADMINISTERED[rows[0].kind])
    return Told(what[:1].lower() + what[1:], rows[0].at)


def day(visit: Visit, form: Form, field: str) -> date:
    """The day in a field, today where it is empty. Raises Stopped for one that cannot be read."""
    return typed.day_said(form, field) or localtime.local_date(visit.at)


def required(form: Form, **sentences: str) -> None:
    """Raise Stopped with the sentence of each field that is empty; `_` stands for `-` in their names."""
    named = {name.replace("_", "-"): sentence for name, sentence in sentences.items()}
    faults = [Fault(sentence, name) for name, sentence in named.items() if not form.text(name)]
    if faults:
        raise Stopped(form, faults)


_NUMBER = """
select max(number) as number from administration_event
where authority = $1 and kind = $2 and subject = $3 and actor_id = $4
"""
_DONE = """
select kind, at from administration_event
where authority = $1 and number = $2 and actor_id = $3 and at between $4 and $5
"""
