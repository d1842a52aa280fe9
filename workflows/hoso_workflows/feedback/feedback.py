"""Feedback of anybody and proposals of agencies: given, forwarded, answered, published (S-19).

Whoever gives it needs no account. Their words, name and mail are sealed by the key of the installation, opened for the officers
who answer, never part of a public answer, and forgotten a year after it. The term of an answer is data with its basis
(`answer_terms.toml`), counted by the calendar of the unit at the top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

import orjson

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_models import FeedbackKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.coordination import asking, checks
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.feedback import answer_terms, mailing, refusals
from hoso_workflows.feedback.reading import Feedback, found
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.organisation import administration, telling, unit_tree
from hoso_workflows.procedures.reference_data import calendar_of
from hoso_workflows.tracking.keys import keys_in

FORWARD, ANSWER, PROPOSE = "forward_feedback", "answer_feedback", "propose_improvement"
#: How long the sender's words, name and mail are kept after the answer.
KEPT = timedelta(days=365)
#: The most signs of a text.
LONGEST = 4000
_NAMES = UUID("1f0a4e0e-7d2b-4a51-9a43-6a0d3d0f4c55")


@dataclass(frozen=True, slots=True)
class Said:
    """Feedback as somebody gives it."""

    kind: FeedbackKind
    text: str
    #: Code of the procedure, or of the dossier, that it is about.
    procedure: str = ""
    dossier: str = ""
    #: Of who wants to be named and answered.
    name: str = ""
    email: str = ""
    wants_answer: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Entry of feedback: the unit at the top, its calendar, and the seal."""

    db: Database
    seal: Seal
    unit: str
    calendar: wt.WorkCalendar


async def desk(service: DossierService, seal: Seal, *, at: datetime) -> Desk:
    """The entry of feedback at an instant. Raises UnitUnknown where there is no unit at the top."""
    top = await unit_tree.top(service.db, localtime.local_date(at))
    if top is None:
        raise errors.UnitUnknown("")
    code, _ = top
    return Desk(service.db, seal, code, await calendar_of(service.reference_data, code))


async def give(desk: Desk, said: Said, *, by: UUID | None, at: datetime, key: str | None = None) -> Feedback:
    """Take feedback in; under the same key once more it is the same. Raises FormRefused, CalendarEnds."""
    _require(said)
    if said.kind is FeedbackKind.PROPOSAL:
        raise errors.FormRefused([errors.Fault("kind", say("is for officers"))])
    # The same key and words are the same feedback; other words under the key are not lost.
    identity = uuid5(_NAMES, f"{key}\n{said.text}") if key else uuid4()
    async with desk.db.transaction() as tx:
        await _give(tx, desk, said, identity, by, at)
    return await found(desk.db, desk.seal, identity, at)


async def propose(desk: Desk, unit: str, text: str, asked: Asked) -> Feedback:
    """Propose, for a unit, what could be done better. Raises FormRefused, NotFound, Forbidden, CalendarEnds."""
    said, identity = Said(FeedbackKind.PROPOSAL, text, wants_answer=True), uuid4()
    async with asking.acting(desk.db, PROPOSE, unit, asked) as tx:
        _require(said)
        await administration.record_of(
            tx, unit, "improvement_proposed", str(identity), asked.author, asked.at, unit=unit
        )
        await _give(tx, desk, said, identity, asked.by, asked.at, unit)
    return await found(desk.db, desk.seal, identity, asked.at)


def _require(said: Said) -> None:
    checks.said(text=said.text)
    checks.require(
        checks.that(len(said.text) <= LONGEST, "text", say("at most {most} signs", most=LONGEST)),
        checks.that(not said.email or "@" in said.email, "email", say("is no address of e-mail")),
        checks.that(
            not said.wants_answer or bool(said.email) or said.kind is FeedbackKind.PROPOSAL,
            "email",
            say("is needed to answer you"),
        ),
    )


async def _give(
    tx: Transaction,
    desk: Desk,
    said: Said,
    identity: UUID,
    by: UUID | None,
    at: datetime,
    unit: str | None = None,
) -> None:
    """Write what was said, under the next number of its year. Raises CalendarEnds."""
    day = localtime.local_date(at)
    term = answer_terms.term_on(day)
    content = {"text": said.text.strip(), "name": said.name.strip(), "email": said.email.strip()}
    sealed = desk.seal.close(orjson.dumps(content), identity.bytes)
    dossier = list(keys_in(said.dossier)) if said.kind is FeedbackKind.DOSSIER else []
    given = [identity, day.year, said.kind.value, said.procedure.strip() or None, dossier, sealed]
    more = [said.wants_answer, at, by, unit, desk.unit, term.text, term.basis]
    # One number after the other.
    await tx.rows("select pg_advisory_xact_lock(hashtextextended('feedback', 0))")
    await tx.rows(_GIVE, [*given, *more, answer_terms.due(desk.calendar, term, at)])


async def forward(db: Database, seal: Seal, identity: UUID, unit: str, asked: Asked) -> Feedback:
    """Forward feedback to the unit that answers it; its heads are told. Raises NotFound, FeedbackAnswered, Forbidden."""
    before = await found(db, seal, identity, asked.at)
    if before.unit == unit:
        return before
    async with asking.acting(db, FORWARD, before.unit, asked) as tx:
        if not await tx.rows("select 1 from unit where code = $1", [unit]):
            raise errors.NotFound("unit", unit)
        if not await tx.rows(_FORWARD, [identity, unit, asked.at, asked.by]):
            raise refusals.FeedbackAnswered
        (people,) = await telling.people_of(tx, [(unit, None)], asked.at)
        await _tell(tx, identity, people, asked.at)
        await _record(tx, "feedback_forwarded", before, unit, asked)
    return await found(db, seal, identity, asked.at)


async def answer(
    db: Database, seal: Seal, identity: UUID, text: str, asked: Asked, *, summary: str = ""
) -> Feedback:
    """Answer feedback for the unit; with a summary, for anybody to read.

    Who wants an answer of their own gets it by mail.

    Raises FormRefused, NotFound, FeedbackAnswered, Forbidden.
    """
    before = await found(db, seal, identity, asked.at)
    async with asking.acting(db, ANSWER, before.unit, asked) as tx:
        checks.said(answer=text)
        said = summary.strip() or None
        if not await tx.rows(_ANSWER, [identity, text.strip(), said, asked.at, asked.by]):
            raise refusals.FeedbackAnswered
        await mailing.tell(tx, before, asked.at)
        await _record(tx, "feedback_answered", before, before.unit, asked)
    return await found(db, seal, identity, asked.at)


async def _record(tx: Transaction, kind: str, about: Feedback, unit: str, asked: Asked) -> None:
    subject, said = str(about.id), {"number": about.number, "unit": unit}
    await administration.record_of(tx, unit, kind, subject, asked.author, asked.at, **said)


async def _tell(tx: Transaction, identity: UUID, people: Sequence[UUID], at: datetime) -> None:
    (row,) = await tx.rows(_PAYLOAD, [identity])
    said = {"feedback": str(identity), "unit_name": row.name, "due": localtime.isoformat(row.due_at)}
    await telling.tell(tx, "feedback.forwarded", f"{identity}/{row.unit_code}", people, said, at)


async def forget(db: Database, *, at: datetime) -> int:
    """Forget what was said by whom, a year after the answer; returns how many."""
    return len(await db.one_statement(_FORGET, [at - KEPT]))


#: $1 id, $2 year, $3 kind, $4 procedure, $5 keys of the dossier, $6 sealed, $7 wants an answer, $8 now, $9 by whom, $10 the unit that
#: proposes, $11 the unit that receives, $12 term, $13 basis, $14 due.
_GIVE = """
insert into feedback (id, year, number, kind, procedure_code, dossier_id, sealed, wants_answer, given_at, given_by, from_unit, unit_code,
  term, basis, due_at)
select $1, $2, (select coalesce(max(number), 0) + 1 from feedback where year = $2), $3, $4,
  (select id from dossier where code = any($5::text[]) limit 1), $6, $7, $8, $9, $10, $11, $12, $13, $14
on conflict (id) do nothing
"""
_FORWARD = """
update feedback set unit_code = $2, forwarded_at = $3, forwarded_by = $4 where id = $1 and answered_at is null returning 1
"""
_ANSWER = """
update feedback set answer = $2, summary = $3, published = $3::text is not null, answered_at = $4, answered_by = $5
where id = $1 and answered_at is null returning 1
"""
_PAYLOAD = (
    "select u.name, f.due_at, f.unit_code from feedback f join unit u on u.code = f.unit_code where f.id = $1"
)
_FORGET = "update feedback set sealed = null where answered_at < $1 and sealed is not null returning 1"
