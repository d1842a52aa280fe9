"""Meaning and example of the fields and parameters of portals of other authorities."""

from collections.abc import Mapping
from typing import Any

_ID, _AT = "0c1f6a5e-6d0b-4d6c-9b54-1f4b6f0f0b6a", "2026-03-02T08:30:00+07:00"
_MESSAGE = "msg_0f3c5f0d2a5e4b7c9d1e2f3a4b5c6d7e"
_NUMBER = ("Counts the statuses of a dossier for the portal, from 1 on: the greater one is newer.", 3)
_CODE = ("The code of the status on the National Public Service Portal, 1 to 10.", 4)
_PLACE = ("The place behind which the portal goes on reading.", 4711)
_LAST_DAY = ("The last day of which the portal is told what changes.", "2026-12-31")
_RESENT = ("How many statuses are told anew.", 2)
_PORTAL = {
    "code": ("As dossiers that were filed on it name it.", "dichvucong.gov.vn"),
    "name": ("What it is called here.", "Cổng Dịch vụ công quốc gia"),
    "unit": ("Code of the unit; the dossiers that it or one below it receives or handles.", "H27"),
    "concerns": ("`filed_there`: dossiers that were filed on it; `all`: every one.", "filed_there"),
    "principal": ("Id of the system that speaks for it.", _ID),
    "webhook": ("Id of its receiver of webhooks; null for a portal that only reads.", _ID),
    "resend_minutes": (
        "Minutes until what it has not acknowledged is told again, doubled each time; null where to be given a status is an answer.",
        15,
    ),
    "basis": ("By what it is told: law, decision or agreement.", "Nghị định 118/2025/NĐ-CP"),
    "valid_from": ("The first day of which it is told what changes.", "2026-03-02"),
}

PORTAL_FIELDS: Mapping[str, tuple[str, Any]] = {
    **{f"{schema}.{name}": word for schema in ("PortalEntry", "Portal") for name, word in _PORTAL.items()},
    "PortalEntered.id": ("Id of the entry.", _ID),
    "PortalEndAsked.last_day": _LAST_DAY,
    "PortalEnd.last_day": _LAST_DAY,
    "Portal.id": ("Id of the entry.", _ID),
    "Portal.principal_name": ("Name of the system that speaks for it.", "Hệ thống 1 · cơ quan phối hợp"),
    "Portal.valid_to": ("The last day; null while there is none.", "2026-12-31"),
    "Portal.entered_at": ("When it was entered.", _AT),
    "Portal.waiting": ("Statuses that it was not given yet.", 3),
    "Portal.unacknowledged": ("Statuses that it was given and has not acknowledged.", 1),
    "Portal.refused": ("Statuses that it does not take.", 0),
    "Portal.answered_at": ("When it last acknowledged or compared something; null until then.", _AT),
    "PortalLogLine.direction": ("Which way it went, as we see it.", "out"),
    "PortalLogLine.subject": ("What was exchanged.", "status"),
    "PortalLogLine.id": ("Number of the line; a status is told anew by it.", 4711),
    "PortalLogLine.at": ("When it was written, or said.", _AT),
    "PortalLogLine.number": ("The number of the status among those of its dossier; null for others.", 3),
    "PortalLogLine.portal_code": ("The code of the status on the portal; null for others.", 4),
    "PortalLogLine.sha256": (
        "SHA-256 of what was said, in hex; null of a filing, whose contents stand in the dossier's chain.",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
    "PortalLogLine.result": ("What became of it.", "acknowledged"),
    "PortalLogLine.attempts": ("How often it was tried, or came.", 1),
    "PortalLogLine.given_at": ("When the portal was given it; null until then.", _AT),
    "PortalLogLine.again_at": ("When it is sent again; null for what is not.", _AT),
    "PortalLogLine.reason": ("Why it was not taken, or is not; null for none.", "the receiver answered 503"),
    "PortalLogLine.found": ("Of an answer: what came of it, in figures.", {"acknowledged": 3}),
    "PortalResending.statuses": (
        "Numbers of lines of the log; null for all statuses that are not acknowledged.",
        [4711],
    ),
    "PortalResent.resent": _RESENT,
    "PortalStatusTold.portal": ("The portal's code.", "dichvucong.gov.vn"),
    "PortalStatusTold.external_code": (
        "What the portal calls the dossier; left out where it has no name there.",
        "G22-260302-0001",
    ),
    "PortalStatusTold.number": _NUMBER,
    "PortalStatusTold.portal_code": _CODE,
    "PortalStatusTold.due": ("The promised date; null before there is one.", "2026-03-05T17:00:00+07:00"),
    "PortalStatusTold.receiving_unit": ("Code of the unit that receives.", "H27.PVHCC"),
    "PortalStatusTold.handling_unit": ("Code of the unit that handles.", "H27.SVHTTDL"),
    "PortalChange.id": ("The `webhook-id` of its message; count each once.", _MESSAGE),
    "PortalChange.place": ("Its place among what the portal reads.", 4711),
    "PortalChange.time": ("When the dossier got this status.", _AT),
    "PortalChange.data": ("The status; as its message has it.", None),
    "PortalChanges.place": _PLACE,
    "PortalRefusedStatus.id": ("Id of the status.", _MESSAGE),
    "PortalRefusedStatus.reason": (
        "Why the portal does not take it; nothing personal.",
        "không có thủ tục này",
    ),
    "PortalAcknowledgement.up_to": (
        "The portal has applied every status up to this place; null where it names them.",
        4711,
    ),
    "PortalAcknowledgement.applied": ("Ids of statuses that it has applied.", [_MESSAGE]),
    "PortalAcknowledgement.refused": ("Statuses that it does not take.", []),
    "PortalAcknowledged.acknowledged": ("How many statuses are acknowledged by it that were not before.", 3),
    "PortalAcknowledged.refused": ("How many statuses it does not take that it had not refused before.", 0),
    "PortalAcknowledged.unknown": ("Ids that are of no status for this portal.", []),
    "PortalDossier.dossier": (
        "Its reference, its code, or what the portal called it when it filed it.",
        "H27.PVHCC-260302-0012",
    ),
    "PortalDossier.portal_code": _CODE,
    "PortalDossier.number": ("The number up to which the portal has applied every status.", 3),
    "PortalReconciliation.dossiers": ("Dossiers as the portal has them.", []),
    "PortalReconciliation.complete": (
        "True where the list holds every dossier that the portal was told of.",
        False,
    ),
    "PortalStanding.portal_code": _CODE,
    "PortalStanding.number": _NUMBER,
    "PortalDifference.dossier": ("The dossier as it was named, else its reference.", "H27.PVHCC-260302-0012"),
    "PortalDifference.kind": ("How the two sides differ.", "behind"),
    "PortalDifference.ours": ("The last status that the portal was told of; null where there is none.", None),
    "PortalDifference.theirs": ("The last one that it has; null where it has none.", None),
    "PortalDifference.resent": _RESENT,
    "PortalReconciled.compared": ("How many dossiers were compared.", 120),
    "PortalReconciled.agreed": ("On how many of them both sides agree.", 119),
    "PortalReconciled.resent": _RESENT,
    "PortalReconciled.differences": ("Those on which they differ.", []),
}
PORTAL_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "portal": ("Code of the portal.", "dichvucong.gov.vn"),
    "If-None-Match": (
        "The ETag of the same page as it was read before; 304 where nothing of it has changed.",
        '"9f86d081884c7d659a2feaa0c55ad015"',
    ),
    "unsettled": ("True for statuses that are not acknowledged alone.", False),
}
