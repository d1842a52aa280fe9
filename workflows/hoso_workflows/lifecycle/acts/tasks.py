"""Tasks: claimed, given back, handed on, completed; and timers that fire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import DossierStatus as Status
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands, validation
from hoso_workflows.lifecycle.acts import fees, files, outcomes, refusals, results
from hoso_workflows.lifecycle.commands import Result
from hoso_workflows.lifecycle.decision import Completed, Decision, reason, undelegated
from hoso_workflows.lifecycle.state import AMENDABLE, OpenTask


def claim(act: Decision, command: commands.Claim) -> Iterator[Event]:
    """Give a free task to an officer. Raises `AlreadyClaimed`, `AlreadyYours`, `OfficerAbsent`."""
    assignee = act.task(command.task).assignee
    chosen = command.assignee or act.actor.on_behalf_of or act.actor.principal
    if assignee:
        mine = assignee == chosen == (act.actor.on_behalf_of or act.actor.principal)
        raise (errors.AlreadyYours if mine else errors.AlreadyClaimed)(command.task, assignee)
    _present(command)
    yield act.tell(Kind.TASK_CLAIMED, task=str(command.task), assignee=str(chosen))


def unclaim(act: Decision, command: commands.Unclaim) -> Iterator[Event]:
    """Give a task back to its unit. Raises `NotClaimed`, `TaskDelegated`."""
    undelegated(command.task, _taken(act, command.task))
    yield act.tell(Kind.TASK_UNCLAIMED, task=str(command.task))


def reassign(act: Decision, command: commands.Reassign) -> Iterator[Event]:
    """Give a task to another officer, or back to the unit.

    A delegated one is taken from the colleague: its owner keeps it, unless it is the owner's inbox that is handed on. Raises
    `AlreadyClaimed`, `NotClaimed`, `ReasonMissing`, `OfficerAbsent`.
    """
    task = act.task(command.task)
    why = reason(say("reassigning the task"), command.reason)
    kept_by = None if task.owner == command.absent else task.owner
    if task.assignee is None and command.assignee is None:
        raise errors.NotClaimed(command.task)
    if command.assignee is not None and task.assignee == command.assignee and task.owner == kept_by:
        raise errors.AlreadyClaimed(command.task, command.assignee)
    # What comes back to its owner is theirs, also while they are away.
    if command.assignee != kept_by:
        _present(command)
    if kept_by is not None:
        yield from _from_the_colleague(act, command, kept_by, why)
    elif command.assignee is None:
        yield act.tell(Kind.TASK_UNCLAIMED, task=str(command.task), reason=why)
    else:
        yield act.tell(Kind.TASK_CLAIMED, task=str(command.task), assignee=str(command.assignee), reason=why)


def _from_the_colleague(act: Decision, command: commands.Reassign, owner: UUID, why: str) -> Iterator[Event]:
    """A delegated task goes to another colleague, or back to its owner."""
    hands = {"task": str(command.task), "assignee": str(command.assignee or owner), "reason": why}
    if command.assignee in (None, owner):
        yield act.tell(Kind.TASK_RESOLVED, **hands)
        if command.owner_left:
            yield act.tell(Kind.TASK_UNCLAIMED, task=str(command.task))
    else:
        yield act.tell(Kind.TASK_DELEGATED, owner=str(owner), **hands)


def _present(command: commands.Claim | commands.Reassign | commands.Delegate | commands.ReturnTask) -> None:
    """Raise `OfficerAbsent` where who gets the task is absent today."""
    if command.away is not None:
        raise refusals.OfficerAbsent(command.away)


def delegate(act: Decision, command: commands.Delegate) -> Iterator[Event]:
    """Let a colleague work on a task that the actor has taken.

    Raises `NotClaimed`, `TaskDelegated`, `AlreadyClaimed`, `OfficerAbsent`.
    """
    task = _taken(act, command.task)
    undelegated(command.task, task)
    if task.assignee == command.assignee:
        raise errors.AlreadyClaimed(command.task, command.assignee)
    _present(command)
    yield act.tell(
        Kind.TASK_DELEGATED,
        task=str(command.task),
        assignee=str(command.assignee),
        owner=str(task.assignee),
        note=command.note.strip(),
    )


def resolve(act: Decision, command: commands.Resolve) -> Iterator[Event]:
    """Give a delegated task back to its owner.

    It goes to the unit where the owner has left it. Raises `NotDelegated`.
    """
    owner = act.task(command.task).owner
    if owner is None:
        raise refusals.NotDelegated(command.task)
    yield act.tell(Kind.TASK_RESOLVED, task=str(command.task), assignee=str(owner), note=command.note.strip())
    if command.owner_left:
        yield act.tell(Kind.TASK_UNCLAIMED, task=str(command.task))


def give_back(act: Decision, command: commands.ReturnTask) -> Iterator[Event]:
    """Return a task to the officer who had it before.

    Raises `NotClaimed`, `TaskDelegated`, `NobodyBefore`, `OfficerAbsent`.
    """
    task = _taken(act, command.task)
    why = reason(say("returning the task"), command.reason)
    undelegated(command.task, task)
    if task.previous is None or command.assignee is None:
        raise refusals.NobodyBefore(command.task)
    _present(command)
    yield act.tell(
        Kind.TASK_CLAIMED, task=str(command.task), assignee=str(task.previous), reason=why, returned=True
    )


def _taken(act: Decision, identity: UUID) -> OpenTask:
    task = act.task(identity)
    if task.assignee is None:
        raise errors.NotClaimed(identity)
    return task


def prioritise(act: Decision, command: commands.SetPriority) -> Iterator[Event]:
    """Put a task before others, or back among them. Nothing happens where it is there already."""
    if act.task(command.task).priority != command.priority:
        yield act.tell(Kind.TASK_PRIORITISED, task=str(command.task), priority=command.priority)


def note(act: Decision, command: commands.WriteNote) -> Iterator[Event]:
    """Leave a note for the other officers. Raises `FormRefused` for one that says nothing."""
    told = {"mention": str(command.mention)} if command.mention else {}
    yield act.tell(Kind.NOTED, text=_words(command.text), **told)


def amend_note(act: Decision, command: commands.AmendNote) -> Iterator[Event]:
    """Correct a note. Raises `NoteStands` for another's note and for one that is older than `AMENDABLE`."""
    note = act.state.notes.get(command.note)
    if note is None or act.actor.principal not in note.by or act.at - note.at > AMENDABLE:
        raise refusals.NoteStands(AMENDABLE.seconds // 60)
    yield act.tell(Kind.NOTE_AMENDED, note=command.note, text=_words(command.text))


def _words(text: str) -> str:
    if not text.strip():
        raise errors.FormRefused([Fault("text", say("is missing"))])
    return text.strip()


def complete(act: Decision, command: commands.Complete) -> Iterator[Event]:
    """Complete a task; at its milestone the result is ready."""
    task = act.task(command.task)
    if task.milestone == "return" and act.state.status is Status.RESULT_READY and not command.result:
        files.results(act, command.attachments, reached=False)
        yield from results.hand_over(act, _to_the_applicant(command))
        return
    outcome, status = outcomes.drawn(command.outcome, task), act.state.status
    _may_complete(act, command if outcome == command.outcome else replace(command, outcome=outcome), task)
    reached = act.reached(task, outcome)
    change = act.done(act.run.complete(str(command.task), outcome, command.variables, at=act.at))
    yield from act.follow(change, Completed(command.task, outcome, command.note, command.variables))
    if reached == "result" and status is Status.IN_PROCESS:
        status = Status.RESULT_READY
        yield act.tell(
            Kind.RESULT_READY,
            result=str(command.result),
            reason=command.reason.strip(),
            **({"attachments": list(map(str, command.attachments))} if command.attachments else {}),
        )
        if command.result is Result.GRANTED:
            yield from fees.by_rule(act, "return")
    yield from act.ending(status)


def _to_the_applicant(command: commands.Complete) -> commands.HandOver:
    """A hand-over of which nothing is said but that its step is done."""
    return commands.HandOver(
        task=command.task, outcome=command.outcome, variables=command.variables, note=command.note
    )


def _may_complete(act: Decision, command: commands.Complete, task: OpenTask) -> None:
    act.works("completion", command.task)
    act.completable(command.task, task)
    if task.milestone == "accept":
        raise errors.AcceptanceNeeded(task.element)
    if command.result and task.milestone != "result":
        raise errors.WrongTask(say("a result"), task.element, "result")
    if command.result is Result.NOT_ELIGIBLE:
        reason("a result that is not eligible", command.reason)
    outcomes.fits(task, command.outcome)
    reaches = act.reached(task, command.outcome) == "result"
    _has_result(command, task, reaches=reaches)
    files.results(act, command.attachments, reached=reaches)
    if reaches:
        files.signed(act, command)
        _with_other_eyes(act, task)
        fees.settled(act, "result")
    validation.completion(act.loaded, task.element, command.variables)


def _has_result(command: commands.Complete, task: OpenTask, *, reaches: bool) -> None:
    """Check that a result is given exactly if the milestone `result` is reached.

    Raises ResultNotReached or ResultMissing; there is no default result.
    """
    if command.result and not reaches:
        raise errors.ResultNotReached(task.element, str(command.outcome))
    if reaches and not command.result:
        raise errors.ResultMissing(task.element, tuple(Result))


def _with_other_eyes(act: Decision, task: OpenTask) -> None:
    """Raise `FourEyes` for a preparer, where the policy wants another signer."""
    people = {act.actor.principal, act.actor.on_behalf_of} - {None}
    if act.policy.get("four_eyes") is True and people & act.state.preparers:
        raise refusals.FourEyes(task.name or task.element)


def sign_result(act: Decision, command: commands.SignResult) -> Iterator[Event]:
    """Add the signed version of a file that is to be the result.

    Raises `DecisionNotOpen`, `FourEyes`, and whatever adding a file raises.
    """
    if command.task is None:
        raise refusals.DecisionNotOpen(task.name for task in act.state.tasks.values())
    task = act.task(command.task)
    if task.milestone != "result":
        raise errors.WrongTask(say("a result"), task.element, "result")
    _with_other_eyes(act, task)
    yield from files.attach(act, command)


def advance(act: Decision, _: commands.Advance) -> Iterator[Event]:
    """Fire the timers that are due."""
    change = act.run.advance(at=act.at)
    yield from act.follow(change)
    if change.incident:
        # The timer behind which the run cannot go on is held by the engine: it is due no more until somebody retries.
        yield act.trouble(change.incident)
    yield from act.ending(act.state.status)
