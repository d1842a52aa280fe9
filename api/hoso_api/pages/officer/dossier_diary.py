"""Diary of a dossier: its events in words, with the places in the chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso_api.pages.officer.dossier_frame import Subject
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_workflows import audit
from hoso_workflows.dossiers import views
from hoso_workflows.tracking import course_views

#: The word of the query.
KIND = "loai"
#: Groups of events by which the diary is filtered: word, name, kinds of events.
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "viec": (
        marked("Việc"),
        (
            *(
                "task_opened",
                "task_closed",
                "task_claimed",
                "task_unclaimed",
                "task_delegated",
                "task_resolved",
            ),
            "task_prioritised",
        ),
    ),
    "bo-sung": (
        marked("Bổ sung"),
        (
            *("supplement_proposed", "supplement_asked", "supplement_received", "supplement_returned"),
            "closed_unanswered",
        ),
    ),
    "thoi-han": (
        marked("Thời hạn"),
        (
            *("accepted", "suspended", "suspension_ended", "obligation_set", "obligation_met", "extended"),
            *("reappointed", "calendar_revised", "corrected", "reopened"),
        ),
    ),
    "giay-to": (
        marked("Giấy tờ"),
        (
            *("attachment_added", "attachment_superseded", "letter_issued", "letter_signed"),
            *("result_exchanged", "result_corrected"),
        ),
    ),
    "trao-doi": (
        marked("Trao đổi"),
        (
            "noted",
            "note_amended",
            "applicant_wrote",
            "desk_wrote",
            "reply_proposed",
            "consultation_asked",
            "consultation_answered",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the diary."""

    number: int
    at: datetime
    kind: str
    what: str
    step: str | None
    who: str
    on_behalf_of: str | None
    automatic: bool
    where: str | None
    #: What was written with it.
    words: str | None
    erased: bool
    hash: str


async def read(visit: Visit, subject: Subject) -> list[Entry]:
    """The events of a dossier, the newest first. Raises NotFound."""
    key = subject.document["reference"]
    events = (await views.history(visit.service, key, **visit.reading))["items"]
    told = (await course_views.read_timeline(visit.service, key, **visit.reading))["items"]
    # An event may join the history between the two reads.
    return [_entry(event, line) for event, line in zip(events, told, strict=False)][::-1]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Findings of an audit of the dossier."""

    #: The stored parts that do not follow from the chain of events.
    differences: Sequence[str]
    #: The first event that does not verify, and why; None where the chain is whole.
    broken: int | None = None
    why: str = ""


async def verdict(visit: Visit, subject: Subject) -> Verdict:
    """The differences between what is stored and the events, and where their chain breaks."""
    key = subject.document["reference"]
    found = [messages.translated(each.what) async for each in audit.differences(visit.service, key)]
    broken = await audit.broken_link(visit.service, key) if found else None
    if broken is None:
        return Verdict(found)
    return Verdict(found, broken.seq, messages.opening(messages.translated(broken.why)))


def _entry(event: Mapping[str, Any], line: Mapping[str, Any]) -> Entry:
    kind = event["kind"]
    return Entry(
        number=event["seq"],
        at=datetime.fromisoformat(event["at"]),
        kind=kind,
        what=spoken(wording.HAPPENED.get(kind, kind)),
        step=line["step"],
        who=event["actor"],
        on_behalf_of=event["on_behalf_of"],
        automatic=event["automatic"],
        where=line["unit_name"],
        words=line["words"],
        erased=event["payload"] is None,
        hash=event["hash"],
    )


def of_kind(entries: Sequence[Entry], word: str) -> list[Entry]:
    """The events of a group; all of them for a word that names none."""
    _, kinds = GROUPS.get(word, ("", ()))
    return [each for each in entries if not kinds or each.kind in kinds]
