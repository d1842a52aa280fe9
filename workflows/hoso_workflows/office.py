"""The office: where a command is allowed, decided in memory and written, in one transaction and in one place.

    office = Office(db)
    outcome = await office.file(request, actor=principal, at=now, key="…")
    outcome = await office.perform(code, commands.Withdraw("…"), actor=principal, at=now)

An act, a filing too, costs two round trips: one SELECT loads what the decision needs, one statement writes what it changed, on condition that
nobody was faster (compare-and-set) and that rights and competence are what they were (`statements.Guard`). Completing a task
that the act before has left open here costs the second only (`grounds`).
"""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import hoso_bpmn
from hoso_bpmn.run import Run
from hoso_models import errors as storage
from hoso_models.database import Database
from hoso_workflows import (
    access_log,
    act,
    applicant,
    authority,
    commands,
    corrections,
    damaged_runs,
    events,
    filing,
    lifecycle,
    localtime,
    numbering,
    refusals,
    register,
    statements,
    writing,
)
from hoso_workflows.cabinet import Cabinet
from hoso_workflows.events import Event, Kind
from hoso_workflows.grounds import Ground, Grounds
from hoso_workflows.histories import Histories
from hoso_workflows.projections import Mark, Projection
from hoso_workflows.state import State
from hoso_workflows.throttle import Throttle
from hoso_workflows.turns import Turns

#: How often an act is tried again when somebody else was faster.
TRIES = 6
#: Seconds of the longest first pause between tries; it doubles, and is drawn at random up to that.
PAUSE = 0.01
#: What two at once may run into; the second finds at its next try what the first one did.
_RACES = ("pk_idempotency", "uq_dossier_reference")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act; `body` is JSON-safe and is what a repeated request gets again."""

    reference: str
    code: str | None
    status: str
    #: The dossier's version, for `If-Match`.
    version: int
    body: dict[str, Any]
    #: True when the act had been done before under the same key and nothing was done now.
    replayed: bool = False

    @classmethod
    def of(cls, body: dict[str, Any], *, replayed: bool = False) -> "Outcome":
        """The outcome that an answer tells."""
        return cls(body["reference"], body["code"], body["status"], body["version"], body, replayed)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for something, when, and how the same request is known again."""

    subject: str
    actor: UUID
    at: datetime
    key: str | None
    #: What it says, byte by byte.
    said: bytes
    #: The versions on which alone it may be done; None for any.
    if_match: Collection[int] | None = None
    #: What is asked for, and of what: the same for every name of a dossier.
    act: str = ""

    def of(self, command: commands.Command, subject: object) -> "Asked":
        """With the act that the command is on a task, or a dossier by its reference."""
        return replace(self, act=f"{type(command).__name__} {subject}")

    @property
    def digest(self) -> bytes:
        """By which the same request is known again."""
        return hashlib.sha256(self.act.encode() + b"\0" + self.said).digest()

    @property
    def day(self) -> date:
        """The local date."""
        return localtime.local_date(self.at)

    @property
    def unknown(self) -> refusals.NotFound:
        """Nothing is known under the subject's name, or not to this actor: which of the two is not said."""
        return refusals.NotFound("task" if _uuid(self.subject) else "dossier", self.subject)

    @property
    def once(self) -> tuple[UUID, str | None, bytes]:
        """What keeps the act from being done twice."""
        return self.actor, self.key, self.digest

    def guard(self, head: bytes, rights: Any, procedure: str, competent: list[str]) -> statements.Guard:
        """The ground of the act, to be compared when it is written."""
        return statements.Guard(head, self.day, self.at, rights, procedure, competent)

    def replay(self, answered: dict[str, Any]) -> Outcome:
        """The first answer again. Raises KeyReused when the key came with another request then."""
        if bytes.fromhex(answered["hash"]) != self.digest:
            raise refusals.KeyReused(self.key or "")
        return Outcome.of(answered["response"], replayed=True)


class Office:
    """One per process and event loop; what it needs often is kept at hand in its cabinet."""

    def __init__(self, db: Database, throttle: Throttle | None = None) -> None:
        self.db = db
        #: What is asked of applicants who file online; nothing where it is None.
        self._throttle = throttle
        self.cabinet = Cabinet(db)
        self.histories = Histories(db, self.cabinet)
        self.turns = Turns()
        self._grounds = Grounds()

    async def file(
        self,
        request: filing.Request,
        *,
        actor: UUID,
        at: datetime,
        key: str | None = None,
        body: bytes | None = None,
    ) -> Outcome:
        """Take a dossier in and start its procedure. Raises a `Refusal`; the same key again gives the first answer.

        An applicant who files many raises TooManyRequests; what was refused or done before counts for nothing.
        """
        asked = Asked("", actor, at, key, body or filing.canonical(request), act="File")
        first = iter((True,))
        return await _patiently(
            request.procedure, lambda: self._file(request, asked, counted=next(first, False))
        )

    async def perform(
        self,
        subject: str,
        command: commands.Command,
        *,
        actor: UUID,
        at: datetime,
        key: str | None = None,
        body: bytes | None = None,
        if_match: int | Collection[int] | None = None,
    ) -> Outcome:
        """Carry out a command on the dossier of a reference, a code or a task id, at (one of) the versions that were seen.

        Raises a `Refusal` when the rules do not allow it, `refusals.Conflict` when others were faster too often, and a
        `StorageError` when the database cannot answer; nothing is changed then.
        """
        seen = (if_match,) if isinstance(if_match, int) else if_match
        asked = Asked(subject, actor, at, key, body or repr(command).encode(), seen)
        foreseen = await self._foreseen(command, asked)
        return foreseen or await _patiently(subject, lambda: self._perform(command, asked))

    async def advance(self, subject: str, *, at: datetime) -> Outcome:
        """Let the due timers of a dossier fire, by the system."""
        return await self.perform(subject, commands.Advance(), actor=register.SYSTEM, at=at)

    async def _file(self, request: filing.Request, asked: Asked, *, counted: bool) -> Outcome | None:
        asker = [asked.actor, asked.day, asked.at, asked.key, request.procedure]
        row = await self.db.row(statements.LOAD_FILER, asker)
        if row.answered:
            return asked.replay(row.answered)
        async with self._remembering(asked, "File", request.procedure):
            rights = authority.Rights.of(asked.actor, row.rights)
            opened = await filing.prepare(self.cabinet, row, request, rights, asked.at)
        if counted and self._throttle is not None:
            await filing.pace(self._throttle, rights, asked.at)
        told, run = lifecycle.file(opened.filing, asked.at, opened.actor)
        projection = Projection.of(told, self.cabinet.calendars)
        place = writing.Place(opened.id, 0, events.GENESIS)
        ground = asked.guard(place.head, row.rights, request.procedure, list(opened.competent))
        guard = replace(ground, entry=filing.entry(opened))
        answered = _answered(asked, row, opened.filing.units.values())
        work = writing.work(place, Mark(), projection, told, run, asked.once, guard, answered)
        (stored,) = await self.db.one_statement(work.statement, work.parameters)
        if not stored.won:
            return None
        self.histories.keep(opened.id, work.head, projection)
        return Outcome.of(work.answer)

    async def _perform(self, command: commands.Command, asked: Asked) -> Outcome | None:
        row, reads = await self._found(command, asked)
        # By a task's id, or by the one name that a dossier has had from the beginning, however it was asked for now.
        asked = asked.of(command, _uuid(asked.subject) or row.reference)
        async with self.turns.on(row.id) as waited:
            if waited:
                row, reads = await self._found(command, asked)
            async with self._remembering(asked, type(command).__name__, row.reference, reads=reads):
                if row.answered:
                    return asked.replay(row.answered)
                self._grounds.know(asked.actor, asked.day, row.rights)
                return await self._act(command, row, asked)

    async def _foreseen(self, command: commands.Command, asked: Asked) -> Outcome | None:
        """A task completed on the ground at hand; None where there is none that bears it, and then nothing has changed."""
        if not isinstance(command, commands.Complete) or asked.subject != str(command.task):
            return None
        dossier = self._grounds.dossier(command.task)
        if dossier is None:
            return None
        async with self.turns.on(dossier):
            ground = self._grounds.take(dossier, asked.actor, asked.day)
            if ground is None:
                return None
            with _outrun(), suppress(refusals.Refusal):
                return await self._act(command, ground, asked.of(command, command.task))
            return None

    async def _act(self, command: commands.Command, row: Any, asked: Asked) -> Outcome | None:
        before = await self.histories.read(row)
        told, run = await self._decided(command, before.state, row, asked)
        answered = _answered(asked, row, _involved(before.state))
        if not told:
            return Outcome.of(answered(before, before.clock.dates(), row.version))
        if isinstance(command, commands.Correct):
            before = await self.histories.corrected(row, told)
        guard = replace(
            asked.guard(row.head, row.rights, before.state.procedure, row.competent),
            applicant=bool(row.applicant),
            other=_other(command),
            other_rights=row.other_rights,
        )
        place, after = writing.Place(row.id, row.version, row.head), before.after(told)
        work = writing.work(place, before.mark(), after, told, run, asked.once, guard, answered)
        (stored,) = await writing.stored(self.db, work)
        if not stored.won:
            return None
        self.histories.keep(row.id, work.head, after)
        self._grounds.leave(Ground.left_by(row, asked.day, work, after), after)
        return Outcome.of(work.answer)

    async def _decided(
        self, command: commands.Command, state: State, row: Any, asked: Asked
    ) -> tuple[tuple[Event, ...], Run]:
        """What the command makes happen, and the run that went along with it."""
        run, resumed = await self.resumed(state, row)
        actor = _permitted(command, resumed, row, asked)
        if asked.if_match is not None and row.version not in asked.if_match:
            raise refusals.StaleVersion(state.reference, max(asked.if_match, default=None), row.version)
        if isinstance(command, commands.Correct):
            command = corrections.meant(await self.histories.events(row), command, asked.at)
        with act.whole(resumed):
            told = lifecycle.decide(resumed, _lettered(lifecycle.interpret(state, command)), asked.at, actor)
        return await self._numbered(told, state.units["receiving"]), run

    async def _found(self, command: commands.Command, asked: Asked) -> tuple[Any, bool]:
        """Load the dossier and say whether the actor reads it.

        Raises NotFound, in the same words and after as many statements, for one that is not there or none of their business.
        """
        row = await self._load(command, asked)
        if row and (asked.actor == register.SYSTEM or _reads(row, asked, ())):
            return row, True
        working = await self.db.row(statements.WORKING, [row and row.id])
        if row and _reads(row, asked, working.units):
            return row, True
        if row and row.rights and authority.outside(authority.Rights.of(asked.actor, row.rights), command):
            return row, False
        subject = row.reference if row else asked.subject
        await access_log.remember(self.db, asked.actor, type(command).__name__, subject, asked.at)
        raise asked.unknown

    async def _load(self, command: commands.Command, asked: Asked) -> Any:
        task, other = _uuid(asked.subject), _other(command)
        parameters = [task or asked.subject, asked.actor, asked.day, asked.at, asked.key, other]
        sql = statements.load(task=task is not None, other=other is not None)
        return await self.db.row(sql, parameters if other else parameters[:-1])

    @asynccontextmanager
    async def _remembering(
        self, asked: Asked, act: str, subject: str, *, reads: bool = True
    ) -> AsyncIterator[None]:
        """Keep a refused attempt in the access log and a damaged run among the incidents; strangers learn nothing."""
        try:
            yield
        except refusals.StateDamaged as damaged:
            await damaged_runs.add(self.db, damaged, asked.at)
            raise damaged if reads else asked.unknown from None
        except (refusals.Forbidden, refusals.KeyReused) as refused:
            if isinstance(refused, refusals.Forbidden):
                await access_log.remember(self.db, asked.actor, act, subject, asked.at)
            raise refused if reads else asked.unknown from None

    async def resumed(self, state: State, row: Any) -> tuple[Run, State]:
        """The engine, and the state with it, its specification and the calendars of its units. Raises StateDamaged."""
        version = await self.cabinet.version(row.workflow_version_id)
        loaded = version.case(row.case_id)
        calendars = await self.cabinet.of_units(state.units.values())
        of_lane = lifecycle.calendar_of_lane(loaded, state.units, calendars)
        state = replace(state, loaded=loaded, calendars=calendars)
        with act.whole(state):
            run = hoso_bpmn.resume(loaded.specification, row.state, calendar=of_lane)
        return run, replace(state, run=run)

    async def _numbered(self, told: Sequence[Event], unit: str) -> tuple[Event, ...]:
        """The events with the numbers that the law wants in order, allocated now that the act is decided."""
        numbers: dict[str, Any] = {}
        for event in told:
            said = event.payload
            if event.kind is Kind.ACCEPTED:
                numbers["code"] = await numbering.next_code(self.db, unit, localtime.local_date(event.at))
            elif event.kind is Kind.LETTER_ISSUED:
                number = await numbering.next_letter(self.db, said["unit"], said["form"], said["year"])
                numbers |= {"number": number, "receipt": number}
        return tuple(numbering.numbered(numbers, event) for event in told)


def _lettered(command: commands.Command) -> commands.Command:
    """The command with room for the number of its letter."""
    if isinstance(command, commands.Refuse | commands.AskSupplement) and command.letter is None:
        return replace(command, letter=0)
    return command


@contextmanager
def _outrun() -> Iterator[None]:
    """Go on behind the block when it stored nothing because somebody else was faster."""
    try:
        yield
    except storage.Conflict:
        pass
    except storage.ConstraintViolated as violated:
        if violated.name not in _RACES:
            raise


async def _patiently(subject: str, work: Callable[[], Awaitable[Outcome | None]]) -> Outcome:
    """Try until the work is stored; None means that somebody else was faster."""
    for attempt in range(TRIES):
        with _outrun():
            outcome = await work()
            if outcome is not None:
                return outcome
        # Spread out those who collided; secrecy is no matter here.
        await asyncio.sleep(random.uniform(0, PAUSE * 2**attempt))  # noqa: S311 - no secret
    raise refusals.Conflict(subject)


def _reads(row: Any, asked: Asked, working: Sequence[str]) -> bool:
    """True when the actor reads the dossier, by its units and those that worked on it."""
    units = (row.receiving_unit, row.handling_unit, row.deciding_unit, *working)
    return authority.readable(asked.actor, row.rights, units, applicant=bool(row.applicant))


def _answered(asked: Asked, row: Any, units: Collection[str]) -> writing.Answer:
    """The answer after an act: everything for the dossier's officers, less for all others."""
    inside = authority.Rights.of(asked.actor, row.rights).inside(units)
    return writing.answer if inside else applicant.answer


def _involved(state: State) -> set[str]:
    """The units of a dossier, and those that have something to do in it now."""
    return {*state.units.values(), *(task.unit for task in state.tasks.values())}


def _permitted(command: commands.Command, state: State, row: Any, asked: Asked) -> commands.Actor:
    """In whose name the command is carried out."""
    rights = authority.Rights.of(asked.actor, row.rights, applicant=bool(row.applicant))
    units = [competent.partition(" ")[2] for competent in row.competent]
    actor = authority.actor(command, state, rights, units)
    authority.assignable(command, state, row.other_rights)
    return actor


def _other(command: commands.Command) -> UUID | None:
    """The principal whose rights matter beside the actor's."""
    return getattr(command, "assignee", None)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
