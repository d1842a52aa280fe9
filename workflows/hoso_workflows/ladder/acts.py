"""Acts on the ladder: enter a rung from a day on, and end one.

A rung of the same level for the same procedure, unit, kind of unit and role ends the day before the next one begins, so that each day
has one of them. What was told under a level stays told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hoso_calendar.messages import say
from hoso_models import RungMoment, RungRecipient, RungSubject
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.ladder import rungs
from hoso_workflows.ladder.rungs import Rung
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register import periods, refusals
from hoso_workflows.organisation.register.text_checks import checked_name

ENTERING, ENDING = "enter_rung", "end_rung"
#: The farthest distances of a rung: working days, and working minutes.
MOST_DAYS, MOST_MINUTES = 250, 10_000


@dataclass(frozen=True, slots=True)
class Entered:
    """A rung that stands now, with the acts that this took."""

    id: UUID
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A rung to be entered."""

    level: str
    subject: RungSubject
    recipient: RungRecipient
    valid_from: date
    basis: str
    moment: RungMoment = RungMoment.DUE
    days: int = 0
    minutes: int = 0
    held: bool | None = None
    silent: bool = False
    reassign: bool = False
    apology: bool = False
    procedure: str | None = None
    unit: str | None = None
    unit_kind: str | None = None
    role: str | None = None
    valid_to: date | None = None


async def enter(
    db: Database, wanted: Wanted, *, actor: UUID, at: datetime, operator: UUID | None = None
) -> UUID:
    """Enter a rung; its id. The same again is no act.

    Raises Forbidden for who does not administer its unit, or for all units the top; FormRefused, Overlapping, NotFound.
    """
    async with db.transaction() as tx:
        await _existing(tx, wanted.unit)
        author = await _author(tx, ENTERING, wanted.unit, actor, operator, at)
        return (await enter_within(tx, wanted, author, at)).id


async def enter_within(tx: Transaction, wanted: Wanted, author: Actor, at: datetime) -> Entered:
    """Enter a rung in a transaction that has authorised it.

    Raises FormRefused, Overlapping, NotFound.
    """
    today = localtime.local_date(at)
    # Two who enter the first rung of a level at once find none to lock.
    await tx.rows("select pg_advisory_xact_lock(hashtextextended('hoso ladder', 0))")
    await _check(tx, wanted)
    same = await _same(tx, wanted)
    standing = next((each for each in same if _stands(each, wanted)), None)
    if standing is not None:
        return Entered(standing.id)
    if wanted.valid_from < today:
        fault = say("{day} has passed; today is {today}", day=wanted.valid_from, today=today)
        raise errors.FormRefused([errors.Fault("valid_from", fault)])
    done: list[Act] = []
    for each in same:
        if not periods.overlap(each, wanted.valid_from, wanted.valid_to):
            continue
        if each.valid_from >= wanted.valid_from:
            raise refusals.Overlapping("rung", each.id, each.valid_from, each.valid_to)
        done.append(await _ended(tx, each, wanted.valid_from - timedelta(days=1), author, at))
    entered = uuid4()
    await tx.rows(_ENTER, [entered, *_columns(wanted)])
    done.append(await _record(tx, "rung_entered", entered, wanted.unit, author, at, _payload(wanted)))
    return Entered(entered, tuple(done))


async def stands(tx: Transaction, wanted: Wanted) -> bool:
    """True where a rung says what is wanted already."""
    return any(_stands(each, wanted) for each in await _same(tx, wanted))


async def end(
    db: Database, rung: UUID, last_day: date, *, actor: UUID, at: datetime, operator: UUID | None = None
) -> None:
    """Set the last day of a rung. The day before its first takes it back.

    Raises NotFound, Forbidden, FormRefused.
    """
    async with db.transaction() as tx:
        row = next(iter(await tx.rows(_ONE, [rung])), None)
        if row is None:
            raise errors.NotFound("rung", rung)
        held = rungs.rung(row)
        author = await _author(tx, ENDING, held.unit, actor, operator, at)
        periods.require_end(held, last_day, localtime.local_date(at))
        if held.valid_to == last_day:
            return
        if held.valid_to is not None and last_day > held.valid_to:
            raise errors.FormRefused(
                [errors.Fault("last_day", say("is later than before; enter the rung anew"))]
            )
        await _ended(tx, held, last_day, author, at)


async def _author(
    tx: Transaction, act: str, unit: str | None, actor: UUID, operator: UUID | None, at: datetime
) -> Actor:
    """The author of an act, who administers the unit, or the top. Raises Forbidden, NotFound."""
    words = permissions.table.ACTS[act].says
    rights = await permissions.held(tx, actor, at, act=words)
    tops = [row.code for row in await tx.rows("select code from unit where parent_code is null")]
    permissions.authorise_administration(
        rights.own() if operator else rights, tops if unit is None else [unit], act, words
    )
    return Actor(operator or actor, actor if operator else None)


async def _check(tx: Transaction, wanted: Wanted) -> None:
    """Raise FormRefused with everything that is wrong, NotFound for a unit that is none."""
    faults = list(_faults(wanted))
    periods.require_order(wanted.valid_from, wanted.valid_to)
    checked_name(wanted.basis, "basis")
    others = await tx.rows("select distinct subject from escalation_rung where level = $1", [wanted.level])
    if any(row.subject != wanted.subject for row in others):
        faults.append(errors.Fault("level", say("is the name of a rung that watches something else")))
    if faults:
        raise errors.FormRefused(faults)
    await _existing(tx, wanted.unit)


async def _existing(tx: Transaction, unit: str | None) -> None:
    """Raise NotFound for a unit that is none."""
    if unit is not None and not await tx.rows("select code from unit where code = $1", [unit]):
        raise errors.NotFound("unit", unit)


def _faults(wanted: Wanted) -> list[errors.Fault]:
    found: list[errors.Fault] = []
    if not rungs.LEVEL.fullmatch(wanted.level):
        found.append(errors.Fault("level", say("takes lower-case letters, digits and _, 2 to 40 of them")))
    if wanted.days and wanted.minutes:
        found.append(errors.Fault("minutes", say("name either days or minutes")))
    if abs(wanted.days) > MOST_DAYS:
        found.append(errors.Fault("days", say("at most {most}", most=MOST_DAYS)))
    if abs(wanted.minutes) > MOST_MINUTES:
        found.append(errors.Fault("minutes", say("at most {most}", most=MOST_MINUTES)))
    if wanted.moment is RungMoment.BEGUN:
        if wanted.subject is not RungSubject.RECEPTION:
            found.append(errors.Fault("moment", say("counts from the beginning only at reception")))
        if wanted.days <= 0 and wanted.minutes <= 0:
            found.append(errors.Fault("minutes", say("a wait is longer than nothing")))
    if wanted.apology and wanted.subject is not RungSubject.DOSSIER:
        found.append(errors.Fault("apology", say("is for accepted dossiers only")))
    if wanted.apology and wanted.days >= 0 and wanted.minutes >= 0:
        found.append(errors.Fault("apology", say("has to be told before the date")))
    if wanted.subject is not RungSubject.STEP:
        named = {
            "held": wanted.held is not None,
            "reassign": wanted.reassign,
            "role": wanted.role is not None,
        }
        found += [errors.Fault(name, say("is for steps only")) for name, given in named.items() if given]
    if wanted.recipient is RungRecipient.RECEIVING_HEAD and wanted.subject is not RungSubject.DOSSIER:
        found.append(errors.Fault("recipient", say("is for accepted dossiers only")))
    return [*found, *_faults_of_reports(wanted)]


def _faults_of_reports(wanted: Wanted) -> Iterator[errors.Fault]:
    if wanted.subject is RungSubject.REPORT:
        if wanted.procedure is not None:
            yield errors.Fault("procedure", say("is not for owed reports, which have none"))
        if wanted.minutes:
            yield errors.Fault("minutes", say("an owed report is due on a day; name working days"))
    elif wanted.recipient is RungRecipient.AWAITING_HEAD:
        yield errors.Fault("recipient", say("is for owed reports only"))


async def _same(tx: Transaction, wanted: Wanted) -> list[Rung]:
    """The rungs of the level for the same, locked."""
    scope = [wanted.level, wanted.procedure, wanted.unit, wanted.unit_kind, wanted.role]
    return [rungs.rung(row) for row in await tx.rows(_SAME, scope)]


def _stands(each: Rung, wanted: Wanted) -> bool:
    compared = (
        "subject",
        "moment",
        "days",
        "minutes",
        "recipient",
        "held",
        "silent",
        "reassign",
        "apology",
        "valid_to",
    )
    return all(getattr(each, name) == getattr(wanted, name) for name in compared) and (
        each.valid_from <= wanted.valid_from
    )


async def _ended(tx: Transaction, held: Rung, last_day: date, author: Actor, at: datetime) -> Act:
    await tx.rows("update escalation_rung set valid_to = $2 where id = $1", [held.id, last_day])
    payload = {"level": held.level, "valid_to": last_day.isoformat()}
    return await _record(tx, "rung_ended", held.id, held.unit, author, at, payload)


async def _record(
    tx: Transaction,
    kind: str,
    rung: UUID,
    unit: str | None,
    author: Actor,
    at: datetime,
    payload: dict[str, Any],
) -> Act:
    """Append to the chain of the unit's authority, or of the top."""
    tops = await tx.rows("select code from unit where parent_code is null order by code limit 1")
    return await administration.record_of(tx, unit or tops[0].code, kind, str(rung), author, at, **payload)


def _columns(wanted: Wanted) -> list[Any]:
    return [
        *(
            wanted.level,
            wanted.subject,
            wanted.moment,
            wanted.days,
            wanted.minutes,
            wanted.recipient,
            wanted.held,
        ),
        *(
            wanted.silent,
            wanted.reassign,
            wanted.apology,
            wanted.procedure,
            wanted.unit,
            wanted.unit_kind,
            wanted.role,
        ),
        *(wanted.valid_from, wanted.valid_to, wanted.basis),
    ]


def _payload(wanted: Wanted) -> dict[str, Any]:
    names = (
        "level",
        "days",
        "minutes",
        "held",
        "silent",
        "reassign",
        "apology",
        "procedure",
        "unit",
        "unit_kind",
        "role",
        "basis",
    )
    return {
        **{name: getattr(wanted, name) for name in names},
        **{name: str(getattr(wanted, name)) for name in ("subject", "moment", "recipient")},
        "valid_from": wanted.valid_from.isoformat(),
        "valid_to": wanted.valid_to.isoformat() if wanted.valid_to else None,
    }


_ENTER = """
insert into escalation_rung (id, level, subject, moment, days, minutes, recipient, held, silent, reassign, apology, procedure_code,
  unit_code, unit_kind, role, valid_from, valid_to, basis)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
"""
_ONE = f"select {rungs.COLUMNS} from escalation_rung where id = $1 for update"  # noqa: S608 - fixed text of this module
_SAME = f"""
select {rungs.COLUMNS} from escalation_rung
where level = $1 and procedure_code is not distinct from $2::text and unit_code is not distinct from $3::text
  and unit_kind is not distinct from $4::text and role is not distinct from $5::text
order by valid_from for update
"""  # noqa: S608 - fixed text of this module
