"""Rows of a dossier's files, folded from its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hoso_workflows.events import Event

#: Columns by name, by the ids of files; no row is altered.
Attachments = Mapping[UUID, dict[str, Any]]


def added(rows: Attachments, event: Event, seq: int) -> Attachments:
    """The rows with one more file, by the event of that number."""
    row = _row(event, seq)
    return {**rows, row["id"]: row}


def superseded(rows: Attachments, event: Event, seq: int) -> Attachments:
    """The rows with a newer version, by the event of that number."""
    row = _row(event, seq)
    old = rows[row["supersedes"]]
    return {**rows, old["id"]: {**old, "superseded_at": event.at}, row["id"]: row}


def corrected(rows: Attachments, event: Event, seq: int) -> Attachments:
    """The rows with a file that corrects a result."""
    newer = superseded if "supersedes" in event.payload else added
    return newer(rows, event, seq)


def exchanged(rows: Attachments, event: Event, seq: int) -> Attachments:
    """The rows with a newer version of a result that was not handed over."""
    after = superseded(rows, event, seq)
    old = after[UUID(event.payload["supersedes"])]
    return {**after, old["id"]: {**old, "phase": "handling"}}


def resulting(rows: Attachments, event: Event) -> Attachments:
    """The rows after files were named as the result."""
    named = [UUID(each) for each in event.payload.get("attachments", ())]
    return {**rows, **{each: {**rows[each], "phase": "result"} for each in named}}


def _row(event: Event, seq: int) -> dict[str, Any]:
    payload = event.payload
    before = payload.get("supersedes")
    return {
        "id": UUID(payload["attachment"]),
        "component_code": payload["component"],
        "file_name": payload["file_name"],
        "media_type": payload["type"],
        "size": payload["size"],
        "sha256": payload["sha256"],
        "stored_at": event.at,
        "stored_by": event.actor,
        "phase": payload["phase"],
        "title": payload["title"] or None,
        "object": payload["object"],
        "thumbnail": payload["thumbnail"],
        "pages": payload["pages"],
        "scan": payload["scan"],
        "internal": payload["internal"],
        "signed": payload.get("signed", False),
        "seq": seq,
        "supersedes": UUID(before) if before else None,
        "superseded_at": None,
    }


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a file's event, from its row."""
    before = row["supersedes"]
    return {
        **{said: row[column] for said, column in _SAID.items()},
        "title": row["title"] or "",
        **({"supersedes": before} if before else {}),
        **({"signed": True} if row["signed"] else {}),
    }


#: Key of the event's payload, and its column.
_SAID = {
    "attachment": "id",
    "component": "component_code",
    "file_name": "file_name",
    "type": "media_type",
    **{
        name: name for name in ("size", "sha256", "phase", "object", "thumbnail", "pages", "scan", "internal")
    },
}
