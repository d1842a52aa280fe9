"""A setup file carried out: planned, and applied in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hoso_calendar.messages import joined, say, sentence
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import access_log, administration
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register import storage, told
from hoso_workflows.organisation.register.author import Author
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.service import Asker, authored, decide
from hoso_workflows.organisation.register.units import placed
from hoso_workflows.procedures import owners
from hoso_workflows.setup import ladder_rungs, plan
from hoso_workflows.setup.document import Document


class StepRefused(errors.Refusal):
    """One entry of the file cannot be applied; nothing of the file was."""

    slug = "setup-refused"
    remedy = "Mend this entry and apply the file again; what is there already is not entered twice."

    def __init__(self, place: str, refusal: errors.Refusal) -> None:
        super().__init__(joined(": ", (place, sentence(refusal))))
        self.place, self.refusal = place, refusal


@dataclass(frozen=True, slots=True)
class Done:
    """One act that a file leads to, with its place in it."""

    place: str
    act: Act


async def apply(
    db: Database,
    document: Document,
    asker: Asker,
    at: datetime,
    *,
    dry_run: bool = False,
    prune: bool = False,
) -> tuple[Done, ...]:
    """Apply a file, all or nothing; the acts that it led to. With `dry_run` nothing is stored.

    Raises StepRefused with the place of the first entry that cannot be applied.
    """
    try:
        async with db.transaction() as tx:
            done = await _applied(tx, document, asker, at, prune=prune)
            if dry_run:
                raise _DryRun(done)
            return done
    except _DryRun as dry:
        return dry.done
    except errors.Forbidden as refused:
        await access_log.record_refusal(db, refused.principal, refused.act, None, at)
        raise


class _DryRun(Exception):
    def __init__(self, done: tuple[Done, ...]) -> None:
        super().__init__()
        self.done = done


async def _applied(
    tx: Transaction, document: Document, asker: Asker, at: datetime, *, prune: bool
) -> tuple[Done, ...]:
    register = await storage.load(tx, storage.Needs(everything=True), at)
    if asker.person is not None:
        (await authored(tx, register, asker, (), at)).require_anywhere("apply_setup")
    steps = list(plan.steps(register, document, prune=prune))
    planned = await ladder_rungs.plan(tx, document, localtime.local_date(at))
    if not steps and not planned:
        return ()
    author = await authored(tx, register, asker, (), at)
    done, named = _decided(register, steps, author)
    messages = await told.messages(tx, register, [each.act for each in done], author, at)
    await storage.write(tx, register)
    await told.tell(tx, messages, at)
    for owner in named:
        await owners.enter(
            tx, owner.procedure, owner.unit, localtime.local_date(at), owner.basis, author.actor, at
        )
    await administration.record(tx, placed(register, [each.act for each in done]), author.actor, at)
    try:
        rungs = await ladder_rungs.apply(tx, register, planned, author, at)
    except ladder_rungs.Misplaced as misplaced:
        raise StepRefused(misplaced.place, misplaced.refusal) from misplaced.refusal
    return (*done, *(Done(*each) for each in rungs))


def _decided(
    register: Register, steps: Sequence[plan.Step], author: Author
) -> tuple[tuple[Done, ...], Sequence[plan.NameOwner]]:
    done: list[Done] = []
    named: list[plan.NameOwner] = []
    for step in steps:
        try:
            if isinstance(step.command, plan.NameOwner):
                done.append(Done(step.place, _named(register, step.command, author)))
                named.append(step.command)
            else:
                done += [Done(step.place, act) for act in decide(register, step.command, author)]
        except errors.Forbidden:
            raise
        except errors.Refusal as refusal:
            raise StepRefused(step.place, refusal) from refusal
    return tuple(done), named


def _named(register: Register, command: plan.NameOwner, author: Author) -> Act:
    """Name an owner. The author administers the top above both owners."""
    unit = register.unit(command.unit)
    before = register.owners.get(command.procedure)
    tops = {register.top(each) for each in (before, unit.code) if each}
    author.require(register, "name_owner", *sorted(tops))
    if len(tops) > 1:
        raise errors.FormRefused(
            [errors.Fault("unit", say("stands below another top than the owner before"))]
        )
    register.owners[command.procedure] = unit.code
    payload = {"procedure": command.procedure, "unit": unit.code, "before": before, "basis": command.basis}
    return Act(register.authority(unit.code), "owner_named", command.procedure, payload)
