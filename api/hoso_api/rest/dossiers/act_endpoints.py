"""Acts on the course of a dossier: one row each.

The REST API and the command line are made of the rows.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.commands import CommandNow, documented
from hoso_api.http.fields import Key
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.dossiers import act_schemas as bodies
from hoso_api.rest.dossiers import applicant_schemas, schemas
from hoso_calendar.messages import say
from hoso_workflows.lifecycle import commands

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
ConsultationId = Annotated[UUID, Path(description="The id of a consultation.")]


@dataclass(frozen=True, slots=True)
class Door:
    """An act with its address, body, and sentence."""

    #: Last part of the address, and name of the command.
    name: str
    act: str
    body: type[Any]
    says: str
    #: Whether only officers do it, and read its answer as such.
    officers: bool = False


#: Every act whose body says all of it, in the order of a dossier's way.
DOORS = (
    Door("acceptance", "accept_dossier", schemas.Acceptance, say("Find the dossier complete and valid: it gets its code, its receipt and its dates."), officers=True),
    Door("refusal", "refuse_dossier", schemas.Refusal, say("Refuse to accept it; the reason goes to the applicant."), officers=True),
    Door("supplement-proposal", "propose_supplement", schemas.SupplementProposal, say("Ask the one-stop desk to call for a supplement; officers do not contact the applicant themselves."), officers=True),
    Door("supplement-request", "ask_supplement", schemas.SupplementRequest, say("Ask the applicant for a supplement, once, fully and exactly."), officers=True),
    Door("supplement", "receive_supplement", schemas.Supplement, say("Take in what was missing; the term starts again, or goes on where the procedure's law says so.")),
    Door("withdrawal", "withdraw_dossier", schemas.Withdrawal, say("Take the dossier back while no result exists.")),
    Door("transfer", "transfer_dossier", bodies.Transfer, say("Send the dossier to the competent authority, on a transfer slip."), officers=True),
    Door("supplement-return", "return_supplement", bodies.SupplementReturn, say("Send back a supplement that does not answer, within the term of the law."), officers=True),
    Door("closure", "close_unanswered", bodies.Closure, say("Close a dossier whose supplement did not come in time."), officers=True),
    Door("suspension", "suspend_dossier", bodies.Suspension, say("Suspend the handling on a legal ground: the clock stands still."), officers=True),
    Door("suspension-end", "end_suspension", bodies.SuspensionEnd, say("End the suspension: the clock goes on."), officers=True),
    Door("extension", "extend_term", bodies.Extension, say("Extend the term by as much as a law grants."), officers=True),
    Door("reappointment", "reappoint_dossier", bodies.Reappointment, say("Apologise and promise a new date, once; the legal date stays."), officers=True),
    Door("obligation", "set_obligation", bodies.Obligation, say("Let the applicant meet a financial obligation first: the clock stands still."), officers=True),
    Door("obligation-met", "meet_obligation", bodies.ObligationMet, say("Record the proof of payment: the second appointment's own term runs."), officers=True),
    Door("stop", "stop_dossier", bodies.Stop, say("End the handling without a result, with the stop notice."), officers=True),
    Door("consultations", "consult_unit", bodies.Consultation, say("Ask another unit for its opinion; the clock keeps running."), officers=True),
    Door("verifications", "record_verification", bodies.Verification, say("Record a verification: when, where, with whom, and its finding."), officers=True),
    Door("disclosures", "disclose_data", bodies.Disclosure, say("Give data of the dossier to a third party that the law entitles to them: a line of the register, which the applicant is told."), officers=True),
    Door("hold", "place_hold", bodies.Hold, say("Have the dossier kept as it is, whatever its retention: a lawsuit, an inspection.")),
    Door("hold-end", "lift_hold", bodies.HoldEnd, say("End the hold.")),
    Door("erasure", "order_erasure", bodies.ErasureOrder, say("Order the erasure of a closed dossier by law: a list of one, which a second administrator confirms.")),
    Door("correction", "rectify_dossier", bodies.Rectification, say("Correct what was recorded wrongly of the applicant or in the form."), officers=True),
    Door("reopening", "reopen_dossier", bodies.Reopening, say("Take a closed dossier up again, by a decision on a complaint or of a court."), officers=True),
    Door("fee-assessment", "assess_fee", bodies.FeeAssessment, say("Assess a fee that the procedure declares, or assess it anew."), officers=True),
    Door("fee-exemption", "exempt_fee", bodies.FeeExemption, say("Exempt the applicant from a fee, wholly or in part."), officers=True),
    Door("payments", "record_payment", bodies.PaymentRecord, say("Record money that came in for a fee, and issue its numbered receipt."), officers=True),
    Door("payment-cancellation", "cancel_payment", bodies.PaymentCancellation, say("Cancel a payment that was recorded wrongly; its receipt is void."), officers=True),
    Door("refunds", "refund_payment", bodies.PaymentRefund, say("Record that money of a payment was given back, wholly or in part."), officers=True),
    Door("conversation", "write_to_desk", bodies.Writing, say("Write to the desk about your dossier.")),
    Door("reply", "write_to_applicant", bodies.Reply, say("Write to the applicant, as the desk."), officers=True),
    Door("reply-proposal", "propose_reply", bodies.ReplyProposal, say("Propose to the desk what it could write to the applicant; officers do not write to applicants themselves."), officers=True),
    Door("handover", "hand_over_result", bodies.Handover, say("Hand the result over: to whom, how, with the originals or without."), officers=True),
    Door("correction-handover", "hand_over_correction", bodies.CorrectionHandover, say("Hand a corrected result over: to whom and how. No date moves, the first hand-over stays."), officers=True),
    Door("notes", "write_note", bodies.Note, say("Leave a note for the other officers; the applicant never reads it."), officers=True),
    Door("note-amendment", "amend_note", bodies.NoteAmendment, say("Correct your own note within ten minutes; the former text stays in the diary."), officers=True),
)  # fmt: skip


def _endpoint(door: Door) -> Callable[..., Awaitable[Response]]:
    async def act(reference: Reference, body: door.body, request: CommandNow) -> Response:  # type: ignore[name-defined]  # each route has its own body
        return await request.perform(reference, body.command())

    act.__name__, act.__doc__ = door.act, door.says
    return acts.named(door.act)(act)


for each in DOORS:
    told: Any = schemas.Standing if each.officers else applicant_schemas.AnyStanding
    router.post(f"/{{reference}}/{each.name}", **documented(told))(_endpoint(each))


@router.post("/{reference}/consultations/{consultation}/answer", **documented(applicant_schemas.AnyStanding))
@acts.named("answer_consultation")
async def answer_consultation(
    reference: Reference, consultation: ConsultationId, body: bodies.OpinionGiven, request: CommandNow
) -> Response:
    """Give the opinion that your unit was asked for."""
    command = commands.AnswerConsultation(consultation, body.answer, body.agrees)
    return await request.perform(reference, command)
