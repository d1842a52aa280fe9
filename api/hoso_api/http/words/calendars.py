"""Meaning and example of the fields about calendars and their revisions."""

from collections.abc import Mapping
from typing import Any

_PERSON = "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11"
_PAIR = ["2026-03-05T17:00:00+07:00", "2026-03-06T17:00:00+07:00"]
_AT = "2026-03-03T09:00:00+07:00"
_DIGEST = "fc3c206d53caccd98f526f0c87bc9411451e13dd1e50ee7f31eef21e216b77b1"
_ID = ("Id of the calendar: small letters, digits and hyphens.", "ha-tinh")

#: Figures of a preview and of an application, alike.
_FIGURES: Mapping[str, tuple[str, Any]] = {
    "counted": ("Open dossiers that are counted by the revision from then on.", 120),
    "moved": ("Open dossiers of which at least one date moves.", 96),
    "later": ("Dossiers whose legal due date moves to a later one.", 90),
    "earlier": ("Dossiers whose legal due date moves to an earlier one.", 2),
    "promised": ("Dossiers whose promised date moves; their applicants are told.", 88),
    "reception": ("Dossiers that wait at reception and whose due date there moves.", 4),
    "steps": ("Open steps of which a due date moves.", 74),
}

#: `Schema.field` → what it means, and an example.
CALENDAR_FIELDS: Mapping[str, tuple[str, Any]] = {
    **{f"MoveFigures.{name}": word for name, word in _FIGURES.items()},
    **{f"AppliedFigures.{name}": word for name, word in _FIGURES.items()},
    "AppliedFigures.as_previewed": ("Dossiers that moved exactly as the approved preview showed.", 94),
    "AppliedFigures.otherwise": (
        "Dossiers that moved otherwise, since they had been written after the preview.",
        1,
    ),
    "AppliedFigures.new": ("Dossiers that moved and were not in the preview.", 1),
    "AppliedFigures.notices": ("Messages to applicants about a new promised date.", 88),
    "MoveFigures.digest": ("Digest of all dates that move, by which the preview is approved.", _DIGEST),
    "MoveFigures.complete": ("True when all open dossiers have been looked at.", True),
    **dict.fromkeys(("Calendar.id", "NewCalendar.id"), _ID),
    **dict.fromkeys(("CalendarRevision.calendar", "CalendarFinding.calendar"), _ID),
    **dict.fromkeys(
        ("Calendar.name", "NewCalendar.name"),
        ("Name as people read it.", "Lịch làm việc của cơ quan hành chính tỉnh Hà Tĩnh"),
    ),
    **dict.fromkeys(
        ("Calendar.unit", "NewCalendar.unit"),
        (
            "Code of the unit whose administrators revise it; null: those at the top of the tree do.",
            "H27.SYT",
        ),
    ),
    "Calendar.extends": ("Id of the calendar whose days it takes over; null for none.", "vn"),
    "Calendar.version": (
        "Version by which dates are counted now; null until its first revision is applied.",
        "cad98ef4b12a79ed",
    ),
    "Calendar.first": ("First day that it declares; null without a version.", "2018-01-01"),
    "Calendar.until": (
        "Last day that it declares; terms that reach beyond are refused. Null without a version.",
        "2027-12-31",
    ),
    "Calendar.kept": ("How many units keep it.", 4),
    "CalendarRevision.number": ("Number of the revision, from 1 for each calendar.", 1),
    "CalendarRevision.status": ("Where the revision stands.", "draft"),
    "CalendarRevision.document": (
        "The calendar's own text as TOML; null where only units change.",
        'schema = "lich-lam-viec/1"\nid = "ha-tinh"\n',
    ),
    "CalendarRevision.units": ("Codes of the units that keep the calendar from then on.", ["H27.SYT"]),
    "CalendarRevision.basis": (
        "The decision or law that orders it.",
        "Công điện 12/CĐ-UBND 03/03/2026",
    ),
    "CalendarRevision.entered_by": ("Id of the principal who entered it.", _PERSON),
    "CalendarRevision.entered_for": (
        "Id of the principal in whose name it was entered; null if in nobody's.",
        _PERSON,
    ),
    "CalendarRevision.entered_at": ("When it was entered.", _AT),
    "CalendarRevision.preview": ("What it moves, as far as is known; null before its first preview.", None),
    "CalendarRevision.approved_by": ("Id of the principal who approved it; null before that.", _PERSON),
    "CalendarRevision.approved_for": (
        "Id of the principal in whose name it was approved; null if in nobody's.",
        _PERSON,
    ),
    "CalendarRevision.approved_at": ("When it was approved; null before that.", _AT),
    "CalendarRevision.applied_by": ("Id of the principal who began to apply it; null before that.", _PERSON),
    "CalendarRevision.applied_for": (
        "Id of the principal in whose name it is applied; null if in nobody's.",
        _PERSON,
    ),
    "CalendarRevision.applied_at": ("When the last open dossier had been moved; null before that.", _AT),
    "CalendarRevision.result": ("What has been applied so far; null before it is begun.", None),
    "CalendarFinding.severity": (
        "`error` forbids preview, approval and application; `warning` is for who approves.",
        "error",
    ),
    "CalendarFinding.place": (
        "Table of the text, with the row's number where there are several.",
        "day_off 3",
    ),
    "CalendarFinding.line": ("Line of the text, from 1; null where something is absent.", 24),
    "CalendarFinding.message": ("What is to be known, in words.", "Quốc khánh 2027 is no declared holiday"),
    "StepMove.own": ("Due date that judges the officer, from and to.", _PAIR),
    "StepMove.plan": ("Due date by the plan, from and to.", _PAIR),
    "Moves.due_legal": ("The due date by law, from and to; left out where it stays.", _PAIR),
    "Moves.due_promised": ("The promised date, from and to; left out where it stays.", _PAIR),
    "Moves.reception_due": ("When reception has to answer, from and to; left out where it stays.", _PAIR),
    "Moves.steps": (
        "Due dates of open steps that move, by the task's id.",
        {"0198c2f3-a1b2-7c4d-8e9f-001122334455": {"own": _PAIR, "plan": _PAIR}},
    ),
    "MovedDossier.dates": ("The dates that move.", None),
    "MovedDossier.handling_unit": ("Code of the unit that handles it.", "H27.SVHTTDL"),
    "PreviewApproval.preview": ("`digest` of the preview that was read.", _DIGEST),
    "ClosureEntry.unit": ("Code of the unit that does not work.", "H27.SYT"),
    "ClosureEntry.from": ("First day, YYYY-MM-DD.", "2026-03-04"),
    "ClosureEntry.to": ("Last day, included, YYYY-MM-DD.", "2026-03-05"),
    "ClosureEntry.name": ("Reason, as the calendar names the days.", "Bão số 3"),
    "ClosureEntry.announced": ("Day on which it was announced.", "2026-03-03"),
    "ClosureEntry.below": ("True for the units below as well.", True),
}
#: The same of parameters.
CALENDAR_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "calendar": _ID,
    "basis": (
        "The decision or law that orders it, for TOML and iCalendar; JSON has it in its body.",
        "Công điện 12/CĐ-UBND 03/03/2026",
    ),
}
