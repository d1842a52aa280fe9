"""Meaning and example of fields of escalations, sample letters and reported dossiers."""

from collections.abc import Mapping
from typing import Any

_AT = "2026-03-02T08:30:00+07:00"
_LEVEL = ("The rung of the ladder that is reached.", "overdue")

_RUNG: Mapping[str, tuple[str, Any]] = {
    "level": ("Name of the rung; what was told is kept under it.", "overdue"),
    "subject": ("What it watches.", "dossier"),
    "moment": ("From when it counts: the beginning of the wait, or the date.", "due"),
    "days": ("Working days after the moment; before it where negative.", 5),
    "minutes": ("Working minutes after the moment instead; before it where negative.", 0),
    "recipient": ("Who is told.", "agency_head"),
    "held": ("Only steps that somebody has (true), or nobody has (false); null for both.", True),
    "silent": ("Nobody is told: it takes a wider rung of its level away.", False),
    "reassign": ("The step goes to the person who is told.", False),
    "apology": ("A letter of apology is put before the head of the handling unit to sign.", False),
    "procedure": ("Only dossiers of this procedure; null for all.", "1.014464"),
    "unit": ("Only what this unit has, and those below it; null for all.", "H27.SVHTTDL"),
    "unit_kind": ("Only what units of this kind have; null for all.", "department"),
    "role": ("Only steps of this role; null for all.", "specialist"),
    "valid_from": ("The first day on which it holds, YYYY-MM-DD.", "2026-04-01"),
    "valid_to": ("The last day on which it holds; null for no end.", "2026-12-31"),
    "basis": ("The decision or law that it rests on.", "QĐ 12/QĐ-UBND"),
}

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
    "EscalationRung.when": ("When it is reached, in words.", "A step is late"),
    "EscalationRung.to": ("Who is told, in words.", "the officer who has it"),
    "EscalationRung.limits": ("What it is limited to, in words; empty for all.", ["procedure 1.014464"]),
    **{f"{schema}.{name}": said for schema in ("EscalationRung", "NewRung") for name, said in _RUNG.items()},
    "EscalationSweep.ran": ("False when another sweep was at work, which does it instead.", True),
    "EscalationSweep.reached": ("Subjects that reached each level now, by level.", {"overdue": 2}),
    "EscalationSweep.messages": ("Messages that were written.", 12),
    "EscalationSweep.unaddressed": ("Subjects for which nobody was found; the next sweep tries again.", 0),
    "EscalationSweep.calendars_end": (
        "Codes of units whose calendar does not reach as far as their ladder looks ahead.",
        ["H27.SYT"],
    ),
    "RungEnd.last_day": (
        "The last day on which it holds; the day before its first takes it back.",
        "2026-12-31",
    ),
    "ForeseenEscalation.level": _LEVEL,
    "ForeseenEscalation.subject": ("What it is about.", "dossier"),
    "ForeseenEscalation.unit": ("The unit that is responsible for what is late.", None),
    "ForeseenEscalation.recipient": ("Who would be told; null where the unit has no head.", None),
    "ForeseenEscalation.report": ("The report that it is about; null where it is about a dossier.", None),
    "ToldEscalation.report": ("The report that it was about; null where it was about a dossier.", None),
    "ReportOf.id": ("The id of the report.", "4b3a1f0e-6a60-5f6e-8f0b-3d6c1f1f0a11"),
    "ReportOf.name": ("What reports of its kind are called.", "Báo cáo quý về dịch vụ công trực tuyến"),
    "ReportOf.period": ("Its period: a quarter or a year.", "2026-Q1"),
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
    "ReportedDossiers.counted_only": (
        "How many of them are a number alone: the law of their case keeps their course from other authorities.",
        0,
    ),
    "LatenessReport.hours": (
        "Appointed hours that came in the period; null where the report was kept before they were counted.",
        None,
    ),
    "AppointedHours.hours": ("Hours that held when they came.", 12),
    "AppointedHours.ready": ("Those at which the result was ready for its owner, whenever they came.", 10),
    "AppointedHours.not_returned": ("Those at which there was a result that its owner could not have.", 1),
    "AppointedHours.without_result": ("Those at which there was no result.", 1),
    "LatenessReport.part": ("What its units are to the dossiers: they handle or receive them.", "handling"),
    "ReportedDossier.still": (
        "Since when and why its clock stood still at the period's end; null where it ran.",
        None,
    ),
    "ReportedDossier.column": ("The column of the report that counts it.", "on_time"),
}
ESCALATION_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "get_escalation_ladder.day": (
        "The local day for which the ladder is asked; today where left out.",
        "2026-04-01",
    ),
    "end_rung.rung": ("Id of the rung.", "00560006-0000-4000-8000-000000000000"),
    "report_weeks.unit": ("Code of a handling unit; left out: that of your office.", "H27.SVHTTDL"),
    "print_letter_form.form": ("Code of a form of letters.", "01"),
    "draw_letter_form.form": ("Code of a form of letters.", "01"),
}
