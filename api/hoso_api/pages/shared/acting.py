"""Acts from pages: form, command, and the page that follows.

    @router.post("/noi-bo/viec/{task}")
    @acts.named("complete_user_task")
    async def complete(task: UUID, visit: VisitNow, form: FormNow) -> Response:
        try:
            done = await act(visit, form, str(task), Complete(task, …), concerns=task)
        except Stopped as stopped:
                return await shown(visit, task, Filled.again(stopped))
        return await onward(visit, "/noi-bo/viec", done)

Each form carries `_khoa`, a name of its own, under which it is done once, and `_ban`, the version and the last event that its
reader has seen. Where others have acted in between, and on nothing that this act concerns, it is done all the same; else the
page comes back with what they did, and with everything that was typed.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from hoso_api.http import fields as texts
from hoso_api.http import problems
from hoso_api.pages.shared import postings, session
from hoso_api.pages.shared.templating import new_key
from hoso_api.pages.shared.visit import OWN_FIELDS, Visited
from hoso_api.translation import vietnamese, wording
from hoso_bpmn import text_safety
from hoso_calendar import messages
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.operation import repeats

#: The longest text of a field, as over REST.
LONGEST = 4000
#: Hidden fields of every acting form; fields of its own begin with no such line.
KEY, SEEN, WISH = OURS = OWN_FIELDS
#: The word of an address that says what has just been done.
DONE = "xong"
#: Events of others that are told at most; of a form that does not say what its reader has seen, the newest alone.
MOST_TOLD = 20
#: For how long it is said.
TOLD = timedelta(minutes=10)
#: Events by which no act is made senseless: they may come between reading and acting.
HARMLESS = (
    *("noted", "note_amended"),
    *("attachment_added", "attachment_superseded", "letter_issued", "letter_signed", "disclosed"),
    *("fee_assessed", "fee_exempted", "payment_recorded", "payment_cancelled"),
    *("payment_refunded", "verified"),
    *("applicant_wrote", "desk_wrote", "reply_proposed", "consultation_asked", "consultation_answered"),
    *("consultation_passed", "timer_set", "timer_dropped", "message_received", "message_sent"),
    *("task_prioritised", "hold_placed", "hold_lifted", "calendar_revised"),
)
#: Refusals that say that somebody was faster.
FASTER = (
    errors.StaleVersion,
    errors.WrongStatus,
    errors.TaskNotOpen,
    errors.AlreadyClaimed,
    errors.NotClaimed,
    errors.Conflict,
    errors.IncidentNotOpen,
)


class FormUnreadable(errors.Refusal):
    """A form came without what its page had put into it."""

    slug = "form-unreadable"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    remedy = "Open the page anew and send the form from it."

    def __init__(self) -> None:
        super().__init__(say("The form does not say which page it is from."))


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was sent: key, version, button and fields."""

    key: str
    #: Version of the dossier and number of its last event, as the page was read.
    version: int | None
    event: int
    #: The button that was pressed.
    wish: str
    fields: FormData
    #: Events of others that matter to this act, although they harm no other.
    minds: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """The text of a field without spaces around it; empty where it is missing."""
        return next(iter(self.texts(name)), "").strip()

    def texts(self, name: str) -> list[str]:
        """The texts of a field that may stand several times."""
        found = (each for each in self.fields.getlist(name) if isinstance(each, str))
        return [str(text_safety.composed(each.replace("\r\n", "\n"))) for each in found]

    def require_legible(self, *but: str) -> None:
        """Raise Stopped for texts with hidden signs, or too long to keep. These fields are not judged."""
        named = (name for name in self.typed if name not in but)
        faults = [Fault(why, name) for name in named for why in _illegible(self.texts(name))]
        if faults:
            raise Stopped(self, faults)

    @property
    def digest(self) -> bytes:
        """Digest of the fields without those of the page; equal for equal acts."""
        said = sorted((name, str(value)) for name, value in self.fields.multi_items() if name not in OURS[:2])
        return hashlib.sha256(urlencode(said).encode()).digest()

    @property
    def typed(self) -> dict[str, Any]:
        """The typed texts by field, for the page that comes back."""
        ours = (*OURS, *postings.CARRIED)
        return {name: self.texts(name) for name in self.fields if name not in ours}


def _illegible(said: list[str]) -> Iterator[str]:
    for each in said:
        if len(each) > LONGEST:
            yield vietnamese.spoken("Viết ngắn hơn: nhiều nhất {n} ký tự.", n=LONGEST)
        try:
            texts.legible(each)
        except ValueError as why:
            yield messages.opening(messages.translated(why))


async def form(request: Request) -> AsyncIterator[Form]:
    """The form that a request sends. Raises FormUnreadable, and AlreadyDone where one that was carried out would be refused.

    Its files are open until the answer is sent.
    """
    async with request.form() as fields:
        try:
            key = str(UUID(str(fields.get(KEY, ""))))
            version, event = _seen(str(fields.get(SEEN, "")))
        except ValueError:
            raise FormUnreadable from None
        found = Form(key, version, event, str(fields.get(WISH, "")), fields)
        with repeats.of_form(await _sent(request, found)):
            yield found


async def keyed(request: Request) -> AsyncIterator[None]:
    """Take what a form without version asks for as done under its key."""
    async with request.form() as fields:
        with repeats.of_form(await _sent(request, Form(str(fields.get(KEY, "")), None, 0, "", fields))):
            yield


#: For the decorator of a route whose form is not read as a `Form`.
KEYED = Depends(keyed)


async def _sent(request: Request, found: Form) -> repeats.Sent:
    sent = repeats.Sent(f"trang{request.url.path}/{found.key}", found.digest)
    secrets = session.secrets_of(request)
    return replace(sent, done=await repeats.noted(request.app.state.service.db, sent, secrets))


FormNow = Annotated[Form, Depends(form)]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that stopped an act, and the field that it is about."""

    text: str
    field: str | None = None
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as it is told to officers: who did what, and when."""

    at: datetime
    who: str
    on_behalf_of: str | None
    what: str


class Stopped(Exception):
    """An act was not done: the page comes back with what was typed.

    To make one raises AlreadyDone in a form that was carried out before.
    """

    def __init__(
        self,
        form: Form,
        faults: Sequence[Fault],
        *,
        status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
        changed: Sequence[Happening] = (),
        spent: bool = False,
    ) -> None:
        super().__init__(*(each.text for each in faults))
        repeats.require_new()
        self.form, self.faults, self.status, self.changed = form, tuple(faults), int(status), tuple(changed)
        #: The key of the form that is shown again; a new one where the old one, or its page, is of the past.
        self.key = new_key() if changed or spent else form.key


@dataclass(frozen=True, slots=True)
class Filled:
    """Contents of a form: empty at first, as typed when it comes back."""

    key: str = field(default_factory=new_key)
    faults: tuple[Fault, ...] = ()
    changed: tuple[Happening, ...] = ()
    typed: Mapping[str, Any] = field(default_factory=dict)
    status: int = HTTPStatus.OK

    @classmethod
    def again(cls, stopped: Stopped) -> "Filled":
        """The form of an act that was not done."""
        return cls(stopped.key, stopped.faults, stopped.changed, stopped.form.typed, stopped.status)

    @classmethod
    def first(cls, visit: Visited, **typed: str | list[str]) -> "Filled":
        """The form at first: as it was parked, else with these texts."""
        return cls(typed={**typed, **(visit.parked or {})})

    def text(self, name: str, default: str = "") -> str:
        """The text that stands in a field."""
        return next(iter(self.texts(name)), default)

    def texts(self, name: str) -> list[str]:
        """The texts of a field that may have several."""
        found = self.typed.get(name, [])
        return [found] if isinstance(found, str) else list(found)

    @property
    def written(self) -> list[str]:
        """Texts in somebody's own words, to be copied where their form is gone."""
        return [text for name in self.typed for text in self.texts(name) if " " in text.strip()]

    def fault(self, name: str) -> str | None:
        """The sentence at a field."""
        return next((each.text for each in self.faults if each.field == name), None)


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was done, and the last event before it."""

    outcome: Outcome
    before: int


async def act(
    visit: Visited,
    form: Form,
    subject: str,
    command: commands.Command,
    *,
    concerns: UUID | None = None,
    fields: Mapping[str, str] | None = None,
) -> Done:
    """Carry out the command of a form once. Raises Stopped.

    `concerns` is the task of the act: what happened to other tasks in between does not stop it. `fields` gives the field of a
    refusal, by its slug.
    """
    form.require_legible()
    before = form.event or await last_event(visit.service.db, subject)
    while True:
        try:
            return Done(await _performed(visit, form, subject, command), before)
        except errors.StaleVersion:
            # What was asked under the same key once more is answered before the version is looked at. The version is read
            # before what happened, so that an act that comes after both is found stale again.
            version = await _version(visit.service.db, subject)
            changed = await _changed(visit, form, subject, concerns)
            if changed.changed:
                raise changed from None
            form = replace(form, version=version)
        except errors.Refusal as refused:
            raise await stopped(visit, form, subject, refused, concerns, fields) from refused


async def stopped(
    visit: Visited,
    form: Form,
    subject: str,
    refused: errors.Refusal,
    concerns: UUID | None = None,
    fields: Mapping[str, str] | None = None,
) -> Stopped:
    """The words of a page for a refusal. Raises it again where the page itself cannot be shown."""
    if isinstance(refused, errors.NotFound | repeats.AlreadyDone):
        raise refused
    if isinstance(refused, FASTER):
        found = await _changed(visit, form, subject, concerns)
        if found.changed:
            return found
    if isinstance(refused, errors.FormRefused):
        whole = (fields or {}).get(refused.slug)
        return Stopped(form, [_of_field(each, fields or {}, whole) for each in refused.faults])
    named = (fields or {}).get(refused.slug)
    fault = Fault(messages.translated(refused), named, messages.translated(refused.remedy))
    spent = isinstance(refused, errors.KeyReused)
    return Stopped(form, [fault], status=problems.of(refused).status, spent=spent)


def _of_field(fault: errors.Fault, fields: Mapping[str, str], whole: str | None) -> Fault:
    """A fault of a command's field, at the field of the page."""
    named = fields.get(fault.field)
    why = messages.translated(fault.message)
    return Fault(messages.opening(why) if named else f"{fault.field}: {why}", named or whole)


async def _performed(visit: Visited, form: Form, subject: str, command: commands.Command) -> Outcome:
    return await visit.service.perform(
        subject,
        command,
        actor=visit.principal,
        at=visit.at,
        # Several forms of a page share its key: those of the rows of a list, and the buttons of one form.
        key=f"trang{visit.request.url.path}/{form.key}",
        body=form.digest,
        if_match=form.version,
    )


async def _changed(visit: Visited, form: Form, subject: str, concerns: UUID | None) -> Stopped:
    found = await _happened(visit, subject, form, concerns)
    text = vietnamese.spoken("Chưa có gì của bạn được ghi.")
    return Stopped(form, [Fault(text)], status=HTTPStatus.CONFLICT, changed=found)


async def _happened(visit: Visited, subject: str, form: Form, concerns: UUID | None) -> list[Happening]:
    """Acts of others since the page was read that concern this one; newest first."""
    most = MOST_TOLD if form.event else 1
    harmless = [kind for kind in HARMLESS if kind not in form.minds]
    asked = [*_named(subject), form.event, harmless, str(concerns or ""), most, visit.principal]
    rows = await visit.service.db.rows(_SINCE, asked)
    return [
        Happening(row.at, row.who, row.on_behalf_of, wording.HAPPENED.get(row.kind, row.kind)) for row in rows
    ]


def seen(document: Mapping[str, Any], last_event: int) -> str:
    """The value of `_ban` for a page that shows a dossier in this state."""
    return f"{document['version']}.{last_event}"


async def last_event(db: Database, subject: str) -> int:
    """The number of a dossier's last event.

    The subject is its reference, its code, or one of its tasks. A page reads it before the dossier, so that nothing is taken as
    seen that the page does not show.
    """
    rows = await db.rows(_LAST, _named(subject))
    return int(rows[0].last_seq) if rows else 0


async def _version(db: Database, subject: str) -> int | None:
    rows = await db.rows(_VERSION, _named(subject))
    return rows[0].version if rows else None


async def onward(visit: Visited, address: str, done: Done) -> RedirectResponse:
    """To a page that says what has just been done to a dossier."""
    reference = done.outcome.reference
    rows = await visit.service.db.rows(_FIRST_OF_ACT, [reference, visit.principal, done.before])
    if rows:
        between = "&" if "?" in address else "?"
        address = f"{address}{between}{urlencode({DONE: f'{reference}.{rows[0].seq}'})}"
    return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True)
class Flash:
    """An act that its reader has just done."""

    #: Begins with a small letter: it follows "Đã".
    what: str
    key: str
    at: datetime


async def flash(visit: Visited) -> Flash | None:
    """The act that the address names, if the reader has just done it."""
    reference, _, event = visit.request.query_params.get(DONE, "").rpartition(".")
    if not reference or not event.isdecimal() or len(event) > len("000000000"):
        return None
    rows = await visit.service.db.rows(
        _DONE_BY, [reference, int(event), visit.principal, visit.at - TOLD, visit.at]
    )
    if not rows:
        return None
    (row,) = rows
    what = wording.HAPPENED.get(row.kind, row.kind)
    return Flash(what[:1].lower() + what[1:], row.key, row.at)


def _seen(text: str) -> tuple[int | None, int]:
    """Version and event in the words of `_ban`; none for a page without dossier. Raises ValueError."""
    if not text:
        return None, 0
    version, _, event = text.partition(".")
    return int(version), int(event or 0)


def _named(subject: str) -> list[Any]:
    """Parameters $1 and $2 of `_OF`: name of a dossier, id of its task."""
    try:
        return [subject, UUID(subject)]
    except ValueError:
        return [subject, None]


_OF = """
dossier d where d.reference = $1 or d.code = $1 or d.id = (select dossier_id from user_task where id = $2::uuid)
"""
_LAST = f"select d.last_seq from {_OF}"  # noqa: S608 - fixed text of this module
_VERSION = f"select (select s.version from engine_state s where s.dossier_id = d.id) as version from {_OF}"  # noqa: S608 - fixed text of this module
#: $3 the last event that was seen, $4 what never matters, $5 the task of the act, $6 how many are told, $7 the reader:
#: that they took the task themselves in another window stops nobody.
_SINCE = f"""
select e.at, e.kind, p.name as who, b.name as on_behalf_of
from (select d.id, d.filed_at from {_OF}) found
join dossier_event e on e.dossier_id = found.id and e.at >= found.filed_at and e.seq > $3 and e.kind <> all($4::text[])
join principal p on p.id = e.actor_id left join principal b on b.id = e.on_behalf_of
where (e.payload ->> 'task' is null or $5 = '' or e.payload ->> 'task' = $5)
  and not (e.kind = 'task_claimed' and e.actor_id = $7)
order by e.seq desc limit $6
"""  # noqa: S608 - fixed text of this module
#: The first event of the reader's act behind $3; of one that was done before, the first of their last one.
_FIRST_OF_ACT = """
select e.seq from dossier d join dossier_event e on e.dossier_id = d.id and e.at >= d.filed_at
where d.reference = $1 and e.actor_id = $2 order by e.seq > $3 desc, e.at desc, e.seq limit 1
"""
_DONE_BY = """
select e.kind, e.at, coalesce(d.code, d.reference) as key
from dossier d join dossier_event e on e.dossier_id = d.id and e.at >= d.filed_at
where d.reference = $1 and e.seq = $2 and e.actor_id = $3 and e.at between $4 and $5
"""
