"""Dossier service: authorise, decide and save a command in one transaction.

    service = DossierService(db)
    outcome = await service.file(request, actor=principal, at=now, key="…")
    outcome = await service.perform(code, commands.Withdraw("…"), actor=principal, at=now)

Every command takes the same steps: load, authorise, decide, number, save, respond. One SELECT loads what the decision needs,
unless the command before has left it (`repository`). One statement saves what it changed, provided that no other command was
saved first (compare-and-set) and that rights and competence have not changed (`statements.Guard`).
"""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import hoso_bpmn
from hoso_bpmn.runs.run import Run
from hoso_models import PrincipalKind
from hoso_models import errors as storage
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import applicant_views, damaged_runs, filing, response, statements
from hoso_workflows.dossiers.locks import DossierLocks
from hoso_workflows.dossiers.repository import Asker, Found, Outdated, Repository, Resumable
from hoso_workflows.dossiers.resolution import Assigner, Resolved, Resolver
from hoso_workflows.dossiers.save_statement import Also, Changeset
from hoso_workflows.events import GENESIS, Event
from hoso_workflows.frozen import changed
from hoso_workflows.letters import numbering
from hoso_workflows.lifecycle import commands, decision, drafts, transitions
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.state import State
from hoso_workflows.operation import log_lines
from hoso_workflows.operation.rate_limit import CountedOnce, Purpose, RateLimit
from hoso_workflows.organisation import access_log, permissions, principals
from hoso_workflows.procedures.reference_data import ReferenceData

#: How often an act is tried again when somebody else was faster.
TRIES = 6
#: Seconds of the longest first pause between tries; it doubles, and is drawn at random up to that.
PAUSE = 0.01
#: What two at once may run into; the second finds at its next try what the first one did.
_RACES = ("pk_idempotency", "uq_dossier_reference")
_NOTHING = filing.Enclosed()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of a command. `body` is the JSON-safe response, replayed for a repeated idempotency key."""

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
        """The outcome with the values of a response body."""
        return cls(body["reference"], body["code"], body["status"], body["version"], body, replayed)


@dataclass(frozen=True, slots=True)
class Preview:
    """A dossier before and after a command that is not carried out. Its new numbers are no real ones."""

    found: Found
    before: Projection
    after: Projection


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The caller of a command, its instant, and its idempotency key and fingerprint."""

    subject: str
    actor: UUID
    at: datetime
    key: str | None
    #: What it says, byte by byte.
    body: bytes
    #: What the caller may do within a time; the tries of one act count once.
    limits: CountedOnce
    #: The versions on which alone it may be done; None for any.
    if_match: Collection[int] | None = None
    #: What is asked for, and of what: the same for every name of a dossier.
    act: str = ""
    #: What is written in the transaction of the command.
    beside: tuple[Also, ...] = ()

    def of(self, command: commands.Command, subject: object) -> "CommandContext":
        """The same with `act`: type, subject, and the part that it concerns."""
        part = next(
            (
                getattr(command, name)
                for name in ("incident", "consultation", "letter")
                if hasattr(command, name)
            ),
            "",
        )
        return replace(self, act=f"{type(command).__name__} {subject} {part}".rstrip())

    @property
    def digest(self) -> bytes:
        """Idempotency fingerprint: SHA-256 over command, subject and body."""
        return hashlib.sha256(self.act.encode() + b"\0" + self.body).digest()

    @property
    def day(self) -> date:
        """The local date."""
        return localtime.local_date(self.at)

    @property
    def unknown(self) -> errors.NotFound:
        """The NotFound error for the subject.

        It is the same for a subject that does not exist and one that the actor may not read.
        """
        return errors.NotFound("task" if _uuid(self.subject) else "dossier", self.subject)

    @property
    def once(self) -> tuple[UUID, str | None, bytes]:
        """The actor, idempotency key and fingerprint, which prevent a second execution."""
        return self.actor, self.key, self.digest

    def guard(
        self,
        head: bytes,
        rights: Any,
        procedure: str,
        competent: list[str] | str,
        field: str | None,
        **further: Any,
    ) -> statements.Guard:
        """The guard of a command that is decided on these values."""
        return statements.Guard(head, self.day, self.at, rights, procedure, competent, field, **further)

    def expects(self, reference: str, version: int) -> None:
        """Raise StaleVersion for a version that is not in `if_match`."""
        if self.if_match is not None and version not in self.if_match:
            raise errors.StaleVersion(reference, max(self.if_match, default=None), version)

    def answers(self, answered: dict[str, Any]) -> bool:
        """True for a response that was given to this very request."""
        return bytes.fromhex(answered["hash"]) == self.digest

    def replay(self, answered: dict[str, Any]) -> Outcome:
        """The first response again. Raises KeyReused if the key belongs to another request."""
        if not self.answers(answered):
            raise errors.KeyReused(self.key or "")
        return Outcome.of(answered["response"], replayed=True)


class DossierService:
    """The dossier service, one per process and event loop; caches reference data."""

    def __init__(self, db: Database, rate_limit: RateLimit | None = None) -> None:
        self.db = db
        #: What is asked of applicants who file online; nothing where it is None.
        self._rate_limit = rate_limit
        self.reference_data = ReferenceData(db)
        self.repository = Repository(db, self.reference_data)
        self._assigner = Assigner(db, self.reference_data)
        self.locks = DossierLocks()

    async def file(
        self,
        request: commands.FileDossier,
        enclosed: filing.Enclosed = _NOTHING,
        *,
        actor: UUID,
        at: datetime,
        key: str | None = None,
        body: bytes | None = None,
    ) -> Outcome:
        """File a dossier and start its procedure. A repeated idempotency key returns the first response.

        Files that are `enclosed` are the dossier's from its beginning.

        Raises a `Refusal`, among them TooManyRequests for an applicant who files too many dossiers. Requests that were refused
        or replayed do not count.
        """
        limits = CountedOnce(self._rate_limit)
        context = CommandContext("", actor, at, key, body or filing.canonical(request), limits, act="File")
        return await self._told(
            await _patiently(request.procedure, lambda: self._file(request, enclosed, context))
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
        beside: Also | None = None,
    ) -> Outcome:
        """Execute a command on a dossier, at one of the versions in `if_match`.

        `subject` is the dossier's reference or code, or a task id. `beside` is written in its transaction, not for a response
        that is replayed; what it raises undoes the command. Raises a `Refusal` when the rules do not allow the command,
        `errors.Conflict` after too many lost compare-and-set races, and a `StorageError` when the database cannot answer;
        nothing is changed then. What was refused or replayed does not count against a rate limit.
        """
        seen = (if_match,) if isinstance(if_match, int) else if_match
        limits = CountedOnce(self._rate_limit)
        also = () if beside is None else (beside,)
        said = body or repr(command).encode()
        context = CommandContext(subject, actor, at, key, said, limits, seen, beside=also)
        with suppress(Outdated):
            return await self._told(await _patiently(subject, lambda: self._perform(command, context)))
        return await self._told(await _patiently(subject, lambda: self._perform(command, context, read=True)))

    async def _told(self, outcome: Outcome) -> Outcome:
        """The outcome, once a standby has it where one has to.

        What is replayed was stored by another request.
        """
        if outcome.replayed:
            await self.db.await_confirmation()
        return outcome

    async def require_possible(
        self,
        subject: str,
        choice: Sequence[commands.Command],
        *,
        actor: UUID,
        at: datetime,
        key: str | None = None,
        body: bytes | None = None,
        if_match: Collection[int] | None = None,
    ) -> Outcome | None:
        """Check that a command is possible now, before work that it needs.

        Of several the first one counts that the actor has the right to. Returns the first outcome of a repeated idempotency
        key; without a body its request is not compared. Raises what `perform` would raise.
        """
        limits, last = CountedOnce(self._rate_limit), choice[-1]
        context = CommandContext(subject, actor, at, key, body or b"", limits, if_match)
        found, reads = await self._found(last, context, read=True)
        context = context.of(last, found.reference)
        async with self._recording_refusals(context, type(last).__name__, found.reference, reads=reads):
            if found.answered:
                return context.replay(found.answered) if body is not None else None
            before = await self.repository.load(found)
            _, state = await self.resumed(before.state, found)
            rights = permissions.Rights.of(context.actor, found.rights, applicant=_applies(found, context))
            command, by = _first_permitted(choice, state, found, rights)
            context.expects(state.reference, found.version)
            transitions.draft(state, command, context.at, by)
        return None

    async def preview(self, subject: str, command: commands.Command, *, actor: UUID, at: datetime) -> Preview:
        """The dossier as a command would leave it; nothing is stored or numbered.

        Raises what `perform` would raise.
        """
        context = CommandContext(subject, actor, at, None, b"", CountedOnce(None))
        found, reads = await self._found(command, context, read=True)
        context = context.of(command, found.reference)
        async with self._recording_refusals(context, type(command).__name__, found.reference, reads=reads):
            before = await self.repository.load(found)
            run, state = await self.resumed(before.state, found)
            command = transitions.addressed(state, command)
            rights = permissions.Rights.of(context.actor, found.rights, applicant=_applies(found, context))
            by = _permitted(command, state, found, rights)
            after = await self._after(found, before, (run, state), command, at, by)
            return Preview(found, before, after)

    async def foresee(self, key: str, command: commands.Command, *, at: datetime) -> Projection:
        """A dossier as a command would leave it, whoever may give it. Nothing is stored.

        For a reader of its dates, who is shown them alone. Raises what the command would raise but for rights.
        """
        context = CommandContext(key, commands.SYSTEM.principal, at, None, b"", CountedOnce(None))
        found, _ = await self._found(command, context, read=True)
        before = await self.repository.load(found)
        run, state = await self.resumed(before.state, found)
        command = transitions.addressed(state, command)
        return await self._after(found, before, (run, state), command, at, commands.SYSTEM)

    async def _after(
        self,
        found: Found,
        before: Projection,
        resumed: tuple[Run, State],
        command: commands.Command,
        at: datetime,
        by: commands.Actor,
    ) -> Projection:
        run, state = resumed[0], changed(resumed[1], clock=before.clock)
        asked = Resolver(self.repository, self.reference_data, found, before, state, run, at, by)
        meant = await asked.resolved(command)
        with decision.whole(meant.state):
            interpreted = transitions.interpret(meant.state, meant.command)
            draft = transitions.draft(meant.state, interpreted, at, by)
        events = draft.numbered({series: drafts.in_memory(series) for series in draft.needs})
        return await self.repository.foreseen(found, before, events)

    async def advance(self, subject: str, *, at: datetime) -> Outcome:
        """Fire the due timers of a dossier, as the system."""
        return await self.perform(subject, commands.Advance(), actor=principals.SYSTEM, at=at)

    async def _file(
        self, request: commands.FileDossier, enclosed: filing.Enclosed, context: CommandContext
    ) -> Outcome | None:
        asker = [context.actor, context.day, context.at, context.key, request.procedure]
        row = await self.db.row(statements.LOAD_FILER, asker)
        if row.answered:
            return context.replay(row.answered)
        async with self._recording_refusals(context, "File", request.procedure):
            rights = permissions.Rights.of(context.actor, row.rights)
            filed, actor = await filing.prepare(
                self.reference_data, row, request, rights, context.day, enclosed.files
            )
        await filing.pace(context.limits, rights, context.at)
        decided, run = transitions.file(filed, context.at, actor)
        guard = context.guard(
            GENESIS,
            row.rights,
            request.procedure,
            row.candidates,
            row.field,
            entry=filing.entry(request, decided, filed.loaded, row.version, rights),
        )
        view = _view(rights, filed.units.values())
        dossier, changes = uuid4(), Changeset(decided, run, guard, context.once, view)
        beside = () if enclosed.beside is None else (enclosed.beside(dossier),)
        answer = await self.repository.add(dossier, changes, *beside)
        return Outcome.of(answer) if answer else None

    async def _perform(
        self, command: commands.Command, context: CommandContext, *, read: bool = False
    ) -> Outcome | None:
        """The outcome; None after a lost race. Raises Outdated unless the dossier is to be `read`."""
        found, reads = await self._found(command, context, read=read)
        context = _of_dossier(context, command, found)
        async with self.locks.hold(found.id) as waited:
            if waited:
                found, reads = await self._found(command, context, read=read)
            async with self._recording_refusals(
                context, type(command).__name__, found.reference, reads=reads
            ):
                if found.answered:
                    return context.replay(found.answered)
                with _unless_outdated(found):
                    return await self._act(command, found, context)

    async def _act(self, command: commands.Command, found: Found, context: CommandContext) -> Outcome | None:
        before = await self.repository.load(found)
        run, state = await self.resumed(before.state, found)
        command = transitions.addressed(state, command)
        rights = permissions.Rights.of(context.actor, found.rights, applicant=_applies(found, context))
        actor = _permitted(command, state, found, rights)
        context.expects(state.reference, found.version)
        state = changed(state, clock=before.clock)
        asked = Resolver(self.repository, self.reference_data, found, before, state, run, context.at, actor)
        meant = await asked.resolved(command)
        decided = await self._decided(meant, found, context.at, actor)
        if isinstance(command, commands.WriteToDesk | commands.SubmitProof):
            await context.limits.take(Purpose.WRITING, str(context.actor), at=context.at)
        assigned = await self._assigner.assigned(meant.state, decided, context.at)
        decided = (*decided, *assigned.events)
        view = _view(rights, _involved(before.state))
        if not decided:
            found.require_read()
            return Outcome.of(view(before, before.clock.dates(), found.version))
        guard = _guard(command, state, found, context, (*meant.others, *assigned.others))
        changes = Changeset(decided, meant.run, guard, context.once, view)
        answer = await self.repository.save(found, before, changes, *meant.also, *context.beside)
        if answer is None:
            found.require_read()
            return None
        return Outcome.of(answer)

    async def _decided(
        self, meant: Resolved, found: Found, at: datetime, actor: commands.Actor
    ) -> tuple[Event, ...]:
        """The events of the command, numbered. Drives the state's run."""
        state = meant.state
        with decision.whole(state):
            draft = transitions.draft(state, transitions.interpret(state, meant.command), at, actor)
        if draft.needs:
            found.require_read()
        return await numbering.assign(self.db, draft)

    async def _found(
        self, command: commands.Command, context: CommandContext, *, read: bool
    ) -> tuple[Found, bool]:
        """Find the dossier; True beside it if the actor may read it.

        It may be a remembered one unless it is to be `read`; raises Outdated if the actor may not read that. Raises NotFound,
        with the same message and after as many statements, for a dossier that does not exist and for one that the actor has no
        relation to.
        """
        asker = Asker(context.actor, context.day, context.at, context.key, _other(command))
        subject = _uuid(context.subject) or context.subject
        found = await self.repository.find(subject, asker, read=read)
        if found and (context.actor == principals.SYSTEM or _reads(found, context, ())):
            return found, True
        if found and found.answered and _of_dossier(context, command, found).answers(found.answered):
            # Told once more to whom it was told, whatever rights have ended since.
            return found, True
        if found:
            found.require_read()
        working = await self.db.row(statements.WORKING, [found and found.id])
        if found and _reads(found, context, working.units):
            return found, True
        if (
            found
            and found.rights
            and permissions.allowed_without_reading(
                permissions.Rights.of(context.actor, found.rights), command
            )
        ):
            return found, False
        name = found.reference if found else context.subject
        await access_log.record_refusal(self.db, context.actor, type(command).__name__, name, context.at)
        raise context.unknown

    @asynccontextmanager
    async def _recording_refusals(
        self, context: CommandContext, act: str, subject: str, *, reads: bool = True
    ) -> AsyncIterator[None]:
        """Record refused attempts in the access log and damaged runs with the incidents.

        Callers who may not read the dossier get the same NotFound as for one that does not exist.
        """
        try:
            yield
        except errors.StateDamaged as damaged:
            await damaged_runs.add(self.db, damaged, context.at)
            raise damaged if reads else context.unknown from None
        except (errors.Forbidden, errors.KeyReused) as refused:
            if isinstance(refused, errors.Forbidden):
                await access_log.record_refusal(self.db, context.actor, act, subject, context.at)
            raise refused if reads else context.unknown from None

    async def resumed(self, state: State, found: Resumable) -> tuple[Run, State]:
        """The resumed run, and the state with run, specification and unit calendars. Raises StateDamaged."""
        version = await self.reference_data.version(found.workflow_version_id)
        loaded = version.case(found.case_id)
        calendars = await self.reference_data.unit_calendars(state.units.values())
        of_lane = transitions.calendar_of_lane(loaded, state.places, calendars)
        state = changed(state, loaded=loaded, calendars=calendars)
        with decision.whole(state):
            run = hoso_bpmn.resume(loaded.specification, found.state, calendar=of_lane)
        return run, changed(state, run=run)


@contextmanager
def _unless_outdated(found: Found) -> Iterator[None]:
    """Replace a refusal or a lost race on a remembered dossier by Outdated."""
    try:
        yield
    except (errors.Refusal, storage.Conflict, storage.ConstraintViolated):
        found.require_read()
        raise


@contextmanager
def _outrun() -> Iterator[None]:
    """Suppress the error of a lost compare-and-set race; re-raise any other."""
    try:
        yield
    except storage.Conflict:
        pass
    except storage.ConstraintViolated as violated:
        if violated.name not in _RACES:
            raise


async def _patiently(subject: str, work: Callable[[], Awaitable[Outcome | None]]) -> Outcome:
    """Retry the work after lost races, which return None. Raises Conflict after `TRIES`."""
    for attempt in range(TRIES):
        with _outrun():
            outcome = await work()
            if outcome is not None:
                log_lines.note(code=outcome.code)
                return outcome
        # Spread out those who collided; secrecy is no matter here.
        await asyncio.sleep(random.uniform(0, PAUSE * 2**attempt))  # noqa: S311 - no secret
    raise errors.Conflict(subject)


def _of_dossier(context: CommandContext, command: commands.Command, found: Found) -> CommandContext:
    """The context of a command on a dossier.

    By a task's id, or by the one name that a dossier has had from the beginning, however it was asked for now.
    """
    return context.of(command, _uuid(context.subject) or found.reference)


def _reads(found: Found, context: CommandContext, working: Sequence[str]) -> bool:
    """True if the actor may read the dossier. Units that have worked on it count too."""
    units = (found.receiving_unit, found.handling_unit, found.deciding_unit, *working)
    return permissions.readable(context.actor, found.rights, units, applicant=_applies(found, context))


def _applies(found: Found, context: CommandContext) -> bool:
    """True if the actor is the dossier's applicant."""
    return found.applicant_id == context.actor


def _view(rights: permissions.Rights, units: Collection[str]) -> response.Answer:
    """The response view: complete for its officers, without tasks for others, else the applicant's."""
    if rights.inside(units):
        return response.answer
    if rights.kind is PrincipalKind.OFFICER and not rights.applicant:
        return response.tracked
    return applicant_views.answer


def _guard(
    command: commands.Command,
    state: State,
    found: Found,
    context: CommandContext,
    others: Sequence[tuple[UUID, Any]] = (),
) -> statements.Guard:
    """The guard of a command on a dossier as it was found."""
    return context.guard(
        found.head,
        found.rights,
        state.procedure,
        found.competent,
        found.field,
        units=(found.receiving_unit, found.handling_unit, found.deciding_unit),
        applicant=_applies(found, context),
        others=(*(((named, found.other_rights),) if (named := _other(command)) else ()), *others),
    )


def _involved(state: State) -> set[str]:
    """The units of a dossier, and those with an open task in it."""
    return {*state.units.values(), *(task.unit for task in state.tasks.values())}


def _permitted(
    command: commands.Command, state: State, found: Found, rights: permissions.Rights
) -> commands.Actor:
    """Authorise the command; the actor, with the principal represented, if any."""
    units = [competent.partition(" ")[2] for competent in found.competent]
    actor = permissions.authorise(command, state, rights, units)
    permissions.authorise_assignee(command, state, found.other_rights)
    permissions.authorise_mention(command, state, found.other_rights)
    return actor


def _first_permitted(
    choice: Sequence[commands.Command], state: State, found: Found, rights: permissions.Rights
) -> tuple[commands.Command, commands.Actor]:
    """The first command that is authorised, and its actor. Raises the refusal of the last one."""
    *others, last = choice
    for command in others:
        with suppress(errors.Forbidden, errors.NotYourTurn):
            return command, _permitted(command, state, found, rights)
    return last, _permitted(last, state, found, rights)


def _other(command: commands.Command) -> UUID | None:
    """The second principal whose rights are checked: assignee or colleague mentioned."""
    return getattr(command, "assignee", None) or getattr(command, "mention", None)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
