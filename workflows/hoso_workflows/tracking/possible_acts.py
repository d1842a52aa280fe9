"""Acts on a dossier by the rights of a principal, and what stops one.

What a menu shows: rights and status decide, as they do for the act itself, which is checked again when it is done. What a
command says beside its name (reasons, files, dates) is not looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hoso_workflows import errors, localtime
from hoso_workflows.dossiers.repository import Asker, Found
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.frozen import changed
from hoso_workflows.lifecycle import commands, transitions
from hoso_workflows.lifecycle.commands import Command
from hoso_workflows.lifecycle.decision import Decision
from hoso_workflows.lifecycle.state import NOWHERE, State
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import Relation, Rights, table


@dataclass(frozen=True, slots=True)
class PossibleAct:
    """An act that somebody has the right to."""

    #: Its name in the table of acts.
    name: str
    #: Why it is not possible now; None where it is.
    refused: errors.Refusal | None


#: A command of each act, that says nothing beside its name.
ASKED: Mapping[str, Command] = {
    table.ACTS.by_command[type(command)].name: command
    for command in (
        commands.Accept(),
        commands.Refuse(None, ""),
        commands.Transfer(""),
        commands.AskSupplement(""),
        commands.ProposeSupplement(""),
        commands.ReceiveSupplement(),
        commands.ReturnSupplement(""),
        commands.CloseUnanswered(),
        commands.HandOver(),
        commands.Suspend("", ""),
        commands.EndSuspension(""),
        commands.Extend("", "", ""),
        commands.Reappoint(date.min, ""),
        commands.Withdraw(""),
        commands.Reopen("", ""),
        commands.AttachInternally(commands.StoredFile(NOWHERE, "", "", 0, "", "", None, None, "")),
        commands.WriteNote(""),
    )
}
SEND = "send_message"


async def listed(service: DossierService, key: str, *, by: UUID, at: datetime) -> list[PossibleAct]:
    """The acts of `ASKED`, and the sending of messages, by right. Raises NotFound.

    For somebody who may read the dossier; whether they may is asked by the reads beside it.
    """
    asker = Asker(by, localtime.local_date(at), at)
    found = await service.repository.find(key, asker, read=True)
    if found is None:
        raise errors.NotFound("dossier", key)
    before = await service.repository.load(found)
    _, state = await service.resumed(before.state, found)
    rights = Rights.of(by, found.rights, applicant=found.applicant_id == by)
    return list(_possible(changed(state, clock=before.clock), found, rights, at))


def _possible(state: State, found: Found, rights: Rights, at: datetime) -> Iterator[PossibleAct]:
    units = [competent.partition(" ")[2] for competent in found.competent]
    for name, command in (*ASKED.items(), *_messages(state)):
        try:
            addressed = transitions.addressed(state, command)
            actor = permissions.authorise(addressed, state, rights, units)
            transitions.require_kept(state)
            transitions.require_foreseen(Decision(state, at, actor), addressed)
        except errors.Forbidden:
            continue
        except errors.Refusal as refused:
            # An act of one task is nobody's while that task is not open.
            if Relation.ROLE_OF_TASK not in table.ACTS[name].who:
                yield PossibleAct(name, refused)
        else:
            yield PossibleAct(name, None)


def _messages(state: State) -> Iterator[tuple[str, Command]]:
    """The first message that the diagram awaits, as a command."""
    for each in state.run.awaited[:1] if state.run else ():
        yield SEND, commands.Send(each.name, item=None if each.item is None else str(each.item))
