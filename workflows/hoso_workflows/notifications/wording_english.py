"""Words of messages in English; topics and fields as in `wording`."""

from hoso_workflows.notifications import catalogue_words, coordination_words
from hoso_workflows.notifications.applicants import words

#: Of a report that a unit owes: before its deadline, and behind it.
_REPORT_DUE = (
    "A report is due: {report}, {period}",
    "{unit} has to send {report} of {period} before {day}.",
)
_REPORT_LATE = (
    "A report is late: {report}, {period}",
    "{unit} has not sent {report} of {period}, which was due before {day}.",
)
#: Of a day without anybody on duty, soon and further ahead.
_UNCOVERED = (
    "Nobody is on duty on {day}: {unit}",
    "{unit} has nobody on duty for online dossiers on {day}; enter the roster of that day.",
)
#: Topic → subject and text.
WORDING = {
    **{topic: each.listed for topic, each in words.ENGLISH.topics.items()},
    "desk.applicant_wrote": (
        "The applicant of dossier {code} has written",
        "The applicant of dossier {code} has written to the desk; the message stands in the conversation of the dossier.",
    ),
    "desk.reply_proposed": (
        "A proposed reply to the applicant of dossier {code}",
        "The handling unit proposes what to reply to the applicant of dossier {code}; the proposal stands in the conversation of the dossier.",
    ),
    "step.came_back": (
        "Dossier {code} is back at your step",
        "After the step “{sender}”{outcome}, dossier {code} is back at your step “{step}”; see what was noted in your tasks.",
    ),
    "note.mentioned": (
        "Dossier {code}: a note mentions you",
        "A colleague mentions you in an internal note on dossier {code}; it stands in the conversation of the dossier.",
    ),
    "desk.result_corrected": (
        "Dossier {code}: hand over the corrected result",
        "The result of dossier {code} was corrected; invite the applicant to take the right one and record the handing over.",
    ),
    "unit.consultation_asked": (
        "An opinion on dossier {code} is asked for",
        "Your unit is asked for its opinion on dossier {code}; what is asked and until when stands in the list of consultations.",
    ),
    "unit.limits_do_not_fit": (
        "Dossier {code}: the limits of its steps no longer fit into the term",
        "Step “{step}” of dossier {code} has half of its first share only: the limits of the steps no longer fit into the term.",
    ),
    "desk.consultation_answered": (
        "An opinion came in: dossier {code}",
        "The unit that was asked about dossier {code} has answered.",
    ),
    "desk.consultation_passed": (
        "No opinion came in time: dossier {code}",
        "The unit that was asked about dossier {code} has not answered in time.",
    ),
    "desk.supplement_proposed": (
        "A supplement of dossier {code} is proposed",
        "The handling unit proposes that the applicant of dossier {code} is asked for a supplement.",
    ),
    "account.contact_code": (
        "The code that proves your e-mail address",
        "The code that proves your e-mail address: {secret}. It is good for 15 minutes. If you have not asked for it, ignore this mail and give the code to nobody.",
    ),
    "account.contact_changed": (
        "A contact address of your account has changed",
        "A contact address of your account has just changed. If that was not you, tell your administrator at once.",
    ),
    "account.sign_in_changed": (
        "How your account signs in has changed",
        "A way of signing in was just added to your account or taken away. If that was not you, tell your administrator at once.",
    ),
    "account.recovery_asked": (
        "The recovery of your account was asked for",
        "An administrator has asked for the recovery of your account; a second one has to confirm it. If you have not asked for it, say so at once.",
    ),
    "account.recovered": (
        "Your account was recovered",
        "All earlier ways of signing in to your account were revoked. If you have not asked for it, tell your administrator at once.",
    ),
    "account.invitation": (
        "An invitation to choose how you sign in",
        "You are invited to choose how you sign in. Open this address within 72 hours; it works once: {secret}",
    ),
    "register.role_given": (
        "A new role in {unit}: {person}",
        "From {day}, {person} has one more role in {unit}; see the list of officers. If you know nothing of it, tell an administrator at once.",
    ),
    "register.role_proposed": (
        "A role waits for confirmation in {unit}: {person}",
        "{person} is proposed for a role in {unit} from {day}; confirm or reject it on the page of newcomers of the unit. If you know nothing of it, tell an administrator at once.",
    ),
    "register.substitution_entered": (
        "Acting in {unit}: {person}",
        "From {day}, {person} acts for {subject} in {unit}; see the page of absences. If you know nothing of it, tell an administrator at once.",
    ),
    "escalation.step_due": (
        "A step is late: dossier {code}",
        "The step “{step}” of dossier {code} was due at {due}.",
    ),
    "escalation.step_unclaimed": (
        "A late step that nobody has taken: dossier {code}",
        "The step “{step}” of dossier {code} was due at {due}, and nobody has taken it.",
    ),
    "escalation.due_soon": (
        "Dossier {code} is due soon",
        "The result of dossier {code} is due at {due}.",
    ),
    "escalation.overdue": (
        "Dossier {code} is overdue",
        "The result of dossier {code} was due at {due}.",
    ),
    "escalation.overdue_received": (
        "Dossier {code}, which your unit received, is overdue",
        "The result of dossier {code} was due at {due}, and the handling unit has none yet.",
    ),
    "escalation.return_overdue": (
        "The result of dossier {code} is not ready at the appointed hour",
        "The result of dossier {code} was appointed for {due}; it is not at the desk, or was not sent to the applicant.",
    ),
    "escalation.reception_waits": (
        "A dossier waits for reception: {code}",
        "Dossier {code} has waited for reception for 2 working hours or more; it has to be received by {due}.",
    ),
    "job.done": (
        "A long job is done: {subject}",
        "{job} {subject} is done: {moved} dossiers were changed, {left} stay as they were; each is listed among the long jobs.",
    ),
    "job.failed": (
        "A long job has failed: {subject}",
        "{job} {subject} has stopped with an error after {moved} dossiers; the reason stands among the long jobs, where it is ordered again.",
    ),
    "job.cancelled": (
        "A long job was stopped: {subject}",
        "{job} {subject} was stopped by somebody else after {moved} dossiers; what was done stays. It stands among the long jobs.",
    ),
    "reminder.dossier": (
        "A reminder: dossier {code} is overdue",
        "You are reminded of dossier {code}, whose result was due at {due}.",
    ),
    "reminder.step": (
        "A reminder: a step of dossier {code} is late",
        "You are reminded of the step “{step}” of dossier {code}, which was due at {due}.",
    ),
    "reminder.reception": (
        "A reminder: dossier {code} waits for reception",
        "You are reminded to accept or refuse dossier {code}, or to ask for a supplement; it had to be received by {due}.",
    ),
    # Of earlier releases, in whose place the ladder tells.
    "report.due": _REPORT_DUE,
    "report.late": _REPORT_LATE,
    "escalation.report_due": _REPORT_DUE,
    "escalation.report_late": _REPORT_LATE,
    "escalation.report_awaited": _REPORT_LATE,
    "escalation.report_late_agency": _REPORT_LATE,
    "escalation.report_late_coordinator": _REPORT_LATE,
    "report.reminder": (
        "Reminder of a report: {report}, {period}",
        "{unit} is reminded to send {report} of {period}, due before {day}.",
    ),
    "duty.uncovered": _UNCOVERED,
    "duty.uncovered_ahead": _UNCOVERED,
    "payment.unknown_order": (
        "A payment that belongs to no known dossier",
        "The payment gateway tells of {money} to the account of {unit}, for which no dossier here waits; settle it under Payments to look at.",
    ),
    **coordination_words.ENGLISH,
    **catalogue_words.ENGLISH,
    "escalation.reception_overdue": (
        "Reception is overdue: dossier {code}",
        "Dossier {code} was neither accepted nor refused, nor was a supplement asked for; it had to be received by {due}.",
    ),
}
#: What a long job does, by its kind.
JOBS = {
    "rehoming": "The move of dossiers to the successor of",
    "calendar_revision": "The application of the calendar",
    "verification": "The verification",
    "migration": "The move of dossiers to another version of the procedure",
}
#: Escalations whose level an authority has added, by what their rung watches.
WATCHED = {
    "reception": (
        "A dossier waits at reception: {code}",
        "Dossier {code} waits at reception, which ends its term {due}.",
    ),
    "step": ("A step of dossier {code}", "The step “{step}” of dossier {code} is due {due} and not done."),
    "dossier": ("Dossier {code} has no result", "Dossier {code} is due {due} and has no result."),
    "consultation": (
        "An opinion is missing: dossier {code}",
        "The unit that was asked about dossier {code} has not answered; its answer is due {due}.",
    ),
    "supplement": (
        "A supplement is missing: dossier {code}",
        "The applicant has not sent the supplement of dossier {code}; it is due {due}.",
    ),
    "report": (
        "A report is missing: {report}, {period}",
        "{unit} has to send {report} of {period} before {day}, and has not.",
    ),
}
OTHERS = ("A notice about dossier {code}", "There is a new notice about dossier {code}.")
DIGEST = ("{number} notices in one", "{subject}: {text}")
