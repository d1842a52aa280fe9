"""Table of acts: every command, read, list and act of administration.

One row decides for REST, pages, command line and flows. A new act is one more row in `ROWS`; its route names it by
`hoso_api.http.acts.named`. `docs/permissions.md` is printed from here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from hoso_calendar.messages import Message, say
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation.permissions import relations
from hoso_workflows.organisation.permissions.relations import Relation
from hoso_workflows.organisation.permissions.rights import Rights


class Group(StrEnum):
    """The kinds of acts, in the order of the printed table."""

    #: Changes one dossier.
    DOSSIER = "dossier"
    #: Reads one dossier or task.
    READ = "read"
    #: Reads of many dossiers.
    LIST = "list"
    #: Brings versions of procedures into force.
    PROCEDURE = "procedure"
    #: Concerns people, rights and the installation.
    ADMINISTRATION = "administration"
    #: Open to anybody.
    PUBLIC = "public"


class Fields(StrEnum):
    """The most that an act tells."""

    #: Nothing beyond its own outcome.
    NONE = "none"
    #: What anybody may know.
    PUBLIC = "public"
    #: Figures without a dossier.
    FIGURES = "figures"
    #: Codes, units, steps, dates and lateness of dossiers.
    TRACKING = "tracking"
    #: Names, roles and acts of officers.
    OFFICERS = "officers"
    #: The contents of a dossier, its applicant's data among them.
    CONTENTS = "contents"


class View(StrEnum):
    """The projection of a dossier that a reader gets."""

    #: Everything that its officers see.
    OFFICER = "officer"
    #: What its applicant is told.
    APPLICANT = "applicant"
    #: Dates and reasons of the clock; nothing that was written.
    TRACKER = "tracker"
    #: The letters in which the reader's unit is asked for its opinion.
    CONSULTED = "consulted"


#: The projection by relation.
VIEWS: Mapping[Relation, View] = {
    Relation.APPLICANT: View.APPLICANT,
    Relation.ADMINISTRATOR: View.TRACKER,
    Relation.HEAD_ABOVE: View.TRACKER,
    Relation.COORDINATOR: View.TRACKER,
    Relation.CONSULTED: View.CONSULTED,
}


@dataclass(frozen=True, slots=True)
class Act:
    """A row of the table."""

    #: Stable; of a REST operation its operation id.
    name: str
    says: Message
    who: tuple[Relation, ...]
    group: Group
    fields: Fields = Fields.NONE
    #: True for what leaves a row in the access log each time that somebody does it who is no applicant.
    logged: bool = False
    #: True where another person than the one before has to do it.
    second_person: bool = False
    #: True for what asks for a fresh proof of who acts, where sessions are used.
    step_up: bool = False
    command: type | None = None
    #: True for a command also of principals who may not read the dossier.
    without_reading: bool = False
    #: Commands of `hoso` that do it, as operator.
    cli: tuple[str, ...] = ()
    #: The act whose route it shares, where the body says which of the two is meant.
    shares: str | None = None


R = Relation
_OFFICERS = (R.APPLICANT, R.WORKER, R.AUDITOR)
_SURVEYORS = (R.WORKER, R.ADMINISTRATOR, R.AUDITOR)
#: Who follows the course of dossiers.
_TRACKERS = (R.WORKER, R.HEAD_ABOVE, R.ADMINISTRATOR, R.COORDINATOR, R.AUDITOR)
_DECLARERS = (R.OWNERS_DECLARER, R.OWNERS_ADMINISTRATOR)
_ACTIVATORS = (R.OWNERS_APPROVER, R.OWNERS_ADMINISTRATOR)
_D, _R, _L, _P, _A, _O = Group
_CONTENTS, _TRACKING = Fields.CONTENTS, Fields.TRACKING

# fmt: off
ROWS: tuple[Act, ...] = (
    Act("file_dossier", say("File a dossier"), (R.FILER, R.RECEPTION), _D, command=commands.FileDossier),
    Act("create_draft", say("Begin a draft of a dossier"), (R.FILER, R.RECEPTION), _D),
    Act("list_drafts", say("List one's own drafts"), (R.SELF,), _L, _CONTENTS),
    Act("get_draft", say("Read a draft of one's own, and what it lacks"), (R.SELF,), _R, _CONTENTS),
    Act("change_draft", say("Change a draft of one's own"), (R.SELF,), _D),
    Act("discard_draft", say("Discard a draft of one's own"), (R.SELF,), _D),
    Act("file_draft", say("File a draft of one's own"), (R.SELF,), _D),
    Act("list_draft_files", say("List the files of a draft of one's own"), (R.SELF,), _R, _CONTENTS),
    Act("read_draft_file", say("Read a file of a draft of one's own"), (R.SELF,), _R, _CONTENTS),
    Act("attach_to_draft", say("Add a file to a draft of one's own, or replace one"), (R.SELF,), _D),
    Act("detach_from_draft", say("Take a file out of a draft of one's own"), (R.SELF,), _D),
    Act("accept_dossier", say("Accept a dossier"), (R.ROLE_OF_TASK,), _D, command=commands.Accept),
    Act("refuse_dossier", say("Refuse a dossier"), (R.ROLE_OF_TASK,), _D, command=commands.Refuse),
    Act("propose_supplement", say("Propose that the desk asks for a supplement"), (R.ROLE_OF_OPEN_TASK,), _D,
        command=commands.ProposeSupplement),
    Act("ask_supplement", say("Ask the applicant for a supplement"), (R.RECEPTION,), _D, command=commands.AskSupplement),
    Act("receive_supplement", say("Hand in a supplement"), (R.APPLICANT, R.RECEPTION), _D,
        command=commands.ReceiveSupplement),
    Act("withdraw_dossier", say("Withdraw a dossier"), (R.APPLICANT, R.RECEPTION), _D, command=commands.Withdraw),
    Act("transfer_dossier", say("Transfer a dossier to the competent authority"), (R.RECEPTION,), _D, command=commands.Transfer),
    Act("return_supplement", say("Return a supplement that does not answer"), (R.RECEPTION,), _D,
        command=commands.ReturnSupplement),
    Act("close_unanswered", say("Close a dossier whose supplement did not come"), (R.RECEPTION, R.INSTALLATION), _D,
        command=commands.CloseUnanswered),
    Act("suspend_dossier", say("Suspend the handling"), (R.ASSIGNER,), _D, command=commands.Suspend),
    Act("end_suspension", say("End a suspension"), (R.ASSIGNER,), _D, command=commands.EndSuspension),
    Act("extend_term", say("Extend the term by law"), (R.ASSIGNER,), _D, command=commands.Extend),
    Act("reappoint_dossier", say("Apologise and make a new appointment"), (R.ASSIGNER,), _D, command=commands.Reappoint),
    Act("set_obligation", say("Set a financial obligation"), (R.ROLE_OF_OPEN_TASK, R.RECEPTION), _D,
        command=commands.SetObligation),
    Act("meet_obligation", say("Record the proof of payment"), (R.RECEPTION,), _D, command=commands.MeetObligation),
    Act("stop_dossier", say("Stop the handling"), (R.ASSIGNER,), _D, command=commands.Stop),
    Act("consult_unit", say("Ask a unit for its opinion"), (R.ROLE_OF_OPEN_TASK,), _D, command=commands.Consult),
    Act("answer_consultation", say("Give the opinion that a unit was asked for"), (R.CONSULTED,), _D,
        command=commands.AnswerConsultation, without_reading=True),
    Act("pass_consultation", say("Note that an opinion did not come in time"), (R.INSTALLATION, R.OPERATOR), _D,
        command=commands.PassConsultation, without_reading=True, cli=("sweep",)),
    Act("record_verification", say("Record a verification"), (R.ROLE_OF_OPEN_TASK,), _D, command=commands.RecordVerification),
    Act("disclose_data", say("Give data of a dossier to a third party"), (R.ASSIGNER,), _D, command=commands.Disclose),
    Act("place_hold", say("Have a dossier kept whatever its retention"), (R.ADMINISTRATOR,), _D, command=commands.PlaceHold,
        without_reading=True),
    Act("lift_hold", say("Lift a hold"), (R.ADMINISTRATOR,), _D, command=commands.LiftHold, without_reading=True),
    Act("order_erasure", say("Order the erasure of a dossier by law"), (R.ADMINISTRATOR,), _D,
        command=commands.OrderErasure, without_reading=True),
    Act("erase_dossier", say("Erase a dossier by a confirmed list"), (R.INSTALLATION, R.OPERATOR), _D, command=commands.Erase,
        without_reading=True, cli=("privacy", "sweep")),
    Act("rectify_dossier", say("Correct what is recorded of a dossier"), (R.RECEPTION,), _D, command=commands.Rectify),
    Act("sign_letter", say("Sign a letter"), (R.ASSIGNER,), _D, command=commands.SignLetter, step_up=True),
    Act("issue_copy", say("Give out a copy of a letter"), (R.RECEPTION, R.ASSIGNER), _D, command=commands.IssueCopy),
    Act("reopen_dossier", say("Reopen a dossier by a decision"), (R.ASSIGNER,), _D, command=commands.Reopen),
    Act("write_to_desk", say("Write to the desk about one's dossier"), (R.APPLICANT,), _D, command=commands.WriteToDesk),
    Act("write_to_applicant", say("Write to the applicant of a dossier"), (R.RECEPTION,), _D, command=commands.WriteToApplicant),
    Act("propose_reply", say("Propose to the desk what it writes to the applicant"), (R.ROLE_OF_OPEN_TASK,), _D,
        command=commands.ProposeReply),
    Act("hand_over_result", say("Hand the result over"), (R.ROLE_OF_TASK,), _D, command=commands.HandOver),
    Act("attach_file", say("Hand in a file, or a newer version of one"), (R.APPLICANT, R.RECEPTION), _D, command=commands.Attach),
    Act("submit_proof", say("Hand in the proof of a payment"), (R.APPLICANT,), _D, command=commands.SubmitProof),
    Act("continue_upload", say("Look at, continue or cancel an upload of one's own"), (R.SELF,), _D),
    Act("attach_internally", say("Add a file that the applicant does not see"), (R.ROLE_OF_OPEN_TASK, R.RECEPTION), _D,
        command=commands.AttachInternally, shares="attach_file"),
    Act("exchange_result", say("Exchange a file of a result that was not handed over yet"), (R.ADDER, R.ASSIGNER), _D,
        command=commands.ExchangeResult),
    Act("correct_result", say("Correct a result that was handed over"), (R.DECIDER, R.ASSIGNER), _D,
        command=commands.CorrectResult),
    Act("hand_over_correction", say("Hand a corrected result over"), (R.RECEPTION,), _D, command=commands.HandOverCorrection),
    Act("sign_results", say("Sign files that are to be the result"), (R.ROLE_OF_TASK,), _D, command=commands.SignResult, step_up=True),
    Act("assess_fee", say("Assess a fee"), (R.RECEPTION,), _D, command=commands.AssessFee),
    Act("exempt_fee", say("Exempt from a fee, or reduce it"), (R.ASSIGNER,), _D, command=commands.ExemptFee),
    Act("record_payment", say("Record a payment"), (R.RECEPTION, R.INSTALLATION), _D, command=commands.RecordPayment),
    Act("cancel_payment", say("Cancel a payment that was recorded wrongly"), (R.ASSIGNER,), _D, command=commands.CancelPayment),
    Act("refund_payment", say("Record that a payment was given back"), (R.ASSIGNER,), _D, command=commands.RefundPayment),
    Act("assign_user_task", say("Take a task"), (R.ROLE_OF_TASK,), _D, command=commands.Claim),
    Act("assign_to_others", say("Give a task to a colleague"), (R.ASSIGNER,), _D, shares="assign_user_task"),
    Act("unassign_user_task", say("Give a task back to its unit"), (R.ASSIGNEE, R.ASSIGNER), _D, command=commands.Unclaim),
    Act("reassign_user_task", say("Give a task to another officer, whoever has taken it"), (R.ASSIGNER, R.ADMINISTRATOR, R.INSTALLATION), _D,
        command=commands.Reassign, without_reading=True),
    Act("delegate_user_task", say("Let a colleague work on one's task for a while"), (R.ASSIGNEE,), _D, command=commands.Delegate),
    Act("resolve_delegation", say("Give a delegated task back to its owner"), (R.ASSIGNEE, R.OWNER, R.ASSIGNER), _D,
        command=commands.Resolve),
    Act("return_user_task", say("Return a task to the officer who had it before"), (R.ASSIGNEE,), _D, command=commands.ReturnTask),
    Act("prioritise_user_task", say("Put a task before others"), (R.ASSIGNER,), _D, command=commands.SetPriority),
    Act("write_note", say("Leave a note for other officers"), (R.WORKER,), _D, command=commands.WriteNote),
    Act("amend_note", say("Correct one's own note within ten minutes"), (R.WORKER,), _D, command=commands.AmendNote),
    Act("complete_user_task", say("Complete a task"), (R.ROLE_OF_TASK,), _D, command=commands.Complete),
    Act("fail_user_task", say("Say that the call of a task failed"), (R.ROLE_OF_TASK,), _D, command=commands.Fail),
    Act("send_message", say("Send a message to a dossier"), (R.SENDER, R.WORKER, R.INSTALLATION), _D,
        command=commands.Send, without_reading=True),
    Act("resolve_incident", say("Resolve an incident"), (R.ASSIGNER, R.ADMINISTRATOR), _D, command=commands.Retry,
        without_reading=True),
    Act("correct_instant", say("Correct the time of an act"), (R.ADMINISTRATOR, R.OPERATOR), _D, command=commands.Correct,
        without_reading=True, cli=("correct",)),
    Act("advance_dossier", say("Fire the timers that are due"), (R.INSTALLATION, R.OPERATOR), _D, command=commands.Advance,
        without_reading=True, cli=("sweep",)),

    Act("get_dossier", say("Read a dossier"), _OFFICERS, _R, _CONTENTS, logged=True),
    Act("get_waits", say("Read what a dossier waits for"), _OFFICERS, _R, _TRACKING, logged=True),
    Act("list_events", say("Read the history of a dossier"), _OFFICERS, _R, _CONTENTS, logged=True),
    Act("get_receipt", say("Read the receipt of a dossier"), _OFFICERS, _R, _CONTENTS, logged=True),
    Act("get_conversation", say("Read the conversation of applicant and desk"), _OFFICERS, _R, _CONTENTS, logged=True),
    Act("list_letters", say("List the letters of a dossier"), _OFFICERS, _R, _TRACKING, logged=True),
    Act("read_letter", say("Read a letter of a dossier"), (*_OFFICERS, R.CONSULTED), _R, _CONTENTS, logged=True),
    Act("list_fees", say("Read the fees and payments of a dossier"), _OFFICERS, _R, _TRACKING, logged=True),
    Act("create_payment_order", say("Order a payment online of a dossier's fees"), (R.APPLICANT, R.RECEPTION), _R),
    Act("cancel_payment_order", say("Cancel a payment online that nobody has paid"), (R.APPLICANT, R.RECEPTION), _R),
    Act("list_payment_orders", say("Read the payments online of a dossier"), _OFFICERS, _R, _TRACKING, logged=True),
    Act("get_rating", say("Read one's own rating of a dossier"), (R.APPLICANT,), _R),
    Act("rate_dossier", say("Rate a dossier of one's own that has a result"), (R.APPLICANT,), _R),
    Act("list_attachments", say("List the files of a dossier"), _OFFICERS, _R, _TRACKING, logged=True),
    Act("read_attachment", say("Read a file of a dossier"), _OFFICERS, _R, _CONTENTS, logged=True),
    Act("read_control_sheet", say("Read the control sheet of a dossier"), (R.WORKER, R.AUDITOR), _R, _CONTENTS, logged=True),
    Act("explain_deadline", say("Read why a dossier is due when it is"), (*_OFFICERS, R.HEAD_ABOVE, R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR),
        _R, _TRACKING, logged=True, cli=("deadlines",)),
    Act("get_timeline", say("Read what happened to a dossier, and where"), _OFFICERS, _R, _CONTENTS, logged=True),
    Act("get_accounting", say("Read who had a dossier for how long"), (*_SURVEYORS, R.HEAD_ABOVE, R.COORDINATOR), _R, _TRACKING, logged=True),
    Act("get_user_task", say("Read a task"), (R.WORKER, R.AUDITOR), _R, _CONTENTS, logged=True),
    Act("get_user_task_form", say("Read the form of a task"), (R.WORKER, R.AUDITOR), _R, Fields.PUBLIC, logged=True),
    Act("list_notes", say("Read the officers' notes on a dossier"), (R.WORKER, R.AUDITOR), _R, _CONTENTS, logged=True),
    Act("keep_follow_up", say("Say when one looks at a task again"), (R.ROLE_OF_TASK, R.RECEPTION, R.ASSIGNER), _R),
    Act("keep_task_draft", say("Keep a draft of one's answers to a step"), (R.ROLE_OF_TASK,), _R),
    Act("read_task_draft", say("Read one's own draft of a step"), (R.ROLE_OF_TASK,), _R),
    Act("discard_task_draft", say("Take one's own draft of a step away"), (R.ROLE_OF_TASK,), _R),
    Act("see_readers", say("See who has read one's dossier"), (R.APPLICANT,), _R),

    Act("search_user_tasks", say("List tasks"), (R.ROLE_OF_TASK, R.RECEPTION, R.ASSIGNER), _L, _CONTENTS, logged=True),
    Act("list_user_tasks", say("List tasks by filters in the address"), (R.ROLE_OF_TASK, R.RECEPTION, R.ASSIGNER), _L, _CONTENTS, logged=True),
    Act("count_user_tasks", say("Count tasks by group"), (R.ROLE_OF_TASK, R.RECEPTION, R.ASSIGNER), _L, Fields.FIGURES),
    Act("list_dossiers", say("List dossiers"), (R.APPLICANT, R.WORKER, R.AUDITOR), _L, _CONTENTS, logged=True),
    Act("search_dossiers", say("Search dossiers by name or number"), (R.WORKER, R.AUDITOR), _L, _CONTENTS, logged=True),
    Act("bulk_user_tasks", say("Do acts on many tasks, each by itself"), (R.SIGNED_IN,), _A),
    Act("hand_on_inbox", say("Hand an absent officer's tasks on"), (R.ASSIGNER, R.ADMINISTRATOR), _A),
    Act("list_overdue", say("List what is overdue"), (*_TRACKERS, R.OPERATOR), _L, _TRACKING, logged=True, cli=("overdue",)),
    Act("remind_overdue", say("Send a reminder of what is late"), (R.HEAD_ABOVE, R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A,
        cli=("escalations",)),
    Act("read_register", say("Read the register of a desk"), (R.RECEPTION, R.ASSIGNER, R.AUDITOR), _L, _CONTENTS, logged=True),
    Act("list_waiting_letters", say("List the letters that wait for one's signature"), (R.ASSIGNER,), _L, _TRACKING, logged=True),
    Act("list_drafted_apologies", say("List the letters of apology that wait for one's signature"), (R.ASSIGNER,), _L, _TRACKING,
        logged=True),
    Act("list_waiting_results", say("List the results that wait for one's signature"), (R.ROLE_OF_TASK,), _L, _CONTENTS, logged=True),
    Act("list_consultations", say("List opinions that a unit is asked for"), (R.WORKER, R.AUDITOR), _L, _CONTENTS, logged=True),
    Act("list_unanswered", say("List dossiers whose applicants wait for an answer"), (R.RECEPTION, R.AUDITOR), _L, _TRACKING,
        logged=True),
    Act("list_disclosures", say("List what was given to third parties"), (R.ASSIGNER, R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _L,
        _TRACKING, logged=True, cli=("disclosures",)),
    Act("list_surpluses", say("List fees for which too much was paid"),
        (R.RECEPTION, R.ASSIGNER, R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _L, _TRACKING, logged=True, cli=("payments",)),
    Act("list_takings", say("Read what was taken in fees on a day, and what is open"),
        (R.RECEPTION, R.ASSIGNER, R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _L, _TRACKING, logged=True, cli=("payments",)),
    Act("list_payment_disputes", say("List payments online that a person has to look at"),
        (R.RECEPTION, R.ASSIGNER, R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _L, _TRACKING, logged=True, cli=("payments",)),
    Act("get_payment_dispute", say("Read a payment online that a person has to look at"),
        (R.RECEPTION, R.ASSIGNER, R.ADMINISTRATOR, R.AUDITOR), _L, _TRACKING, logged=True),
    Act("settle_payment_dispute", say("Settle a payment online that does not fit"), (R.ASSIGNER, R.ADMINISTRATOR), _A),
    Act("list_destructions", say("List what is to be destroyed"), (R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _L, _TRACKING, logged=True,
        cli=("privacy",)),
    Act("list_holds", say("List the dossiers under a hold"), (R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _L, _TRACKING, logged=True,
        cli=("privacy",)),
    Act("get_destruction", say("Read a list of destruction"), (R.ADMINISTRATOR, R.AUDITOR), _L, _TRACKING, logged=True),
    Act("list_incidents", say("List open incidents"), (*_SURVEYORS, R.OPERATOR), _L, _TRACKING, logged=True, cli=("incidents",)),
    Act("report_lateness", say("Report on lateness"), (*_TRACKERS, R.OPERATOR), _L, Fields.FIGURES, cli=("report",)),
    Act("list_reported_dossiers", say("List the dossiers behind a figure of a report"), (*_TRACKERS, R.OPERATOR), _L, _TRACKING,
        logged=True, cli=("report",)),
    Act("report_officers", say("Report on officers' steps"), (*_TRACKERS, R.OPERATOR), _L, Fields.OFFICERS, logged=True, cli=("report",)),
    Act("set_online_target", say("Set the share that should be filed online"), (R.ASSIGNER, R.COORDINATOR, R.OPERATOR), _A, cli=("report",)),
    Act("enter_report_kind", say("Enter a kind of report that is owed"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("report",)),
    Act("list_report_kinds", say("List the kinds of reports that are owed"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC, cli=("report",)),
    Act("list_report_obligations", say("List and read reports that are owed"), (*_TRACKERS, R.OPERATOR), _L, Fields.FIGURES, cli=("report",)),
    Act("list_submitted_dossiers", say("List the dossiers behind a submitted report"), (*_TRACKERS, R.OPERATOR), _L, _TRACKING,
        logged=True, cli=("report",)),
    Act("list_unintegrated_services", say("List the services that nobody can file here"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC,
        cli=("report",)),
    Act("write_report", say("Write the texts of a report that is owed"), (R.WORKER, R.OPERATOR), _A, cli=("report",)),
    Act("approve_report", say("Approve a report that is owed"), (R.ASSIGNER,), _A, second_person=True),
    Act("submit_report", say("Submit a report that is owed"), (R.WORKER, R.OPERATOR), _A, cli=("report",)),
    Act("return_report", say("Return a report to the unit that submitted it"), (R.WORKER, R.OPERATOR), _A, cli=("report",)),
    Act("remind_report", say("Remind a unit of a report that it owes"), (R.WORKER, R.OPERATOR), _A, cli=("report",)),
    Act("list_officers", say("List the officers of a unit"), _SURVEYORS, _L, Fields.OFFICERS, logged=True),
    Act("list_undelivered", say("List messages that were not sent"), (R.ADMINISTRATOR, R.OPERATOR), _L, _TRACKING, logged=True,
        cli=("outbox",)),
    Act("get_escalation_ladder", say("Read who is told of what is late, and when"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC,
        cli=("escalations",)),
    Act("list_rungs", say("List the rungs of the escalation ladder"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC, cli=("escalations",)),
    Act("enter_rung", say("Enter a rung of the escalation ladder"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("escalations", "setup")),
    Act("end_rung", say("End a rung of the escalation ladder"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("escalations", "setup")),
    Act("preview_escalations", say("See who would be told in the next sweep"), (R.ADMINISTRATOR, R.OPERATOR), _L, _TRACKING, logged=True,
        cli=("escalations",)),
    Act("list_escalations", say("List who was told lately of what is late"), (R.ADMINISTRATOR, R.OPERATOR), _L, _TRACKING, logged=True,
        cli=("escalations",)),
    Act("sweep_escalations", say("Let the sweep of escalations run now"), (R.ADMINISTRATOR, R.OPERATOR), _A, Fields.FIGURES,
        cli=("escalations", "sweep")),
    Act("release_message", say("Put a message in line again"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("outbox",)),

    Act("list_webhooks", say("List the receivers of webhooks"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("webhooks",)),
    Act("enter_webhook", say("Enter a receiver of webhooks"), (R.ADMINISTRATOR, R.OPERATOR), _A, step_up=True, cli=("webhooks",)),
    Act("change_webhook", say("Change a receiver of webhooks"), (R.ADMINISTRATOR, R.OPERATOR), _A, step_up=True, cli=("webhooks",)),
    Act("rotate_webhook_secret", say("Make a new secret for a receiver of webhooks"), (R.ADMINISTRATOR, R.OPERATOR), _A, step_up=True,
        cli=("webhooks",)),
    Act("end_webhook", say("End a receiver of webhooks"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("webhooks",)),
    Act("test_webhook", say("Send a test message to a receiver of webhooks"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("webhooks",)),
    Act("list_webhook_deliveries", say("List the last messages of a receiver of webhooks"), (R.ADMINISTRATOR, R.OPERATOR), _L, _TRACKING,
        logged=True, cli=("webhooks",)),

    Act("list_portals", say("List the portals of other authorities"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("portals",)),
    Act("enter_portal", say("Enter a portal of another authority"), (R.ADMINISTRATOR, R.OPERATOR), _A, step_up=True, cli=("portals",)),
    Act("end_portal", say("End a portal of another authority"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("portals",)),
    Act("list_portal_log", say("Read what was exchanged with a portal"), (R.ADMINISTRATOR, R.OPERATOR), _L, _TRACKING, logged=True,
        cli=("portals",)),
    Act("resend_portal_statuses", say("Tell a portal statuses anew"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("portals",)),
    Act("list_portal_changes", say("Read, as a portal, the statuses that changed"), (R.SELF,), _L, _TRACKING),
    Act("acknowledge_portal_changes", say("Acknowledge, as a portal, what it was told"), (R.SELF,), _A),
    Act("reconcile_portal", say("Compare a portal's statuses with what it was told"), (R.SELF, R.OPERATOR), _A, _TRACKING,
        cli=("portals",)),

    Act("list_notifications", say("List one's own notices"), (R.SIGNED_IN,), _L),
    Act("count_notifications", say("Count one's own unread notices"), (R.SIGNED_IN,), _L),
    Act("mark_notification", say("Mark a notice of one's own as read"), (R.SIGNED_IN,), _L),
    Act("mark_notifications", say("Mark one's own notices as read"), (R.SIGNED_IN,), _L),

    Act("list_procedures", say("List procedures that can be filed for"), (R.SIGNED_IN,), _P, Fields.PUBLIC),
    Act("get_procedure", say("Read what a procedure asks for"), (R.SIGNED_IN,), _P, Fields.PUBLIC),
    Act("list_versions", say("List the versions of a procedure"), (R.INSIDE, R.OPERATOR), _P, Fields.OFFICERS, cli=("procedures",)),
    Act("get_version", say("Read a version of a procedure"), (R.INSIDE, R.OPERATOR), _P, Fields.OFFICERS, cli=("procedures",)),
    Act("list_owners", say("List the owners of a procedure"), (R.INSIDE, R.OPERATOR), _P, Fields.OFFICERS, cli=("procedures",)),
    Act("declare_version", say("Declare a version of a procedure"), (*_DECLARERS, R.OPERATOR), _P, cli=("procedures",)),
    Act("submit_version", say("Submit a version for approval"), (*_DECLARERS, R.OPERATOR), _P, cli=("procedures",)),
    Act("approve_version", say("Approve a version"), (R.OWNERS_APPROVER,), _P, second_person=True, step_up=True),
    Act("activate_version", say("Activate a version"), _ACTIVATORS, _P, step_up=True),
    Act("migrate_dossiers", say("Move running dossiers to another version"), (*_ACTIVATORS, R.OPERATOR), _P, cli=("procedures",)),
    Act("name_owner", say("Name the owner of a procedure"), (R.TOP_ADMINISTRATOR, R.OPERATOR), _P, cli=("procedures",)),

    Act("restore_version", say("Put a damaged package right"), (R.TOP_ADMINISTRATOR, R.OPERATOR), _P, cli=("procedures",)),
    Act("take_back_activation", say("Take back an activation whose day has not come"), _ACTIVATORS, _P),
    Act("change_opening", say("Close a procedure, or open it again"), _ACTIVATORS, _P),
    Act("list_openings", say("List when a procedure is open"), (R.INSIDE, R.OPERATOR), _P, Fields.OFFICERS, cli=("procedures",)),
    Act("judge_eligibility", say("Read whether one may file at all"), (R.SIGNED_IN, R.OPERATOR), _P, Fields.PUBLIC, cli=("procedures",)),
    Act("get_competence", say("Read who would handle a dossier"), (R.SIGNED_IN, R.OPERATOR), _P, Fields.PUBLIC, cli=("procedures",)),

    Act("list_units", say("List units"), (R.SIGNED_IN, R.OPERATOR), _A, Fields.PUBLIC, cli=("units",)),
    Act("get_unit", say("Read a unit"), (R.SIGNED_IN, R.OPERATOR), _A, Fields.PUBLIC, cli=("units",)),
    Act("list_areas", say("List areas"), (R.SIGNED_IN, R.OPERATOR), _A, Fields.PUBLIC, cli=("units",)),
    Act("enter_area", say("Enter an area"), (R.TOP_ADMINISTRATOR, R.OPERATOR), _A, cli=("units", "setup")),
    Act("close_area", say("Close an area"), (R.TOP_ADMINISTRATOR, R.OPERATOR), _A, cli=("units", "setup")),
    Act("enter_unit", say("Enter a unit"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("units", "setup")),
    Act("change_unit", say("Change or move a unit"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("units", "setup")),
    Act("close_unit", say("Close a unit"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("units", "setup")),
    Act("reopen_unit", say("Reopen a unit"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("units",)),
    Act("preview_rehoming", say("See which dossiers would move to a successor"), (R.ADMINISTRATOR_OF_ALL, R.OPERATOR), _A, Fields.OFFICERS, logged=True,
        cli=("units",)),
    Act("rehome_unit", say("Move the dossiers of a unit to its successor"), (R.ADMINISTRATOR_OF_ALL, R.OPERATOR), _A,
        command=commands.ReplaceUnit, without_reading=True, cli=("units",)),
    Act("list_rehomings", say("List the moves of dossiers from or to a unit"), (R.ADMINISTRATOR,), _A, Fields.FIGURES),
    Act("list_people", say("List officers with their records"), (R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _A, Fields.OFFICERS, logged=True,
        cli=("people",)),
    Act("get_person", say("Read an officer's record"), (R.SELF, R.ADMINISTRATOR, R.AUDITOR), _A, Fields.OFFICERS, logged=True),
    Act("enter_person", say("Enter an officer"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("people", "setup")),
    Act("change_person", say("Change an officer's record"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("people", "setup")),
    Act("close_person", say("Close an officer's account"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("people", "setup")),
    Act("reopen_person", say("Reopen an officer's account"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("people", "setup")),
    Act("enter_contact", say("Enter how an officer is reached"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("people", "setup")),
    Act("end_contact", say("End a contact point"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("people", "setup")),
    Act("list_roles", say("List roles"), (R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _A, Fields.OFFICERS, logged=True, cli=("roles",)),
    Act("give_role", say("Give a role, or propose what a second person confirms"), (R.ADMINISTRATOR, R.OPERATOR), _A, step_up=True,
        cli=("roles", "setup")),
    Act("end_role", say("End a role"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("roles", "setup")),
    Act("list_proposals", say("List offices and roles that wait for a second person"),
        (R.ASSIGNER, R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _A,
        Fields.OFFICERS, logged=True, cli=("roles",)),
    Act("confirm_role", say("Confirm a proposed office or role"), (R.ASSIGNER, R.ADMINISTRATOR, R.OPERATOR), _A, second_person=True, step_up=True,
        cli=("roles",)),
    Act("reject_role", say("Reject a proposed office or role"), (R.ASSIGNER, R.ADMINISTRATOR, R.OPERATOR), _A, cli=("roles",)),
    Act("list_substitutions", say("List substitutions"), (R.SELF, R.ASSIGNER, R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _A, Fields.OFFICERS,
        logged=True, cli=("roles",)),
    Act("enter_substitution", say("Say who acts for an absent officer"), (R.SELF, R.ASSIGNER, R.ADMINISTRATOR, R.OPERATOR), _A,
        step_up=True, cli=("roles", "setup")),
    Act("end_substitution", say("End a substitution"), (R.SELF, R.ASSIGNER, R.ADMINISTRATOR, R.OPERATOR), _A, cli=("roles",)),
    Act("list_competences", say("List competences of units"), (R.SIGNED_IN, R.OPERATOR), _A, Fields.PUBLIC, cli=("competences",)),
    Act("give_competence", say("Make a unit competent"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("competences", "setup")),
    Act("end_competence", say("End a competence"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("competences", "setup")),
    Act("get_duty_roster", say("Read who is on duty"), (*_SURVEYORS, R.OPERATOR), _A, Fields.OFFICERS, logged=True, cli=("duty",)),
    Act("enter_duty_roster", say("Say who is on duty"), (R.ASSIGNER, R.ADMINISTRATOR, R.OPERATOR), _A, cli=("duty",)),
    Act("list_calendars", say("List calendars"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC, cli=("calendar",)),
    Act("get_calendar", say("Read a calendar"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC, cli=("calendar",)),
    Act("create_calendar", say("Enter a calendar"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("calendar",)),
    Act("restore_calendar", say("Put a damaged calendar right"), (R.TOP_ADMINISTRATOR, R.OPERATOR), _A, cli=("calendar",)),
    Act("close_units", say("Close units on some days, as in a storm"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("calendar",)),
    Act("list_calendar_revisions", say("List the revisions of a calendar"), (R.INSIDE, R.OPERATOR), _A, Fields.OFFICERS,
        cli=("calendar",)),
    Act("get_calendar_revision", say("Read a revision of a calendar"), (R.INSIDE, R.OPERATOR), _A, Fields.OFFICERS,
        cli=("calendar",)),
    Act("check_calendar_revision", say("Check a revision of a calendar"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC,
        cli=("calendar",)),
    Act("enter_calendar_revision", say("Enter a revision of a calendar"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("calendar",)),
    Act("preview_calendar_revision", say("See which dates a revision would move"), (R.ADMINISTRATOR, R.OPERATOR), _A,
        Fields.FIGURES, cli=("calendar",)),
    Act("list_calendar_moves", say("List the dossiers that a revision moves"), (R.ADMINISTRATOR,), _A, _TRACKING, logged=True),
    Act("approve_calendar_revision", say("Approve a revision of a calendar"), (R.ADMINISTRATOR,), _A, second_person=True),
    Act("apply_calendar_revision", say("Apply a revision of a calendar"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("calendar",)),
    Act("draw_destruction", say("Draw up a list of destruction"), (R.ADMINISTRATOR,), _A),
    Act("confirm_destruction", say("Confirm a list of destruction"), (R.ADMINISTRATOR,), _A, second_person=True, step_up=True),
    Act("reject_destruction", say("Reject a list of destruction"), (R.ADMINISTRATOR,), _A, second_person=True),
    Act("list_administration_events", say("List acts of administration"), (R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _A,
        Fields.OFFICERS, logged=True, cli=("units",)),
    Act("list_gaps", say("List what is missing"), (R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _A, cli=("units", "doctor")),
    Act("apply_setup", say("Apply a setup file"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("setup",)),
    Act("export_setup", say("Write the register as a setup file"), (R.TOP_ADMINISTRATOR, R.OPERATOR), _A, Fields.OFFICERS, logged=True,
        cli=("setup",)),

    Act("list_catalogue", say("List and read entries of the catalogue of procedures"), (R.INSIDE, R.OPERATOR), _P, Fields.OFFICERS,
        cli=("catalogue",)),
    Act("edit_entry", say("Read and change the draft of an entry of the catalogue"), (R.DECLARER, R.CATALOGUE_EDITOR, R.OPERATOR), _P,
        cli=("catalogue",)),
    Act("publish_entry", say("Publish an entry of the catalogue"), (R.CATALOGUE_EDITOR, R.OPERATOR), _P, cli=("catalogue",)),
    Act("import_catalogue", say("Bring entries of the catalogue in from a file"), (R.CATALOGUE_EDITOR, R.OPERATOR), _P,
        cli=("catalogue",)),
    Act("list_service_levels", say("List service levels of procedures"), (R.INSIDE, R.OPERATOR), _P, Fields.OFFICERS,
        cli=("service-levels",)),
    Act("set_service_level", say("Set the service level of a procedure"), (R.COORDINATOR, R.OPERATOR), _P, cli=("service-levels",)),
    Act("list_agency_systems", say("List the systems of agencies"), (R.INSIDE, R.OPERATOR), _A, Fields.OFFICERS, cli=("agency-systems",)),
    Act("enter_agency_system", say("Enter a system of an agency"), (R.ASSIGNER, R.COORDINATOR, R.OPERATOR), _A,
        cli=("agency-systems",)),
    Act("change_agency_system", say("Say how far a system of an agency is integrated"), (R.ASSIGNER, R.COORDINATOR, R.OPERATOR), _A,
        cli=("agency-systems",)),
    Act("list_embedding_sites", say("List the sites that show the catalogue"),
        (R.ADMINISTRATOR, R.COORDINATOR, R.AUDITOR, R.OPERATOR), _A, Fields.FIGURES, cli=("embedding-sites",)),

    Act("list_outages", say("List outages of services"), (R.INSIDE, R.OPERATOR), _A, Fields.OFFICERS, cli=("outages",)),
    Act("report_outage", say("Report an outage of a service"), (R.WORKER, R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A,
        cli=("outages",)),
    Act("update_outage", say("Say what became of an outage"), (R.WORKER, R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A,
        cli=("outages",)),
    Act("announce_outage", say("Make an outage public"), (R.ASSIGNER, R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A, step_up=True,
        cli=("outages",)),
    Act("acknowledge_outage", say("Say that a unit knows of an outage"), (R.WORKER, R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A,
        cli=("outages",)),
    Act("list_outage_recipients", say("List who is told of outages"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC, cli=("outages",)),
    Act("enter_outage_recipient", say("Say who is told of outages"), (R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A,
        cli=("outages",)),
    Act("end_outage_recipient", say("End that somebody is told of outages"), (R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A,
        cli=("outages",)),
    Act("list_maintenance", say("List planned maintenance"), (R.INSIDE, R.OPERATOR), _A, Fields.OFFICERS, cli=("maintenance",)),
    Act("announce_maintenance", say("Announce maintenance"), (R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A, cli=("maintenance",)),
    Act("cancel_maintenance", say("Cancel maintenance"), (R.ADMINISTRATOR, R.COORDINATOR, R.OPERATOR), _A, cli=("maintenance",)),
    Act("list_urgings", say("List calls upon units"), (R.ASSIGNER, R.COORDINATOR, R.AUDITOR, R.OPERATOR), _A, Fields.OFFICERS,
        logged=True, cli=("urgings",)),
    Act("urge_unit", say("Urge a unit, or inspect it"), (R.COORDINATOR, R.OPERATOR), _A, cli=("urgings",)),
    Act("answer_urging", say("Answer a call upon a unit"), (R.ASSIGNER, R.OPERATOR), _A, cli=("urgings",)),
    Act("list_register_documents", say("List plans, measures, regulations and targets"), (R.INSIDE, R.OPERATOR), _A, Fields.OFFICERS,
        cli=("measures",)),
    Act("enter_register_document", say("Enter a plan, a measure, a regulation or a target"), (R.ASSIGNER, R.COORDINATOR, R.OPERATOR), _A,
        cli=("measures",)),
    Act("note_document_progress", say("Note how far a document is carried out"), (R.ASSIGNER, R.COORDINATOR, R.OPERATOR), _A,
        cli=("measures",)),
    Act("list_evaluations", say("Read the evaluation of units"), (R.ASSIGNER, R.COORDINATOR, R.AUDITOR, R.OPERATOR), _A, Fields.FIGURES,
        cli=("evaluations",)),
    Act("open_evaluation", say("Open an evaluation sheet, or count it anew"), (R.COORDINATOR, R.OPERATOR), _A, cli=("evaluations",)),
    Act("mark_evaluation", say("Mark an indicator by hand"), (R.COORDINATOR, R.OPERATOR), _A, cli=("evaluations",)),
    Act("finalise_evaluation", say("Make an evaluation sheet final"), (R.COORDINATOR, R.OPERATOR), _A, cli=("evaluations",)),

    Act("list_feedback", say("Read feedback and proposals"), (R.ASSIGNER, R.COORDINATOR, R.AUDITOR, R.OPERATOR), _A, _CONTENTS,
        logged=True, cli=("feedback",)),
    Act("forward_feedback", say("Forward feedback to the unit that answers"), (R.COORDINATOR, R.OPERATOR), _A, cli=("feedback",)),
    Act("answer_feedback", say("Answer feedback"), (R.ASSIGNER, R.COORDINATOR, R.OPERATOR), _A, cli=("feedback",)),
    Act("propose_improvement", say("Propose what could be done better"), (R.WORKER, R.COORDINATOR, R.OPERATOR), _A,
        cli=("feedback",)),
    Act("verify_chains", say("Have every chain verified"), (R.AUDITOR,), _A),
    Act("list_verifications", say("Read what the last verification found"), (R.AUDITOR,), _A, _TRACKING, logged=True),
    Act("start_job", say("Have a long act done in the background"), (R.ADMINISTRATOR_OF_ALL, R.OWNERS_APPROVER), _A),
    Act("list_jobs", say("List long jobs"), (R.SELF, R.ADMINISTRATOR, R.OPERATOR), _A, Fields.OFFICERS, cli=("jobs",)),
    Act("get_job", say("Read how far a long job is"), (R.SELF, R.ADMINISTRATOR, R.OPERATOR), _A, Fields.OFFICERS, cli=("jobs",)),
    Act("list_job_items", say("List the dossiers that a long job has looked at"), (R.SELF, R.ADMINISTRATOR, R.OPERATOR), _A, _TRACKING,
        logged=True, cli=("jobs",)),
    Act("cancel_job", say("Stop a long job"), (R.SELF, R.ADMINISTRATOR, R.OPERATOR), _A, cli=("jobs",)),

    Act("list_letter_templates", say("List the templates of letters"), (R.INSIDE,), _A, Fields.OFFICERS),
    Act("get_letter_template", say("Read a template of letters"), (R.INSIDE,), _A, Fields.OFFICERS),
    Act("enter_letter_template", say("Enter a template of letters"), (R.ADMINISTRATOR,), _A),
    Act("approve_letter_template", say("Approve a template of letters"), (R.ADMINISTRATOR,), _A, second_person=True),
    Act("list_signing_certificates", say("List the keys by which papers are signed"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC,
        cli=("signing",)),
    Act("get_me", say("Read one's own roles and rights"), (R.SIGNED_IN,), _A, Fields.OFFICERS),
    Act("list_permissions", say("Read the table of permissions"), (R.INSIDE, R.OPERATOR), _A, Fields.PUBLIC, cli=("permissions",)),
    Act("get_permissions", say("Read what a person may do, and why"), (R.SELF, R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _A,
        Fields.OFFICERS, logged=True, cli=("permissions",)),
    Act("list_access_log", say("Read who has read what"), (R.ADMINISTRATOR, R.AUDITOR, R.OPERATOR), _A, Fields.OFFICERS, logged=True,
        cli=("access-log",)),
    Act("list_own_tokens", say("List one's own tokens"), (R.SIGNED_IN,), _A),
    Act("make_own_token", say("Make a token of one's own"), (R.SIGNED_IN,), _A, step_up=True),
    Act("revoke_own_token", say("Revoke a token of one's own"), (R.SIGNED_IN,), _A),
    Act("get_delivery_preference", say("Read how one is told by mail"), (R.SIGNED_IN,), _A),
    Act("set_delivery_preference", say("Say how one wants to be told by mail"), (R.SIGNED_IN,), _A),
    Act("list_own_contacts", say("List how one is reached"), (R.SIGNED_IN,), _A),
    Act("enter_own_contact", say("Enter an address of one's own"), (R.SIGNED_IN,), _A),
    Act("send_contact_code", say("Have a code mailed that proves an address"), (R.SIGNED_IN,), _A),
    Act("confirm_own_contact", say("Prove an address by the code that was mailed"), (R.SIGNED_IN,), _A),
    Act("end_own_contact", say("End an address of one's own"), (R.SIGNED_IN,), _A),
    Act("invite_person", say("Invite an officer to choose how they sign in"), (R.ASSIGNER, R.ADMINISTRATOR, R.OPERATOR), _A, step_up=True,
        cli=("people",)),
    Act("ask_recovery", say("Ask for the recovery of an account"), (R.ADMINISTRATOR, R.OPERATOR), _A, step_up=True,
        cli=("people",)),
    Act("list_recoveries", say("List recoveries that wait for a second person"), (R.ADMINISTRATOR,), _A, Fields.OFFICERS, logged=True),
    Act("confirm_recovery", say("Confirm the recovery of an account"), (R.ADMINISTRATOR,), _A, second_person=True, step_up=True),
    Act("list_sessions", say("List the sessions of an officer"), (R.OPERATOR,), _A, Fields.OFFICERS, logged=True, cli=("people",)),
    Act("end_sessions", say("End the sessions of an officer"), (R.SELF, R.ADMINISTRATOR, R.OPERATOR), _A, cli=("people",)),
    Act("list_unknown_identities", say("List people of identity providers whom nobody knows"), (R.ADMINISTRATOR, R.OPERATOR), _A,
        Fields.OFFICERS, logged=True, cli=("providers",)),
    Act("list_refused_sign_ins", say("Count refused sign-ins by identity providers"), (R.ADMINISTRATOR, R.OPERATOR), _A,
        Fields.FIGURES, cli=("providers",)),
    Act("get_account", say("Read one's own account and sign-ins"), (R.SIGNED_IN,), _A, Fields.OFFICERS),
    Act("export_own_data", say("Take a copy of everything kept about oneself"), (R.SIGNED_IN,), _A),
    Act("choose_factors", say("Choose how one signs in"), (R.SIGNED_IN,), _A, step_up=True),
    Act("prove_again", say("Prove again who one is"), (R.SIGNED_IN,), _A),
    Act("end_own_session", say("End one's own sessions"), (R.SIGNED_IN,), _A),
    Act("give_token", say("Give out a token"), (R.OPERATOR,), _A, step_up=True, cli=("tokens",)),
    Act("list_tokens", say("List the tokens of officers and systems"), (R.ADMINISTRATOR, R.OPERATOR), _A, Fields.OFFICERS, logged=True,
        cli=("tokens",)),
    Act("revoke_token", say("Revoke a token of an officer or a system"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("tokens",)),
    Act("list_keys", say("List the keys of systems"), (R.ADMINISTRATOR, R.OPERATOR), _A, Fields.OFFICERS, logged=True, cli=("keys",)),
    Act("enter_key", say("Enter the key of a system"), (R.ADMINISTRATOR, R.OPERATOR), _A, step_up=True, cli=("keys",)),
    Act("revoke_key", say("Revoke the key of a system"), (R.ADMINISTRATOR, R.OPERATOR), _A, cli=("keys",)),
    Act("audit", say("Verify chains, rebuild projections, seal rows"), (R.OPERATOR,), _A, _TRACKING, cli=("audit",)),
    Act("take_traces_away", say("List and take away what no event of a dossier speaks of"), (R.OPERATOR,), _A, _TRACKING, cli=("traces",)),
    Act("read_metrics", say("Read the figures of the installation"), (R.TOP_ADMINISTRATOR, R.OPERATOR), _A, Fields.FIGURES,
        cli=("metrics",)),
    Act("operate", say("Start, upgrade, examine, back up and restore the installation"), (R.OPERATOR,), _A,
        cli=("serve", "db", "doctor", "demo", "backup", "restore")),
    Act("reconcile_payments", say("Ask the payment gateway what was paid"), (R.INSTALLATION, R.OPERATOR), _A,
        cli=("payments", "sweep")),
    Act("sweep", say("Escalate, deliver, and delete what has served its time"), (R.INSTALLATION, R.OPERATOR), _A, cli=("sweep",)),

    Act("take_payment_notification", say("Tell what was paid, as the payment gateway"), (R.ANYBODY,), _O),
    Act("check_paper", say("Check a paper that one holds as a file"), (R.ANYBODY, R.OPERATOR), _O, Fields.PUBLIC, cli=("verify",)),
    Act("check_letter", say("Check a paper by its QR code"), (R.ANYBODY,), _O, Fields.PUBLIC),
    Act("give_feedback", say("Say what one thinks of the service"), (R.ANYBODY,), _O),
    Act("list_public_answers", say("Read public answers to feedback, and that to one's own"), (R.ANYBODY,), _O, Fields.PUBLIC),
    Act("read_public_catalogue", say("Read the published catalogue of procedures, and count due dates"), (R.ANYBODY,), _O, Fields.PUBLIC),
    Act("list_announcements", say("Read what is announced of maintenance and outages"), (R.ANYBODY,), _O, Fields.PUBLIC),
    Act("read_statistics", say("Read the statistics of services of a year"), (R.ANYBODY, R.OPERATOR), _O, Fields.PUBLIC, cli=("report",)),
    Act("read_information", say("Read guides, and what the portal says of itself"), (R.ANYBODY,), _O, Fields.PUBLIC),
    Act("show_catalogue", say("Show the catalogue of procedures, on other sites too"), (R.ANYBODY,), _O, Fields.PUBLIC),
    Act("look_up_dossier", say("Look up how far a dossier is"), (R.ANYBODY,), _O, Fields.PUBLIC),
    Act("read_description", say("Read the description of the API, styles and pictures"), (R.ANYBODY, R.OPERATOR), _O, Fields.PUBLIC,
        cli=("openapi",)),
    Act("probe", say("Ask whether the installation serves"), (R.ANYBODY,), _O, Fields.PUBLIC),
    Act("sign_in", say("Sign in"), (R.ANYBODY,), _O),
    Act("take_up_invitation", say("Take up an invitation"), (R.ANYBODY,), _O),
    Act("found_installation", say("Enter the first administrator by the link of the set-up"), (R.ANYBODY,), _O),
    Act("sign_out", say("Sign out"), (R.ANYBODY,), _O),
)
# fmt: on


class Table:
    """Acts by name, with what the hot path looks up compiled."""

    def __init__(self, rows: Iterable[Act]) -> None:
        self.acts = {act.name: act for act in rows}
        #: The act of each type of command.
        self.by_command = {act.command: act for act in self.acts.values() if act.command}
        #: What decides on a command, by act.
        self.rules = {
            act.name: tuple(relations.RULES[each] for each in act.who if each in relations.RULES)
            for act in self.acts.values()
        }
        #: What tells the units that an act reaches, by act.
        self.scopes = {
            act.name: tuple(relations.UNITS[each] for each in act.who if each in relations.UNITS)
            for act in self.acts.values()
        }
        #: What decides on who sends an awaited message.
        self.senders = tuple(
            relations.SENDERS[each] for each in self.acts["send_message"].who if each in relations.SENDERS
        )

    def __getitem__(self, name: str) -> Act:
        return self.acts[name]

    def without(self, name: str, relation: Relation) -> "Table":
        """The same table, but for one relation of one act."""
        who = tuple(each for each in self.acts[name].who if each is not relation)
        return Table(replace(act, who=who) if act.name == name else act for act in self.acts.values())


#: The table that decides.
ACTS = Table(ROWS)


def units(act: str, rights: Rights) -> frozenset[str]:
    """The scope of a list: units that an act reaches for a principal."""
    return frozenset().union(*(scope(rights) for scope in ACTS.scopes[act]))


def reaches(act: str, rights: Rights, units: Collection[str]) -> bool:
    """True when an act reaches one of these units."""
    return any(not scope(rights).isdisjoint(units) for scope in ACTS.scopes[act])


def of_oneself(act: str) -> bool:
    """True for an act on what is one's own."""
    return Relation.SELF in ACTS[act].who


def offices(act: str) -> tuple[str, ...]:
    """The offices of which an act takes one, in their order."""
    return tuple(relations.OFFICE[each] for each in ACTS[act].who if each in relations.OFFICE)
