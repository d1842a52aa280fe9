"""Rows of a dossier's consultations, folded from its events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import Opinion, Silence
from hoso_workflows.events import Event

#: Columns by name, by the ids of consultations; no row is altered.
Consultations = Mapping[UUID, dict[str, Any]]
_OPINIONS = {True: Opinion.AGREED, False: Opinion.OBJECTED, None: Opinion.ANSWERED}


def asked(rows: Consultations, event: Event) -> Consultations:
    """The rows with one more consultation."""
    payload = event.payload
    row = {
        "id": UUID(payload["id"]),
        "unit_code": payload["unit"],
        "question": payload["question"],
        "silence": payload["silence"],
        "asked_at": event.at,
        "asked_by": event.actor,
        "due_at": datetime.fromisoformat(payload["due"]),
        "outcome": None,
        "answer": None,
        "closed_at": None,
        "closed_by": None,
    }
    return {**rows, row["id"]: row}


def answered(rows: Consultations, event: Event) -> Consultations:
    """The rows after an opinion was given."""
    payload = event.payload
    return _changed(
        rows,
        event,
        outcome=_OPINIONS[payload["agrees"]].value,
        answer=payload["answer"],
        closed_at=event.at,
        closed_by=event.on_behalf_of or event.actor,
    )


def passed(rows: Consultations, event: Event) -> Consultations:
    """The rows after a term has passed in silence.

    Where silence is consent, it ends the consultation.
    """
    if event.payload["silence"] == Silence.CONSENT:
        return _changed(rows, event, outcome=Opinion.CONSENT.value, closed_at=event.at)
    return _changed(rows, event, outcome=Opinion.SILENT.value)


def moved(rows: Consultations, event: Event) -> Consultations:
    """The rows after another unit has taken the place of one that was asked."""
    units = {UUID(each["id"]): {"unit_code": each["unit"]} for each in event.payload.get("consultations", ())}
    return {key: {**row, **units.get(key, {})} for key, row in rows.items()}


def over(rows: Consultations, event: Event) -> Consultations:
    """The rows after the handling has ended: what nobody answered ends with it."""
    return {key: row if row["closed_at"] else {**row, "closed_at": event.at} for key, row in rows.items()}


def _changed(rows: Consultations, event: Event, **columns: Any) -> Consultations:
    """The rows with other columns of the one that the event is about."""
    identity = UUID(event.payload["id"])
    return {**rows, identity: {**rows[identity], **columns}}
