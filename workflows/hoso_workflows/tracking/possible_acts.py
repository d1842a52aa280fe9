"""Acts on a dossier by the rights of a principal, and what stops one.

What a menu shows: rights and status decide, as they do for the act itself, which is checked again when it is done. What a
command says beside its name (reasons, files, dates) is not looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hoso_workflows import errors, localtime
from hoso_workflows.dossiers.repository import Asker
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
        commands.SetObligation("", ""),
        commands.MeetObligation(""),
        commands.Stop("", ""),
        commands.Consult("", ""),
        commands.RecordVerification("", "", datetime.min.replace(tzinfo=localtime.ZONE)),
        commands.Disclose("", "", "", (), ""),
        commands.Rectify(""),
        commands.Correct(0, datetime.min.replace(tzinfo=localtime.ZONE), ""),
        commands.Reopen("", ""),
        commands.CorrectResult(commands.StoredFile(NOWHERE, "", "", 0, "", "", None, None, "")),
        commands.HandOverCorrection(),
        commands.AttachInternally(commands.StoredFile(NOWHERE, "", "", 0, "", "", None, None, "")),
        commands.WriteNote(""),
        commands.WriteToApplicant(""),
        commands.ProposeReply(""),
        commands.AssessFee(1),
        commands.ExemptFee(1, ""),
        commands.RecordPayment(1, 1),
        commands.CancelPayment(NOWHERE, ""),
        commands.RefundPayment(NOWHERE, ""),
        commands.IssueCopy(NOWHERE),
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
    state, damaged = before.state, None
    try:
        _, state = await service.resumed(before.state, found)
    except errors.StateDamaged as refused:
        damaged = refused
    asked = _Asked(
        changed(state, clock=before.clock),
        Rights.of(by, found.rights, applicant=found.applicant_id == by),
        [competent.partition(" ")[2] for competent in found.competent],
        at,
        damaged,
    )
    return list(asked.possible())


@dataclass(frozen=True, slots=True)
class _Asked:
    """A dossier and somebody with rights, who is asked for nothing yet."""

    state: State
    rights: Rights
    units: Sequence[str]
    at: datetime
    #: Why nothing goes on, whatever the act.
    damaged: errors.Refusal | None

    def possible(self) -> Iterator[PossibleAct]:
        for name, command in ASKED.items():
            yield from self._act(name, command)
        # Whoever may send one of the messages that the diagram awaits has the act.
        sent = [found for command in self._messages() for found in self._act(SEND, command)]
        yield from sorted(sent, key=lambda each: each.refused is not None)[:1]

    def _act(self, name: str, command: Command) -> Iterator[PossibleAct]:
        try:
            addressed = transitions.addressed(self.state, command)
            actor = permissions.authorise(addressed, self.state, self.rights, self.units)
            if self.damaged is None:
                transitions.require_kept(self.state)
                transitions.require_foreseen(Decision(self.state, self.at, actor), addressed)
        except errors.Forbidden:
            return
        except errors.Refusal as refused:
            # An act of one task is nobody's while that task is not open.
            if Relation.ROLE_OF_TASK not in table.ACTS[name].who:
                yield PossibleAct(name, self.damaged or refused)
        else:
            yield PossibleAct(name, self.damaged)

    def _messages(self) -> Iterator[Command]:
        """The messages that the diagram awaits, as commands."""
        for each in self.state.run.awaited if self.state.run else ():
            yield commands.Send(each.name, item=None if each.item is None else str(each.item))
