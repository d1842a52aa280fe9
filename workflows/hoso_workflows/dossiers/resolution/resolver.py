"""Commands resolved before they are decided: what only the database knows of them.

A resolved command is decided as any other; its rights were checked before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson

from hoso_bpmn.runs.run import Run
from hoso_calendar.messages import say
from hoso_models import PaymentMethod, text_search
from hoso_models.storage.database import Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import applicant_views, filing, statements
from hoso_workflows.dossiers.repository import Found, Repository
from hoso_workflows.dossiers.resolution import sql
from hoso_workflows.dossiers.save_statement import Also, Statement
from hoso_workflows.errors import Fault
from hoso_workflows.frozen import changed
from hoso_workflows.lifecycle import commands, corrections, transitions, validation
from hoso_workflows.lifecycle.acts import erasure, rectification, refusals
from hoso_workflows.lifecycle.commands import Command
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.state import OpenTask, State
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.procedures import competent_units
from hoso_workflows.procedures.reference_data import ReferenceData
from hoso_workflows.signatures.refusals import AlreadySigned


@dataclass(frozen=True, slots=True)
class Resolved:
    """A command with the state that it is decided on, and its run."""

    command: Command
    state: State
    run: Run
    #: Rows beside the projections that it changes, written in its transaction.
    also: tuple[Also, ...] = ()
    #: Further people whose rights it was resolved by, with these rights.
    others: tuple[tuple[UUID, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Resolver:
    """The stored data that commands are resolved with."""

    repository: Repository
    reference_data: ReferenceData
    found: Found
    before: Projection
    state: State
    run: Run
    at: datetime
    #: Who asks, and for whom.
    actor: commands.Actor

    async def resolved(self, command: Command) -> Resolved:
        """The command as it is decided. Raises the refusals of what it names."""
        transitions.require_kept(self.state)
        resolve = _RESOLVED.get(type(command))
        if resolve is None:
            return Resolved(command, self.state, self.run)
        return await resolve(self, command)

    async def _correct(self, command: commands.Correct) -> Resolved:
        history = await self.repository.history(self.found)
        return Resolved(corrections.meant(history, command, self.at), self.state, self.run)

    async def _consult(self, command: commands.Consult) -> Resolved:
        await self._existing(command.unit)
        return Resolved(command, await self._with_calendars(command.unit), self.run)

    async def _existing(self, unit: str) -> None:
        """Raise NotFound for a unit that is none on that day."""
        day = localtime.local_date(self.at)
        if await self.reference_data.db.row(sql.UNIT, [unit, day]) is None:
            raise errors.NotFound("unit", unit)

    async def _with_calendars(self, *units: str) -> State:
        """The state with the calendars of further units."""
        known = await self.reference_data.unit_calendars({*self.state.units.values(), *units})
        return changed(self.state, calendars=known)

    async def _transfer(self, command: commands.Transfer) -> Resolved:
        if command.unit is None or command.authority is not None:
            return Resolved(command, self.state, self.run)
        stored = await self._stored()
        loaded = self.state.loaded
        assert loaded is not None  # noqa: S101 - it was resumed with it
        wanted = commands.FileDossier(
            procedure=self.state.procedure,
            applicant=commands.Applicant("", area=stored.party["area"]),
            form=stored.form_data,
            receiving_unit=command.unit,
            handling_unit=command.handling_unit,
            deciding_unit=command.deciding_unit,
        )
        day = localtime.local_date(self.at)
        units = await competent_units.again(self.reference_data, wanted, loaded, day)
        if units == dict(self.state.units):
            raise errors.FormRefused([Fault("unit", say("has the dossier already"))])
        command = replace(command, handling_unit=units["handling"], deciding_unit=units["deciding"])
        return Resolved(command, await self._with_calendars(*units.values()), self.run)

    async def _record_payment(self, command: commands.RecordPayment) -> Resolved:
        """Keep a reference of a bank or gateway to one dossier. Raises FormRefused.

        It is asked before the receipt takes its number, and again in the act's transaction, where two at once come one after the
        other.
        """
        reference = command.reference.strip()
        if not reference or command.shared or command.method is PaymentMethod.CASH:
            return Resolved(command, self.state, self.run)
        asked = [self.found.id, reference]
        _require_unused(await self.reference_data.db.row(sql.PAID_ELSEWHERE, asked))

        async def again(tx: Transaction) -> None:
            await tx.rows(sql.REFERENCE_HELD, [reference])
            _require_unused(await tx.rows(sql.PAID_ELSEWHERE, asked))

        return Resolved(command, self.state, self.run, (again,))

    async def _sign(self, command: commands.SignLetter) -> Resolved:
        """With the letter's series; the signed file is stored in the act's transaction.

        Raises `AlreadySigned` for a second signature by a certificate, and for one beside another that came first.
        """
        asked = [self.found.id, command.letter, command.unit]
        row = await self.reference_data.db.row(sql.LETTER, asked)
        if row is None:
            raise errors.NotFound("letter", command.letter)
        if command.certificate in row.certificates or row.file != command.base:
            raise AlreadySigned(command.signer)
        series = {"form": row.form, "year": row.year, "number": row.number}
        file = (sql.LETTER_FILE, [self.found.id, command.content, self.at])
        signed = (sql.LETTER_SIGNED, [command.letter, self.at])
        return Resolved(replace(command, series=series), self.state, self.run, (file, signed))

    async def _copy(self, command: commands.IssueCopy) -> Resolved:
        """With the letter's series, the next ordinal, and the signed file that is given.

        Raises FormRefused for a letter between authorities and for a void receipt: the one goes to nobody else but by a
        disclosure, the other is worth nothing.
        """
        row = await self.reference_data.db.row(sql.COPIED, [self.found.id, command.letter])
        if row is None:
            raise errors.NotFound("letter", command.letter)
        if row.form in applicant_views.INTERNAL_LETTERS:
            raise errors.FormRefused(
                [Fault("letter", say("is between authorities: disclose it by its own act"))]
            )
        if row.cancelled_at is not None:
            raise errors.FormRefused([Fault("letter", say("is void: its payment was cancelled"))])
        series = {name: row[name] for name in ("unit", "form", "year", "number")}
        meant = replace(command, series=series, ordinal=row.newest + 1, file=row.file)
        return Resolved(meant, self.state, self.run)

    async def _stored(self) -> Any:
        """Applicant and form as they are stored."""
        return await self.reference_data.db.row(sql.STORED, [self.found.id])

    async def _rectify(self, command: commands.Rectify) -> Resolved:
        stored = await self._stored()
        _known("applicant", command.applicant, {each.name for each in fields(commands.Applicant)})
        party = {**stored.party, **command.applicant}
        applicant = commands.Applicant(**{**party, "kind": party["kind"]})
        form = {**stored.form_data, **command.form}
        await self._sound(applicant, form)
        named = (
            *(f"applicant.{key}" for key in command.applicant if party[key] != stored.party[key]),
            *(f"form.{key}" for key in command.form if form[key] != stored.form_data.get(key)),
        )
        meant = rectification.Meant(
            **{each.name: getattr(command, each.name) for each in fields(commands.Rectify)},
            fields=named,
            applicant_sha256=filing.digest(filing.named_itself(applicant)),
            form_sha256=filing.digest(form),
        )
        return Resolved(meant, self.state, self.run, _rewritten(self.found, applicant, form))

    async def _sound(self, applicant: commands.Applicant, form: Mapping[str, Any]) -> None:
        """Raise FormRefused for a missing name or kind, an unknown area, wrong answers."""
        given = (("applicant.kind", applicant.kind), ("applicant.name", (applicant.name or "").strip()))
        faults = [Fault(name, say("is missing")) for name, value in given if not value]
        loaded = self.state.loaded
        assert loaded is not None  # noqa: S101 - it was resumed with it
        faults += validation.answers_given(loaded, self.state.channel, form)
        asked = commands.FileDossier(procedure=self.state.procedure, applicant=applicant, form=form)
        register, day = await self.reference_data.register(), localtime.local_date(self.at)
        faults += competent_units.area_faults(asked, loaded, register, day)
        if faults:
            raise errors.FormRefused(faults)

    async def _give(self, command: commands.Claim | commands.Delegate) -> Resolved:
        """With the absence of whoever gets the task."""
        meant = replace(command, away=await self._away(command.assignee, command.task))
        return Resolved(meant, self.state, self.run)

    async def _away(self, officer: UUID | None, task: UUID) -> commands.Absence | None:
        """The absence of an officer who is to get a task; None of who takes it themselves.

        It is read before the save and not compared by it: an absence that is entered at that very moment comes too late.
        """
        meant = self.state.tasks.get(task)
        if officer in (None, self.actor.principal, self.actor.on_behalf_of) or meant is None:
            return None
        asked = [officer, meant.unit, meant.role, localtime.local_date(self.at), self.at]
        row = await self.reference_data.db.row(sql.ABSENCE, asked)
        return commands.Absence(row.officer, row.until, tuple(row.acting)) if row else None

    async def _return_task(self, command: commands.ReturnTask) -> Resolved:
        """With the officer who had the task before, if they may still complete it."""
        task = self.state.tasks.get(command.task)
        if task is None or task.previous is None:
            return Resolved(command, self.state, self.run)
        plays, rights = await self._plays(task.previous, task)
        away = await self._away(task.previous, command.task)
        meant = replace(command, assignee=task.previous if plays else None, away=away)
        return Resolved(meant, self.state, self.run, others=((task.previous, rights),))

    async def _reassign(self, command: commands.Reassign) -> Resolved:
        """With the absence of whoever gets the task.

        Told, too, if its owner plays its role no more.
        """
        return await self._resolve(replace(command, away=await self._away(command.assignee, command.task)))

    async def _resolve(self, command: commands.Resolve | commands.Reassign) -> Resolved:
        """Told if the owner of the task plays its role no more."""
        task = self.state.tasks.get(command.task)
        if task is None or task.owner is None:
            return Resolved(command, self.state, self.run)
        plays, rights = await self._plays(task.owner, task)
        meant = replace(command, owner_left=not plays)
        return Resolved(meant, self.state, self.run, others=((task.owner, rights),))

    async def _plays(self, officer: UUID, task: OpenTask) -> tuple[bool, Any]:
        """True if an officer plays the role of a task.

        Beside it are their rights, which the save compares.
        """
        day = localtime.local_date(self.at)
        row = await self.reference_data.db.row(sql.RIGHTS, [officer, day, self.at])
        rights = row.rights if row else None
        if rights is None:
            return False, None
        return permissions.Rights.of(officer, rights).find(task.unit, task.role) is not None, rights

    async def _reopen(self, command: commands.Reopen) -> Resolved:
        """With a run that is begun anew, on everything that was answered."""
        state, loaded = self.state, self.state.loaded
        assert loaded is not None  # noqa: S101 - it was resumed with it
        stored = await self._stored()
        answers = dict(stored.form_data)
        closed = [row for row in self.before.tasks.values() if row["closed_at"] and row["answers"]]
        for row in sorted(closed, key=itemgetter("closed_at")):
            answers |= row["answers"]
        state = transitions.begun_anew(state, self.at, filing.named(answers, loaded.specification.variables))
        assert state.run is not None  # noqa: S101 - it was begun
        return Resolved(command, state, state.run)

    async def _order_erasure(self, command: commands.OrderErasure) -> Resolved:
        """With its list and the chain's line; a second person has to confirm it.

        Raises `ErasureOrdered` for a dossier that a list may erase anyway.
        """
        if await self.reference_data.db.row(sql.ON_A_LIST, [self.found.id]) is not None:
            raise refusals.ErasureOrdered(self.state.reference)
        order, unit, basis = erasure.order_of(self.state), self.state.units["handling"], command.basis.strip()

        async def chained(tx: Transaction) -> None:
            said = {"basis": basis, "dossiers": 1}
            await administration.record_of(
                tx, unit, "destruction_drawn", str(order), self.actor, self.at, **said
            )

        persons = (self.actor.principal, self.actor.on_behalf_of)
        row = [order, unit, basis, self.at, *persons, self.found.id]
        return Resolved(command, self.state, self.run, ((sql.ORDER, row), chained))

    async def _erase(self, command: commands.Erase) -> Resolved:
        """With the rows beside the projections that hold something personal.

        Raises `ClosedAgain` for a dossier that was reopened behind the list: its retention has begun again.
        """
        dossier = self.found.id
        if await self.reference_data.db.row(sql.CLOSED_AGAIN, [command.order, dossier]) is not None:
            raise refusals.ClosedAgain(self.state.reference)
        blanking = (*sql.PERSONAL, statements.SEARCHED)
        beside: tuple[Statement, ...] = tuple((statement, [dossier]) for statement in blanking)
        also = (*beside, (sql.EVENTS, [dossier, self.actor.principal, self.at, command.basis]))
        return Resolved(command, self.state, self.run, also)


def _known(name: str, given: Mapping[str, Any], names: set[str]) -> None:
    faults = [
        Fault(f"{name}.{key}", say("is no field of the applicant")) for key in given if key not in names
    ]
    if faults:
        raise errors.FormRefused(faults)


def _require_unused(elsewhere: object) -> None:
    """Raise FormRefused for a reference by which another dossier was paid."""
    if elsewhere:
        why = say("is recorded for another dossier already; where one transfer paid several, say so")
        raise errors.FormRefused([Fault("reference", why)])


def _rewritten(found: Found, applicant: commands.Applicant, form: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The rows of applicant and form with their right values."""
    party = {
        **asdict(applicant),
        "area_code": applicant.area,
        "name_folded": text_search.fold(applicant.name),
    }
    return (
        (sql.PARTY, [found.id, orjson.dumps(party)]),
        ("update dossier set form_data = $2 where id = $1", [found.id, dict(form)]),
        (statements.SEARCHED, [found.id]),
    )


_RESOLVED: Mapping[type, Callable[[Resolver, Any], Awaitable[Resolved]]] = {
    commands.Correct: Resolver._correct,
    commands.Consult: Resolver._consult,
    commands.Transfer: Resolver._transfer,
    commands.Rectify: Resolver._rectify,
    commands.RecordPayment: Resolver._record_payment,
    commands.SignLetter: Resolver._sign,
    commands.IssueCopy: Resolver._copy,
    commands.Reopen: Resolver._reopen,
    commands.OrderErasure: Resolver._order_erasure,
    commands.Erase: Resolver._erase,
    commands.Claim: Resolver._give,
    commands.Delegate: Resolver._give,
    commands.ReturnTask: Resolver._return_task,
    commands.Resolve: Resolver._resolve,
    commands.Reassign: Resolver._reassign,
}
