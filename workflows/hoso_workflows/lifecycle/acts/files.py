"""Files added to a dossier; a newer version supersedes, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import DossierStatus
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts import refusals
from hoso_workflows.lifecycle.decision import Decision, reason
from hoso_workflows.lifecycle.state import AttachedFile


def attach(act: Decision, command: commands.Attach) -> Iterator[Event]:
    """Add a file, or a newer version of one.

    Raises `FormRefused`, `NotFound`, `AttachmentSuperseded`, `ResultDecided`, `AttachmentThere`, `TooManyFiles`.
    """
    _fits(act, command)
    internal = isinstance(command, commands.AttachInternally)
    before = _before(act, command, internal=internal)
    component = command.component or (before.component if before else None)
    if component not in (None, *(part.code for part in act.loaded.case.components)):
        raise errors.FormRefused([Fault("component", say("is no component of this procedure"))])
    follows = {} if before is None else {"supersedes": str(command.supersedes)}
    yield act.tell(
        Kind.ATTACHMENT_ADDED if before is None else Kind.ATTACHMENT_SUPERSEDED,
        **_described(command.file),
        title=command.title.strip() or (before.title if before else ""),
        component=component,
        phase=_phase(act, internal=internal),
        internal=internal,
        **follows,
        # Whoever hands in the file of a component hands in the component.
        **({"components": [component]} if component and not internal else {}),
    )


def prove(act: Decision, command: commands.SubmitProof) -> Iterator[Event]:
    """Hand in the proof of a payment, and tell the desk of it.

    Raises `NothingOwed`, `ReasonMissing` for an empty text, and what `attach` raises.
    """
    state = act.state
    if state.status is not DossierStatus.FINANCIAL_OBLIGATION and not state.account.asked(state.status):
        raise refusals.NothingOwed(state.reference)
    text = reason(say("writing"), command.text)
    yield from attach(act, command)
    yield act.tell(Kind.APPLICANT_WROTE, text=text)


def exchange(act: Decision, command: commands.ExchangeResult) -> Iterator[Event]:
    """Exchange a file of the result for one that was scanned anew.

    Raises `ReasonMissing`, `NotFound`, `AttachmentSuperseded`, `NoFileOfResult`, `ResultUnsigned`, `AttachmentThere`, `TooManyFiles`.
    """
    why = reason(say("exchanging a file of the result"), command.reason)
    named = command.supersedes
    if named is None:
        raise errors.NotFound("attachment", named)
    yield act.tell(Kind.RESULT_EXCHANGED, **_of_result(act, command), reason=why)


def correct(act: Decision, command: commands.CorrectResult) -> Iterator[Event]:
    """Correct a result that was handed over: no date moves, the verdict stays.

    Raises `ReasonMissing`, `NotFound`, `AttachmentSuperseded`, `NoFileOfResult`, `ResultUnsigned`, `AttachmentThere`, `TooManyFiles`.
    """
    why = reason(say("correcting a result"), command.reason)
    yield act.tell(Kind.RESULT_CORRECTED, **_of_result(act, command), reason=why)


def _of_result(act: Decision, command: commands.ExchangeResult) -> dict[str, Any]:
    """The payload of a file of the result."""
    _fits(act, command)
    before = None if command.supersedes is None else _before_result(act, command.supersedes)
    # One that is only announced has not been looked at.
    if act.policy.get("result") == "signed" and command.file.object and not command.file.signed:
        raise refusals.ResultUnsigned([command.file.id])
    return {
        **_described(command.file),
        "title": command.title.strip() or (before.title if before else ""),
        "component": before.component if before else None,
        "phase": "result",
        "internal": True,
        **({} if before is None else {"supersedes": str(command.supersedes)}),
    }


def _before_result(act: Decision, named: UUID) -> AttachedFile:
    """The newest version of a file of the result."""
    before = _version(act, named, internal=True)
    if not before.result:
        raise refusals.NoFileOfResult(named)
    return before


def _before(act: Decision, command: commands.Attach, *, internal: bool) -> AttachedFile | None:
    """The version to be superseded: the newest one, of the same side."""
    if command.supersedes is None:
        return None
    found = _version(act, command.supersedes, internal=internal)
    # What was decided is what is handed over. Behind a reopening it is a paper like any other, until it is decided anew.
    if found.result and act.state.outcome is not None:
        raise refusals.ResultDecided(command.supersedes)
    return found


def _version(act: Decision, identity: UUID, *, internal: bool) -> AttachedFile:
    """The newest version of a file of that side."""
    found = act.state.files.get(identity)
    if found is None or found.internal is not internal:
        raise errors.NotFound("attachment", identity)
    if found.superseded:
        raise refusals.AttachmentSuperseded(identity)
    return found


def _fits(act: Decision, command: commands.Attach) -> None:
    """Check that the file is new and that there is room for it."""
    files, most = act.state.files, command.capacity
    if command.file.id in files:
        raise refusals.AttachmentThere(command.file.id)
    held = sum(each.size for each in files.values())
    if most and (len(files) >= most.files or held + command.file.size > most.bytes):
        raise refusals.TooManyFiles(most.files, most.bytes)


def results(act: Decision, named: Sequence[UUID], *, reached: bool) -> None:
    """Check the files that are the result. Raises `FormRefused`."""
    if not reached:
        no_result(named)
    faults = []
    for place, identity in enumerate(named):
        found = act.state.files.get(identity)
        if found is None or found.superseded or not found.internal:
            why = say("is no newest version of a file of the authority's own")
            faults.append(Fault(f"attachments[{place}]", why))
    if faults:
        raise errors.FormRefused(faults)


def signed(act: Decision, command: commands.Complete) -> None:
    """Check the signatures of a result, where the procedure gives signed ones. Raises `ResultUnsigned`."""
    if act.policy.get("result") != "signed":
        return
    unsigned = [each for each in command.attachments if not act.state.files[each].signed]
    if unsigned or (command.result is commands.Result.GRANTED and not command.attachments):
        raise refusals.ResultUnsigned(unsigned)


def no_result(named: Sequence[UUID]) -> None:
    """Refuse files of a result where none is reached. Raises `FormRefused`."""
    if named:
        raise errors.FormRefused([Fault("attachments", say("belong to a result, which is not reached here"))])


def _described(file: commands.StoredFile) -> dict[str, Any]:
    return {
        "attachment": str(file.id),
        "file_name": file.name,
        "type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "object": file.object,
        "thumbnail": file.thumbnail,
        "pages": file.pages,
        "scan": file.scan,
        **({"signed": True} if file.signed else {}),
    }


def _phase(act: Decision, *, internal: bool) -> str:
    if internal:
        return "handling"
    return "supplement" if act.state.supplements else "filing"
