"""Meaning and example of fields of escalations, sample letters and reported dossiers."""

from collections.abc import Mapping
from typing import Any

_AT = "2026-03-02T08:30:00+07:00"
_LEVEL = ("The rung of the ladder that is reached.", "overdue")

ESCALATION_FIELDS: Mapping[str, tuple[str, Any]] = {
    "EscalationLadder.rungs": ("The rungs, from before the expiry on.", None),
    "EscalationLadder.heads": (
        "Roles that count as the head of a unit: the first that somebody plays there.",
        ["head_of_division"],
    ),
    "EscalationLadder.channels": (
        "Ways by which somebody is told: the list of notices always, e-mail where it is set up.",
        ["portal"],
    ),
    "EscalationLadder.swept_at": ("When the sweep last did all that was due; null before the first.", _AT),
    "EscalationRung.level": _LEVEL,
    "EscalationRung.when": ("When it is reached, in words.", "The term of a step has passed"),
    "EscalationRung.to": ("Who is told, in words.", "the officer who has it"),
    "EscalationSweep.ran": ("False when another sweep was at work, which does it instead.", True),
    "EscalationSweep.reached": ("Subjects that reached each level now, by level.", {"overdue": 2}),
    "EscalationSweep.messages": ("Messages that were written.", 12),
    "EscalationSweep.unaddressed": ("Subjects for which nobody was found; the next sweep tries again.", 0),
    "EscalationSweep.calendars_end": (
        "Codes of units whose calendar ends before the next working day.",
        ["H27.SYT"],
    ),
    "ForeseenEscalation.level": _LEVEL,
    "ForeseenEscalation.subject": ("What it is about.", "dossier"),
    "ForeseenEscalation.unit": ("The unit that is responsible for what is late.", None),
    "ForeseenEscalation.recipient": ("Who would be told; null where the unit has no head.", None),
    "UnitWeeks.unit": ("The handling unit; those below it are not counted.", "H27.SVHTTDL"),
    "UnitWeeks.weeks": ("The last 13 weeks, the one that runs at the end.", None),
    "UnitWeek.begin": ("The Monday with which it begins.", "2026-03-02"),
    "UnitWeek.received": ("Dossiers that were accepted in it.", 12),
    "UnitWeek.resolved": ("Dossiers whose result became ready in it.", 9),
    "UnitWeek.late": ("Of those that were resolved, the late ones.", 1),
    "ReminderOf.kind": ("What it is an item of: late dossiers, late steps, receptions.", "step"),
    "ReminderOf.id": ("The item's `id` in that list.", "0198c5a0-0000-7000-8000-000000000001"),
    "OverdueReminder.kind": ("What it is an item of.", "step"),
    "OverdueReminder.id": ("The item's `id` in its list.", "0198c5a0-0000-7000-8000-000000000001"),
    "OverdueReminder.at": ("When it was sent.", _AT),
    "OverdueReminder.by": ("Who has sent it.", None),
    "OverdueReminder.told": ("How many people were told.", 1),
    "ToldEscalation.id": ("Number of the message.", 812),
    "ToldEscalation.level": _LEVEL,
    "ToldEscalation.unit": ("The unit that is responsible for what is late.", None),
    "ToldEscalation.recipient": ("Who was told.", None),
    "ToldEscalation.delivery": ("What became of the message.", "sent"),
    "LetterForm.abbreviation": ("Its part of the numbers of letters.", "TNHS"),
    "LetterForm.paper": ("The paper it is printed on.", "a4"),
    "ReportedDossier.promised": (
        "The due date that the applicant had been told; null before acceptance.",
        _AT,
    ),
    "ReportedDossier.column": ("The column of the report that counts it.", "on_time"),
}
ESCALATION_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "report_weeks.unit": ("Code of a handling unit; left out: that of your office.", "H27.SVHTTDL"),
    "print_letter_form.form": ("Code of a form of letters.", "01"),
    "draw_letter_form.form": ("Code of a form of letters.", "01"),
}
