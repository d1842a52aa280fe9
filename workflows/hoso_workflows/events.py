"""Events of a dossier, and the hash chain that proves them complete and unaltered.

An event's payload is canonical JSON (sorted keys, no floats). The chain hashes a salted digest of the payload, so that
a payload can be erased by law and the chain still verifies (DESIGN, rules 1 and 5). Each event is chained by a version of
its header, which is stored beside it (ADR 0024).
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from hoso_calendar.messages import say

#: The head of an empty chain.
GENESIS = bytes(32)
#: By which version of the header events are chained now.
HEADER = 2
#: The one algorithm of versions 1 and 2, as FIPS 180-4 calls it.
ALGORITHM = "SHA-256"


class Kind(StrEnum):
    """Every kind of event; past tense, because it has happened."""

    #: The dossier came in by the portal, the desk or the post; the engine started.
    FILED = "filed"
    #: Reception found it complete: code, clock and receipt start here.
    ACCEPTED = "accepted"
    #: Reception refused it, with a reason (Mẫu 03).
    REFUSED = "refused"
    #: A specialised unit asks the desk to call for a supplement; the applicant is not told yet.
    SUPPLEMENT_PROPOSED = "supplement_proposed"
    #: The desk asked the applicant for a supplement (Mẫu 02).
    SUPPLEMENT_ASKED = "supplement_asked"
    #: The supplement came in; the step starts again.
    SUPPLEMENT_RECEIVED = "supplement_received"
    #: The supplement did not answer what was asked for and went back (Mẫu 02).
    SUPPLEMENT_RETURNED = "supplement_returned"
    #: The supplement did not come in time.
    CLOSED_UNANSWERED = "closed_unanswered"
    #: The applicant took the dossier back.
    WITHDRAWN = "withdrawn"
    #: The clock stands still on a legal ground.
    SUSPENDED = "suspended"
    #: The ground has ended; the clock goes on.
    SUSPENSION_ENDED = "suspension_ended"
    #: The applicant has to meet a financial obligation first; the clock stands still.
    OBLIGATION_SET = "obligation_set"
    #: Proof of payment came in: the second appointment has its own term.
    OBLIGATION_MET = "obligation_met"
    #: A law granted more time; kind and basis are recorded.
    EXTENDED = "extended"
    #: A new appointment with apology, once (Mẫu 04).
    REAPPOINTED = "reappointed"
    #: Another unit was asked for its opinion; the clock keeps running.
    CONSULTATION_ASKED = "consultation_asked"
    #: It gave its opinion.
    CONSULTATION_ANSWERED = "consultation_answered"
    #: Its term passed in silence, which is consent where the procedure says so.
    CONSULTATION_PASSED = "consultation_passed"
    #: A verification was recorded.
    VERIFIED = "verified"
    #: Data of the dossier were given to a third party, by a decision.
    DISCLOSED = "disclosed"
    #: The dossier is to be kept as it is, whatever its retention: a lawsuit, an inspection.
    HOLD_PLACED = "hold_placed"
    #: The ground of the hold has ended.
    HOLD_LIFTED = "hold_lifted"
    #: The erasure was ordered before the retention ended; a second person has to confirm it.
    ERASURE_ORDERED = "erasure_ordered"
    #: Everything personal was erased; chain, code, procedure, dates and verdict stay.
    ERASED = "erased"
    #: The desk sent the dossier to the competent authority.
    TRANSFERRED = "transferred"
    #: A file joined the dossier.
    ATTACHMENT_ADDED = "attachment_added"
    #: A newer version of a file joined it; the older one stays.
    ATTACHMENT_SUPERSEDED = "attachment_superseded"
    #: A file of a result that was not handed over yet was exchanged for a newer version, with the reason.
    RESULT_EXCHANGED = "result_exchanged"
    #: A result that was handed over was corrected: a newer version of a file of it, or one more.
    RESULT_CORRECTED = "result_corrected"
    #: The corrected result was handed over.
    CORRECTION_HANDED_OVER = "correction_handed_over"
    #: What is recorded of the applicant or in the form was corrected; the values stand in the rows, their digests here.
    RECTIFIED = "rectified"
    #: A fee that the procedure declares was assessed, by rule or by the desk.
    FEE_ASSESSED = "fee_assessed"
    #: The applicant was exempted from a fee, wholly or in part.
    FEE_EXEMPTED = "fee_exempted"
    #: Money came in for a fee, with its receipt.
    PAYMENT_RECORDED = "payment_recorded"
    #: A payment that was recorded wrongly does not count.
    PAYMENT_CANCELLED = "payment_cancelled"
    #: Money of a payment was given back, wholly or in part.
    PAYMENT_REFUNDED = "payment_refunded"
    #: The applicant wrote to the desk.
    APPLICANT_WROTE = "applicant_wrote"
    #: The desk wrote to the applicant.
    DESK_WROTE = "desk_wrote"
    #: A handling officer proposed to the desk what it could write to the applicant.
    REPLY_PROPOSED = "reply_proposed"
    #: The dossier was taken up again by a decision; a new run began.
    REOPENED = "reopened"
    #: A new version of the calendar moved the dates of an open dossier.
    CALENDAR_REVISED = "calendar_revised"
    #: The engine opened a human task.
    TASK_OPENED = "task_opened"
    #: A human task was completed, or cancelled with its run.
    TASK_CLOSED = "task_closed"
    #: An officer took a task.
    TASK_CLAIMED = "task_claimed"
    #: The officer gave it back.
    TASK_UNCLAIMED = "task_unclaimed"
    #: Who has taken a task gave it to a colleague for a while and stays its owner.
    TASK_DELEGATED = "task_delegated"
    #: A delegated task went back to its owner.
    TASK_RESOLVED = "task_resolved"
    #: A head has put a task before others, or back among them.
    TASK_PRIORITISED = "task_prioritised"
    #: An officer left a note for the other officers; the applicant is not told.
    NOTED = "noted"
    #: Its author corrected a note soon after writing it.
    NOTE_AMENDED = "note_amended"
    #: The engine armed a timer.
    TIMER_SET = "timer_set"
    #: A timer fired or was dropped with its scope.
    TIMER_DROPPED = "timer_dropped"
    #: The result exists; the verdict is given here.
    RESULT_READY = "result_ready"
    #: The result was handed over.
    RETURNED = "returned"
    #: The authority ended the handling without a result, or the run ended at an end event that says so.
    STOPPED = "stopped"
    #: A numbered paper was issued.
    LETTER_ISSUED = "letter_issued"
    #: A letter was signed by a certificate; its bytes stand in `letter_file`, their digest here.
    LETTER_SIGNED = "letter_signed"
    #: A copy of a letter was given out, under its ordinal.
    LETTER_COPIED = "letter_copied"
    #: A message or signal came from outside; the elements that awaited it go on.
    MESSAGE_RECEIVED = "message_received"
    #: The process told the outside something, by a send task or a throwing event.
    MESSAGE_SENT = "message_sent"
    #: The engine could not go on, or a call failed; somebody has to look. One with an id is open until it is resolved.
    INCIDENT = "incident"
    #: What waited behind an incident goes on, or waits no more.
    INCIDENT_RESOLVED = "incident_resolved"
    #: The dossier moved to another version of its procedure; tasks, timers and dates stayed.
    MIGRATED = "migrated"
    #: A unit took the place of another one that was closed, merged or moved; code, dates and letters stayed.
    UNIT_REPLACED = "unit_replaced"
    #: An administrator recorded when an act really was, which a wrong clock had stamped.
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `at` is aware; `payload` is JSON-safe and holds no float."""

    kind: Kind
    at: datetime
    actor: UUID
    payload: Mapping[str, Any] = field(default_factory=dict)
    #: The absent officer for whom a substitute acted ("A for B").
    on_behalf_of: UUID | None = None
    #: True when the system acted by rule, not a person by choice.
    automatic: bool = False

    @property
    def task(self) -> UUID:
        """The id of the task that it is about; KeyError where it is about none."""
        return identity(self.payload["task"])


@lru_cache(maxsize=16_384)
def identity(text: str) -> UUID:
    """An id as payloads write it.

    State, clock and projections each read that of an event.
    """
    return UUID(text)


@lru_cache(maxsize=4_096)
def _text(identity: UUID) -> str:
    """An id as headers write it: the same few in a whole chain."""
    return str(identity)


@lru_cache(maxsize=4_096)
def _instant(at: datetime) -> str:
    """An instant as headers write it: the same for all events of an act."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Link:
    """An event in its place in a chain. An erased one has lost payload and salt, not its digest."""

    seq: int
    event: Event
    #: None after erasure.
    salt: bytes | None
    #: sha256(salt ‖ canonical payload): what the chain holds instead of the payload.
    digest: bytes
    previous: bytes
    hash: bytes
    #: By which version of the header it is chained.
    version: int


@dataclass(frozen=True, slots=True)
class Erased:
    """An event whose payload was erased by law: what the chain still holds."""

    seq: int
    at: datetime
    kind: Kind


class ChainBroken(Exception):
    """A dossier's chain does not verify."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(say("event {seq}: {why}", seq=seq, why=why))
        self.seq = seq
        self.why = why


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The one byte form of a payload: sorted keys, UTF-8, no white space."""
    plain = payload if type(payload) is dict else dict(payload)
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def chain(events: Iterable[Event], dossier: UUID, head: bytes, last_seq: int) -> tuple[Link, ...]:
    """Append `events` to the chain whose head is `head`. Each gets a fresh salt."""
    links = []
    for seq, event in enumerate(events, start=last_seq + 1):
        salt = os.urandom(16)
        digest = _salted(event, salt)
        link = Link(seq, event, salt, digest, head, _hash(HEADER, event, seq, dossier, head, digest), HEADER)
        links.append(link)
        head = link.hash
    return tuple(links)


def verify(links: Iterable[Link], dossier: UUID, head: bytes) -> None:
    """Raise `ChainBroken` unless the links are the dossier's, contiguous, unaltered and end in `head`.

    Each is verified by the version that is stored with it, never by another; versions do not decrease. Before its first
    link of version 2, a chain does not identify its dossier.
    """
    previous, last, version = GENESIS, 0, min(_HEADERS)
    for link in links:
        last += 1
        if link.seq != last:
            raise ChainBroken(last, say("missing, found {seq} in its place", seq=link.seq))
        if link.previous != previous:
            raise ChainBroken(last, say("does not follow the event before it"))
        if link.salt is not None and _salted(link.event, link.salt) != link.digest:
            raise ChainBroken(last, say("its payload was altered after it was written"))
        if link.version not in _HEADERS:
            raise ChainBroken(
                last, say("has a header of the unknown version {version}", version=link.version)
            )
        if link.version < version:
            raise ChainBroken(last, say("goes back to version {version} of the header", version=link.version))
        if _hash(link.version, link.event, last, dossier, previous, link.digest) != link.hash:
            raise ChainBroken(last, say("was altered after it was written"))
        previous, version = link.hash, link.version
    if previous != head:
        raise ChainBroken(last, say("is not the head that the dossier keeps"))


def _salted(event: Event, salt: bytes) -> bytes:
    return hashlib.sha256(salt + canonical(event.payload)).digest()


def _hash(version: int, event: Event, seq: int, dossier: UUID, previous: bytes, digest: bytes) -> bytes:
    header = _HEADERS[version](event, seq, dossier)
    return hashlib.sha256(previous + canonical(header) + digest).digest()


def _first(event: Event, seq: int, _: UUID) -> dict[str, Any]:
    return {
        "seq": seq,
        "kind": event.kind,
        "at": _instant(event.at),
        "actor": _text(event.actor),
        "on_behalf_of": _text(event.on_behalf_of) if event.on_behalf_of else None,
        "automatic": event.automatic,
    }


def _second(event: Event, seq: int, dossier: UUID) -> dict[str, Any]:
    """Version 2 of the header: dossier, version and algorithm stand in it too."""
    return {"v": 2, "alg": ALGORITHM, "dossier": _text(dossier), **_first(event, seq, dossier)}


#: What of an event is hashed beside its digest, by the version of the header. None is ever changed or taken away.
_HEADERS: Mapping[int, Callable[[Event, int, UUID], dict[str, Any]]] = {1: _first, 2: _second}
