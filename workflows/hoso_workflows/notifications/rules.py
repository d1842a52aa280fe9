"""Notification rules: messages that an act causes, written with it and delivered afterwards.

A message carries ids only; its recipient is resolved again when it is sent, so that no personal data lies in the outbox.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from hoso_workflows.clock.clock import Clock
from hoso_workflows.events import Event, Kind, Link
from hoso_workflows.lifecycle.state import State

#: Event → topic. `applicant.` goes to the applicant by the desk's channels, `desk.` to reception of the receiving unit, `unit.` to
#: heads and reception of the unit that the event names; `partner.` waits for the system that it is meant for.
TOPICS: Mapping[Kind, str] = {
    Kind.FILED: "applicant.filed",
    Kind.ACCEPTED: "applicant.accepted",
    Kind.REFUSED: "applicant.refused",
    Kind.SUPPLEMENT_ASKED: "applicant.supplement_asked",
    Kind.SUPPLEMENT_RETURNED: "applicant.supplement_asked",
    Kind.SUPPLEMENT_PROPOSED: "desk.supplement_proposed",
    Kind.CLOSED_UNANSWERED: "applicant.closed_unanswered",
    Kind.TRANSFERRED: "applicant.transferred",
    Kind.SUSPENDED: "applicant.suspended",
    Kind.SUSPENSION_ENDED: "applicant.suspension_ended",
    Kind.OBLIGATION_SET: "applicant.obligation_set",
    Kind.OBLIGATION_MET: "applicant.appointed",
    Kind.EXTENDED: "applicant.extended",
    Kind.REAPPOINTED: "applicant.reappointed",
    Kind.CONSULTATION_ASKED: "unit.consultation_asked",
    # The successor of a unit that was asked is told what that one was told.
    Kind.UNIT_REPLACED: "unit.consultation_asked",
    Kind.CONSULTATION_ANSWERED: "desk.consultation_answered",
    Kind.CONSULTATION_PASSED: "desk.consultation_passed",
    Kind.DISCLOSED: "applicant.disclosed",
    Kind.APPLICANT_WROTE: "desk.applicant_wrote",
    Kind.DESK_WROTE: "applicant.desk_wrote",
    Kind.REPLY_PROPOSED: "desk.reply_proposed",
    Kind.RECTIFIED: "applicant.rectified",
    Kind.FEE_ASSESSED: "applicant.fee_assessed",
    Kind.FEE_EXEMPTED: "applicant.fee_exempted",
    Kind.PAYMENT_RECORDED: "applicant.payment_recorded",
    Kind.PAYMENT_CANCELLED: "applicant.payment_cancelled",
    Kind.PAYMENT_REFUNDED: "applicant.payment_refunded",
    Kind.RESULT_CORRECTED: "applicant.result_corrected",
    Kind.REOPENED: "applicant.reopened",
    Kind.RESULT_READY: "applicant.result_ready",
    Kind.WITHDRAWN: "applicant.withdrawn",
    Kind.STOPPED: "applicant.stopped",
    Kind.MESSAGE_SENT: "partner.message",
    # To whom the note mentions.
    Kind.NOTED: "note.mentioned",
    # To who has completed the step before it was sent back.
    Kind.TASK_CLAIMED: "step.came_back",
}
#: What an event of these kinds names where somebody is told of it.
_ONLY_WITH: Mapping[Kind, str] = {
    Kind.UNIT_REPLACED: "consultations",
    Kind.NOTED: "mention",
    Kind.TASK_CLAIMED: "came_back",
}
#: Beside the message of `TOPICS`: the desk has to hand over what was corrected.
TO_THE_DESK: Mapping[Kind, str] = {Kind.RESULT_CORRECTED: "desk.result_corrected"}
#: What their messages say stands in the payload of the event, which may be erased.
WITH_PAYLOAD = {Kind.MESSAGE_SENT, *(kind for kind, topic in TOPICS.items() if topic.startswith("unit."))}
#: To the heads of the unit of a step that has got the floor: the limits no longer fit into the term.
FLOOR = "unit.limits_do_not_fit"
#: A new version of a calendar has moved the promised date.
CALENDAR_REVISED = "applicant.calendar_revised"


def of(state: State, links: Iterable[Link]) -> list[dict[str, Any]]:
    """The messages that these events cause, each once for ever by its key."""
    return [notice for link in links if _told(link.event) for notice in _notices(state, link)]


def _notices(state: State, link: Link) -> Iterator[dict[str, Any]]:
    notice, told = _notice(state, link), link.event.payload
    if link.event.kind is Kind.NOTED:
        notice = {**notice, "recipient_id": told["mention"]}
    elif link.event.kind is Kind.TASK_CLAIMED:
        notice = {
            **notice,
            "recipient_id": told["assignee"],
            "payload": {**notice["payload"], **told["came_back"]},
        }
    yield notice
    if topic := TO_THE_DESK.get(link.event.kind):
        yield {**notice, "dedup_key": f"{notice['dedup_key']}/desk", "topic": topic}


def _told(event: Event) -> bool:
    """True where somebody is told.

    Of a successor that is where the unit before it was asked for an opinion, of a note where it mentions somebody, of a task
    where it came back.
    """
    names = _ONLY_WITH.get(event.kind)
    return event.kind in TOPICS and (names is None or bool(event.payload.get(names)))


def _notice(state: State, link: Link) -> dict[str, Any]:
    kind, payload = link.event.kind, {"reference": state.reference, "code": state.code, "seq": link.seq}
    notice = {
        "dedup_key": f"{state.reference}/{link.seq}",
        "topic": TOPICS[kind],
        "recipient_id": None,
        "payload": payload,
    }
    if kind is Kind.MESSAGE_SENT:
        # No mail goes to a machine: the row stays, unsent and never due, until a system fetches it.
        return {
            **notice,
            "payload": {**payload, "message": link.event.payload["message"]},
            "available_at": "infinity",
        }
    if TOPICS[kind].startswith("unit."):
        unit = link.event.payload["to" if kind is Kind.UNIT_REPLACED else "unit"]
        return {**notice, "payload": {**payload, "unit": unit}}
    return notice


def floors(state: State, before: Clock | None, after: Clock, seq: int) -> list[dict[str, Any]]:
    """The messages of an act after which further steps have the floor."""
    tasks = after.floors
    if not tasks or before is None:
        return []
    about = {"reference": state.reference, "code": state.code, "seq": seq}
    found = ((task, state.tasks[task]) for task in sorted(tasks - before.floors))
    return [floor(about, task, of.unit, of.name) for task, of in found]


def floor(about: Mapping[str, Any], task: UUID, unit: str, step: str) -> dict[str, Any]:
    """The message about a step that got the floor."""
    return {
        "dedup_key": f"{about['reference']}/{about['seq']}/{task}",
        "topic": FLOOR,
        "recipient_id": None,
        "payload": {**about, "unit": unit, "step": step},
    }


def calendar_revised(reference: str, code: str | None, seq: int) -> dict[str, Any]:
    """The message about a promised date that a calendar has moved."""
    return {
        "dedup_key": f"{reference}/{seq}",
        "topic": CALENDAR_REVISED,
        "recipient_id": None,
        "payload": {"reference": reference, "code": code, "seq": seq},
    }
