"""Events that a receiver may ask for."""

from collections.abc import Mapping
from enum import StrEnum

from hoso_models import ReceiverKind
from hoso_models.tables.base import described
from hoso_workflows.notifications import rules

#: Before the kind of an event in the topic of its message, and in the type of what is sent.
TOPIC, TYPE = "webhook.", "hoso.dossier."
#: The word of a message for what a portal calls the dossier.
EXTERNAL = "external_code"
#: The topic of a test message, and its type.
TEST, TEST_TYPE = "webhook.test", "hoso.test"


@described("What happened to a dossier.")
class Event(StrEnum):
    """Kinds of events of a dossier that another system may follow.

    What officers say and do among themselves is none of them.
    """

    #: It came in.
    FILED = "filed"
    #: It was accepted; it has its code and its dates.
    ACCEPTED = "accepted"
    #: It was refused.
    REFUSED = "refused"
    #: A supplement was asked for.
    SUPPLEMENT_ASKED = "supplement_asked"
    #: A supplement came in.
    SUPPLEMENT_RECEIVED = "supplement_received"
    #: A supplement that does not answer went back.
    SUPPLEMENT_RETURNED = "supplement_returned"
    #: It was closed because no supplement came.
    CLOSED_UNANSWERED = "closed_unanswered"
    #: The applicant took it back.
    WITHDRAWN = "withdrawn"
    #: The handling was suspended.
    SUSPENDED = "suspended"
    #: The suspension has ended.
    SUSPENSION_ENDED = "suspension_ended"
    #: A financial obligation has to be met first.
    OBLIGATION_SET = "obligation_set"
    #: The obligation was met; there is a second appointment.
    OBLIGATION_MET = "obligation_met"
    #: The term was extended by law.
    EXTENDED = "extended"
    #: There is a new appointment with apology.
    REAPPOINTED = "reappointed"
    #: A revised calendar moved its dates.
    CALENDAR_REVISED = "calendar_revised"
    #: The desk sent it to the competent authority.
    TRANSFERRED = "transferred"
    #: A successor took the place of one of its units.
    UNIT_REPLACED = "unit_replaced"
    #: What is recorded of it was corrected.
    RECTIFIED = "rectified"
    #: Data of it were given to a third party.
    DISCLOSED = "disclosed"
    #: A fee was assessed.
    FEE_ASSESSED = "fee_assessed"
    #: The applicant was exempted from a fee.
    FEE_EXEMPTED = "fee_exempted"
    #: Money came in.
    PAYMENT_RECORDED = "payment_recorded"
    #: A payment does not count.
    PAYMENT_CANCELLED = "payment_cancelled"
    #: Money was given back.
    PAYMENT_REFUNDED = "payment_refunded"
    #: The applicant wrote to the desk.
    APPLICANT_WROTE = "applicant_wrote"
    #: The desk wrote to the applicant.
    DESK_WROTE = "desk_wrote"
    #: There is a result.
    RESULT_READY = "result_ready"
    #: The result was handed over.
    RETURNED = "returned"
    #: A result that was handed over was corrected.
    RESULT_CORRECTED = "result_corrected"
    #: The corrected result was handed over.
    CORRECTION_HANDED_OVER = "correction_handed_over"
    #: The handling ended without a result.
    STOPPED = "stopped"
    #: It was taken up again.
    REOPENED = "reopened"
    #: Everything personal in it was erased.
    ERASED = "erased"
    #: Its code on portals has changed, or its promised date; for the receiver of a partner portal alone.
    PORTAL_STATUS = "portal_status"


#: The topic by whose words an applicant is told of an event; others tell applicants nothing.
TOLD: Mapping[str, str] = {
    **{kind.value: topic for kind, topic in rules.TOPICS.items() if topic.startswith("applicant.")},
    Event.CALENDAR_REVISED.value: rules.CALENDAR_REVISED,
}


def of(receiver: ReceiverKind) -> tuple[Event, ...]:
    """The events that a receiver of a kind may ask for.

    A gateway may ask for those of which applicants are told.
    """
    return tuple(each for each in Event if receiver is ReceiverKind.SYSTEM or each.value in TOLD)
