"""Bodies of acts on the course of a dossier, with their commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hoso_api.http.fields import Body, Data, Email, Instant, Key, Name, Text
from hoso_api.rest.dossiers.schemas import SupplementProposal
from hoso_models import DeliveryMode, PartyKind, PaymentMethod
from hoso_workflows.lifecycle import commands


class SupplementReturn(SupplementProposal):
    """A supplement that does not answer what was asked for."""

    answer_by: date | None = None

    def command(self) -> commands.Command:
        """The command."""
        return commands.ReturnSupplement(self.reason, tuple(self.items), self.answer_by)


class Closure(Body):
    """The closing of a dossier that was not answered."""

    note: Text = ""

    def command(self) -> commands.Command:
        """The command."""
        return commands.CloseUnanswered(self.note)


class Transfer(Body):
    """The authority that is competent."""

    reason: Text
    #: A unit of the register, or …
    unit: Key | None = None
    #: … the name of an authority outside of it.
    authority: Name | None = None
    handling_unit: Key | None = None
    deciding_unit: Key | None = None

    def command(self) -> commands.Command:
        """The command."""
        return commands.Transfer(
            self.reason, self.unit, self.authority, self.handling_unit, self.deciding_unit
        )


class Suspension(Body):
    """The legal ground of a suspension."""

    reason: Text
    basis: Text
    expected_end: date | None = None

    def command(self) -> commands.Command:
        """The command."""
        return commands.Suspend(self.reason, self.basis, self.expected_end)


class SuspensionEnd(Body):
    """The end of a suspension's ground."""

    reason: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.EndSuspension(self.reason)


class Extension(Body):
    """An extension that a law grants."""

    term: Name
    reason: Text
    basis: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.Extend(self.term, self.reason, self.basis)


class Reappointment(Body):
    """A new date, with an apology."""

    due: date
    reason: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.Reappoint(self.due, self.reason)


class Obligation(Body):
    """A financial obligation that the applicant has to meet."""

    reason: Text
    basis: Text
    amount: int | None = Field(default=None, ge=0, le=10**15)
    document: Name | None = None

    def command(self) -> commands.Command:
        """The command."""
        return commands.SetObligation(self.reason, self.basis, self.amount, self.document or "")


class ObligationMet(Body):
    """The proof that a financial obligation was met."""

    proof: Name

    def command(self) -> commands.Command:
        """The command."""
        return commands.MeetObligation(self.proof)


class Stop(Body):
    """The legal ground on which the handling ends without a result."""

    reason: Text
    basis: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.Stop(self.reason, self.basis)


class Consultation(Body):
    """A question to another unit."""

    unit: Key
    question: Text
    due: date | None = None

    def command(self) -> commands.Command:
        """The command."""
        return commands.Consult(self.unit, self.question, self.due)


class Verification(Body):
    """A verification: its finding, with place, time and participants."""

    finding: Text
    place: Name
    held_at: Instant
    participants: list[Name] = Field(default_factory=list, max_length=100)

    def command(self) -> commands.Command:
        """The command."""
        return commands.RecordVerification(self.finding, self.place, self.held_at, tuple(self.participants))


class Disclosure(Body):
    """Data given to a third party, with who gets them and why."""

    recipient: Name
    basis: Text
    purpose: Text
    data: list[Name] = Field(min_length=1, max_length=50)
    decision: Name

    def command(self) -> commands.Command:
        """The command."""
        return commands.Disclose(self.recipient, self.basis, self.purpose, tuple(self.data), self.decision)


class Hold(Body):
    """The ground on which a dossier is kept."""

    reason: Text
    basis: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.PlaceHold(self.reason, self.basis)


class HoldEnd(Body):
    """The end of a hold's ground."""

    reason: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.LiftHold(self.reason)


class ErasureOrder(Body):
    """The law by which a dossier is erased before its retention ends."""

    reason: Text
    basis: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.OrderErasure(self.reason, self.basis)


class RightApplicant(Body):
    """The right values of the applicant; what is absent stays as it is recorded."""

    kind: PartyKind | None = None
    name: Name | None = None
    identifier: Name | None = None
    address: Text | None = None
    phone: Name | None = None
    email: Email | None = None
    authorised_name: Name | None = None
    authorised_identifier: Name | None = None
    authorisation_paper: Text | None = None
    area: Key | None = None


class Rectification(Body):
    """The right values of what was recorded wrongly."""

    reason: Text
    applicant: RightApplicant = Field(default_factory=RightApplicant)
    form: Data = Field(default_factory=dict)
    own_fault: bool = True

    def command(self) -> commands.Command:
        """The command."""
        return commands.Rectify(
            self.reason, self.applicant.model_dump(exclude_unset=True), dict(self.form), self.own_fault
        )


class Reopening(Body):
    """The decision by which a closed dossier is taken up again."""

    reason: Text
    basis: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.Reopen(self.reason, self.basis)


class Handover(Body):
    """The hand-over of the result: to whom and how."""

    receiver: Name | None = None
    identifier: Name | None = None
    mode: DeliveryMode | None = None
    originals: bool = False
    postal_number: Name | None = None
    note: Text = ""
    outcome: Name | None = None
    values: Data = Field(default_factory=dict)

    def command(self) -> commands.Command:
        """The command."""
        return commands.HandOver(
            receiver=self.receiver or "",
            identifier=self.identifier or "",
            mode=self.mode,
            originals=self.originals,
            postal_number=self.postal_number or "",
            note=self.note,
            outcome=self.outcome,
            variables=self.values,
        )


class CorrectionHandover(Body):
    """The hand-over of a corrected result: to whom and how."""

    receiver: Name | None = None
    identifier: Name | None = None
    mode: DeliveryMode | None = None
    postal_number: Name | None = None
    note: Text = ""

    def command(self) -> commands.Command:
        """The command."""
        return commands.HandOverCorrection(**self.model_dump(exclude_none=True))


class Note(Body):
    """A note for the other officers."""

    text: Annotated[Text, Field(min_length=1)]
    mention: UUID | None = None

    def command(self) -> commands.Command:
        """The command."""
        return commands.WriteNote(self.text, self.mention)


class NoteAmendment(Body):
    """The corrected text of a note."""

    note: Annotated[int, Field(ge=1)]
    text: Annotated[Text, Field(min_length=1)]

    def command(self) -> commands.Command:
        """The command."""
        return commands.AmendNote(self.note, self.text)


class FeeAssessment(Body):
    """A fee of the procedure, with what it is counted by."""

    fee: int = Field(ge=1, le=1_000)
    quantity: int | None = Field(default=None, ge=0, le=1_000_000)
    quantities: list[Annotated[int, Field(ge=0, le=1_000_000)]] = Field(
        default_factory=list, max_length=1_000
    )
    amount: int | None = Field(default=None, ge=0, le=10**15)
    basis: Text = ""

    def command(self) -> commands.Command:
        """The command."""
        return commands.AssessFee(self.fee, self.quantity, tuple(self.quantities), self.amount, self.basis)


class FeeExemption(Body):
    """The basis of an exemption or reduction."""

    fee: int = Field(ge=1, le=1_000)
    basis: Text
    amount: int | None = Field(default=None, ge=0, le=10**15)

    def command(self) -> commands.Command:
        """The command."""
        return commands.ExemptFee(self.fee, self.basis, self.amount)


class PaymentRecord(Body):
    """Money that came in for a fee."""

    fee: int = Field(ge=1, le=1_000)
    amount: int = Field(ge=1, le=10**15)
    method: PaymentMethod = PaymentMethod.CASH
    reference: Name | None = None
    paid_at: Instant | None = None
    shared: bool = False

    def command(self) -> commands.Command:
        """The command."""
        reference = self.reference or ""
        return commands.RecordPayment(
            self.fee, self.amount, self.method, reference, self.paid_at, self.shared
        )


class PaymentCancellation(Body):
    """A payment that was recorded wrongly, and why."""

    payment: UUID
    reason: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.CancelPayment(self.payment, self.reason)


class PaymentRefund(Body):
    """Money given back of a payment, and why."""

    payment: UUID
    reason: Text
    amount: int | None = Field(default=None, ge=1, le=10**15)
    method: PaymentMethod | None = None
    reference: Name | None = None

    def command(self) -> commands.Command:
        """The command."""
        return commands.RefundPayment(
            self.payment, self.reason, self.amount, self.method, self.reference or ""
        )


class Writing(Body):
    """A text of the applicant to the desk."""

    text: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.WriteToDesk(self.text)


class Reply(Body):
    """A text of the desk to the applicant."""

    text: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.WriteToApplicant(self.text)


class ReplyProposal(Body):
    """A text that the desk could write to the applicant."""

    text: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.ProposeReply(self.text)


class OpinionGiven(Body):
    """The opinion of a unit that was asked."""

    answer: Text
    agrees: bool | None = None
