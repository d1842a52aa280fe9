"""Decisions of the table of permissions in memory: rights and states are read once, then every cell is a function call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import hoso_bpmn
import hoso_calendar as wt
from hoso_models import PaymentMethod
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers.repository import Asker
from hoso_workflows.lifecycle import commands, transitions
from hoso_workflows.lifecycle.state import State
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import Relation, Rights, relations, table
from support import permission_portals
from support.builders.bpmn import bpmn, packaged, user
from support.in_memory import Walk
from support.permission_case import Case
from support.permission_matrix import AT, CASES, COLLEAGUE, PEOPLE, SPECIALIST
from support.procedures import exchange
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, World, instant

UNITS = {"receiving": DESK, "handling": DEPARTMENT, "deciding": PROVINCE}
OWNERS = {DEPARTMENT, PROVINCE}
Command = Callable[[State], Any]


def _task(state: State) -> UUID:
    return next(iter(state.tasks))


def _of_result(state: State) -> UUID:
    return next(identity for identity, file in state.files.items() if file.result)


#: What each operation that is a command asks, of the state in which its case finds the dossier.
_FILE = commands.StoredFile(
    UUID(int=9), "a.png", "image/png", 1, "ab" * 32, "cd" * 32, None, 1, "not_scanned"
)
COMMANDS: Mapping[str, Command] = {
    "accept_dossier": lambda _: commands.Accept(None),
    "refuse_dossier": lambda _: commands.Refuse(None, "Sai"),
    "propose_supplement": lambda _: commands.ProposeSupplement("Thiếu"),
    "ask_supplement": lambda _: commands.AskSupplement("Thiếu"),
    "receive_supplement": lambda _: commands.ReceiveSupplement(),
    "withdraw_dossier": lambda _: commands.Withdraw("Đổi ý"),
    "transfer_dossier": lambda _: commands.Transfer("Khác", authority="Công an tỉnh"),
    "return_supplement": lambda _: commands.ReturnSupplement("Vẫn thiếu"),
    "close_unanswered": lambda _: commands.CloseUnanswered(),
    "suspend_dossier": lambda _: commands.Suspend("Chờ", "Luật"),
    "end_suspension": lambda _: commands.EndSuspension("Xong"),
    "extend_term": lambda _: commands.Extend("1 ngày làm việc", "Chờ", "Luật"),
    "reappoint_dossier": lambda _: commands.Reappoint(date(2026, 3, 20), "Xin lỗi"),
    "set_obligation": lambda _: commands.SetObligation("Thuế", "Luật"),
    "meet_obligation": lambda _: commands.MeetObligation("0001"),
    "stop_dossier": lambda _: commands.Stop("Hết căn cứ", "Luật"),
    "consult_unit": lambda _: commands.Consult(OTHER, "Có không?", date(2026, 3, 6)),
    "answer_consultation": lambda state: commands.AnswerConsultation(next(iter(state.consultations)), "Có"),
    "record_verification": lambda state: commands.RecordVerification("Đúng", "Tại chỗ", state.last_at),
    "disclose_data": lambda _: commands.Disclose("Tòa án", "Luật", "Xác minh", ("Họ tên",), "QĐ 1"),
    "place_hold": lambda _: commands.PlaceHold("Vụ án", "Công văn 1"),
    "lift_hold": lambda _: commands.LiftHold("Xong"),
    "order_erasure": lambda _: commands.OrderErasure("Rút đồng ý", "Luật"),
    "erase_dossier": lambda _: commands.Erase(UUID(int=7), "Luật"),
    "rectify_dossier": lambda _: commands.Rectify("Gõ sai", {"address": "Số 1"}),
    "sign_letter": lambda _: commands.SignLetter(UUID(int=7), DEPARTMENT, b"%PDF", "0" * 64, "Sở"),
    "issue_copy": lambda _: commands.IssueCopy(UUID(int=7)),
    "sign_letters": lambda _: commands.SignLetter(UUID(int=7), DEPARTMENT, b"%PDF", "0" * 64, "Sở"),
    "sign_results": lambda state: commands.SignResult(_FILE, task=_task(state)),
    "reopen_dossier": lambda _: commands.Reopen("Khiếu nại đúng", "QĐ 1"),
    "write_to_desk": lambda _: commands.WriteToDesk("Khi nào?"),
    "write_to_applicant": lambda _: commands.WriteToApplicant("Đúng hẹn"),
    "propose_reply": lambda _: commands.ProposeReply("Đúng hẹn"),
    "hand_over_result": lambda _: commands.HandOver(),
    "attach_file": lambda _: commands.Attach(_FILE),
    "supersede_attachment": lambda _: commands.Attach(_FILE),
    "attach_offered_paper": lambda _: commands.Attach(_FILE),
    "begin_upload": lambda _: commands.Attach(_FILE),
    "submit_proof": lambda _: commands.SubmitProof(_FILE, text="Đã nộp"),
    "exchange_result": lambda state: commands.ExchangeResult(
        _FILE, supersedes=_of_result(state), reason="Nhầm"
    ),
    "correct_result": lambda _: commands.CorrectResult(_FILE, reason="Sai năm"),
    "hand_over_correction": lambda _: commands.HandOverCorrection(),
    "attach_internally": lambda _: commands.AttachInternally(_FILE),
    "assess_fee": lambda _: commands.AssessFee(1),
    "exempt_fee": lambda _: commands.ExemptFee(1, "Luật"),
    "record_payment": lambda _: commands.RecordPayment(1, 1_000, PaymentMethod.TRANSFER, "FT1"),
    "cancel_payment": lambda state: commands.CancelPayment(next(iter(state.account.payments)), "Ghi nhầm"),
    "refund_payment": lambda state: commands.RefundPayment(
        next(iter(state.account.payments)), "Nộp thừa", reference="FT2"
    ),
    "assign_user_task": lambda state: commands.Claim(_task(state)),
    "assign_to_others": lambda state: commands.Claim(_task(state), COLLEAGUE),
    "unassign_user_task": lambda state: commands.Unclaim(_task(state)),
    "reassign_user_task": lambda state: commands.Reassign(_task(state), COLLEAGUE, "Nghỉ"),
    "delegate_user_task": lambda state: commands.Delegate(_task(state), COLLEAGUE),
    "resolve_delegation": lambda state: commands.Resolve(_task(state)),
    "resolve_delegation by the colleague": lambda state: commands.Resolve(_task(state)),
    "return_user_task": lambda state: commands.ReturnTask(_task(state), "Thiếu"),
    "prioritise_user_task": lambda state: commands.SetPriority(_task(state), 2),
    "write_note": lambda _: commands.WriteNote("Đã gọi"),
    "amend_note": lambda _: commands.AmendNote(2, "Đã gọi lại"),
    "complete_user_task": lambda state: commands.Complete(_task(state)),
    "fail_user_task": lambda state: commands.Fail(_task(state), "hỏng"),
    "send_message": lambda _: commands.Send(exchange.OPINION),
    "resolve_incident": lambda state: commands.Retry(next(iter(state.incidents))),
    "correct_instant": lambda state: commands.Correct(3, state.last_at, "Đồng hồ sai"),
    "advance_dossier": lambda _: commands.Advance(),
    "pass_consultation": lambda _: commands.PassConsultation(UUID(int=7)),
    "send_message in nobody's lane": lambda _: commands.Send("Trả lời"),
}
#: Lists, with the units that what is asked for lies in.
LISTS: Mapping[str, set[str]] = {
    "list_overdue": {DEPARTMENT},
    "list_incidents": {DEPARTMENT},
    "list_consultations": {OTHER},
    "list_waiting_letters": {DEPARTMENT},
    "list_drafted_apologies": {DEPARTMENT},
    "hand_on_inbox": {DESK, DEPARTMENT, PROVINCE, OTHER},
    "list_unanswered": {DESK},
    "list_disclosures": {DEPARTMENT},
    "list_surpluses": {DESK},
    "list_takings": {DESK},
    "list_payment_disputes": set(UNITS.values()),
    "get_payment_dispute": set(UNITS.values()),
    "settle_payment_dispute": set(UNITS.values()),
    "list_destructions": {DEPARTMENT},
    "list_holds": {DEPARTMENT},
    "get_destruction": {DEPARTMENT},
    "report_lateness": {DEPARTMENT},
    "set_online_target": {DEPARTMENT},
    "remind_overdue": {DESK, DEPARTMENT, PROVINCE, OTHER},
    "list_reported_dossiers": {DEPARTMENT},
    **{
        act: {DEPARTMENT}
        for act in (
            *("report_officers", "list_report_obligations", "list_submitted_dossiers", "write_report"),
            *("approve_report", "submit_report", "return_report", "remind_report"),
        )
    },
    "read_register": {DESK},
    "sign_letters": {DEPARTMENT},
    "list_officers": {DEPARTMENT},
    "list_undelivered": {DESK, DEPARTMENT},
    "release_message": {DESK, DEPARTMENT},
    **{
        each: {DESK, DEPARTMENT, PROVINCE, OTHER}
        for each in ("preview_escalations", "list_escalations", "sweep_escalations")
    },
    **{
        each: {DEPARTMENT}
        for each in ("invite_person", "ask_recovery", "list_recoveries", "confirm_recovery")
    },
    **{
        each: {DESK, DEPARTMENT, PROVINCE, OTHER}
        for each in ("list_tokens", "revoke_token", "list_keys", "enter_key", "revoke_key")
    },
    **{
        each: {DESK, DEPARTMENT, PROVINCE, OTHER}
        for each in (
            *("list_webhooks", "change_webhook", "rotate_webhook_secret", "end_webhook", "test_webhook"),
            *("list_webhook_deliveries", "list_portals"),
        )
    },
    **{each: {DEPARTMENT} for each in ("end_portal", "list_portal_log", "resend_portal_statuses")},
    **{each: {DESK, DEPARTMENT, PROVINCE, OTHER} for each in ("import_catalogue", "list_embedding_sites")},
    "list_verifications": {DESK, DEPARTMENT, PROVINCE, OTHER},
    "list_unknown_identities": {DESK, DEPARTMENT, PROVINCE, OTHER},
    "list_refused_sign_ins": {DESK, DEPARTMENT, PROVINCE, OTHER},
    "list_access_log": {DESK, DEPARTMENT, PROVINCE, OTHER},
    "list_administration_events": {DESK, DEPARTMENT, PROVINCE, OTHER},
    "list_gaps": {DESK, DEPARTMENT, PROVINCE, OTHER},
    **{name: {DEPARTMENT} for name in ("list_jobs", "get_job", "list_job_items", "cancel_job")},
    **{name: {DEPARTMENT} for name in ("list_people", "list_roles", "list_proposals")},
    **{name: {DEPARTMENT} for name in ("get_duty_roster", "enter_duty_roster")},
    **{
        name: {DEPARTMENT}
        for name in (
            *("report_outage", "update_outage", "announce_outage", "acknowledge_outage"),
            *("enter_outage_recipient", "end_outage_recipient"),
            *("announce_maintenance", "cancel_maintenance", "list_urgings", "urge_unit", "answer_urging"),
            *("list_feedback", "propose_improvement", "forward_feedback", "answer_feedback"),
            *("enter_register_document", "note_document_progress"),
            *("list_evaluations", "open_evaluation", "mark_evaluation", "finalise_evaluation"),
            *(
                "edit_entry",
                "publish_entry",
                "set_service_level",
                "enter_agency_system",
                "change_agency_system",
            ),
        )
    },
}
#: Acts of an office, by the units over all of which it has to be held.
OVER: Mapping[frozenset[str], Collection[str]] = {
    frozenset({DEPARTMENT}): {
        *("enter_unit", "change_unit", "list_rehomings"),
        *("enter_person", "change_person", "close_person", "reopen_person", "enter_contact", "end_contact"),
        *("give_role", "end_role", "reject_role", "give_competence", "end_competence"),
        *("create_calendar", "close_units", "apply_setup"),
        *("draw_destruction", "confirm_destruction", "reject_destruction"),
        *("enter_letter_template", "approve_letter_template", "enter_rung"),
        *("enter_webhook", "enter_portal"),
        "enter_report_kind",
    },
    frozenset({DEPARTMENT, OTHER}): {"preview_rehoming", "rehome_unit", "start_job"},
    # To close a unit is for who administers its superior; the second person for an office stands at the top.
    frozenset({PROVINCE}): {
        *(
            "enter_area",
            "close_area",
            "close_unit",
            "reopen_unit",
            "confirm_role",
            "export_setup",
            "read_metrics",
            "end_rung",
        ),
        "verify_chains",
        *("enter_area", "close_area", "close_unit", "reopen_unit", "confirm_role", "export_setup"),
        *("enter_calendar_revision", "preview_calendar_revision", "list_calendar_moves"),
        *("approve_calendar_revision", "apply_calendar_revision"),
    },
}
#: Acts on what is the first specialist's own.
OWN = (
    *("get_permissions", "get_person"),
    *("list_substitutions", "enter_substitution", "end_substitution"),
)
READS = (
    "list_attachments",
    "read_attachment",
    "list_fees",
    "create_payment_order",
    "cancel_payment_order",
    "list_payment_orders",
    "get_rating",
    "rate_dossier",
    "get_conversation",
    "list_letters",
    "read_letter",
    "read_control_sheet",
    "get_dossier",
    "get_waits",
    "list_events",
    "get_timeline",
    "get_accounting",
    "list_notes",
    "get_receipt",
    "explain_deadline",
    "get_user_task",
    "get_user_task_form",
    "see_readers",
    "list_dossiers",
    "search_dossiers",
)
PUBLISHING = (
    *("declare_version", "submit_version", "approve_version", "activate_version", "migrate_dossiers"),
    *("take_back_activation", "change_opening"),
)
#: Acts without an operation of REST, and what no dossier of the world shows: operation → who may, by hand.
BESIDE: Mapping[str, Collection[str]] = {
    "advance_dossier": {"installation"},
    "pass_consultation": {"installation"},
    "erase_dossier": {"installation"},
    "sweep": {"installation"},
    "reconcile_payments": {"installation"},
    # Only the shell puts a damaged package or calendar right, on the word of who is named there.
    **{act: {"administrator_province"} for act in ("restore_version", "restore_calendar")},
    "migrate_dossiers": {
        "approver",
        "administrator_agency",
        "administrator_province",
        "substitute_in_office",
    },
    # The token and the key that the matrix asks about are none: whoever may is told so.
    **{
        act: {
            "administrator_agency",
            "administrator_province",
            "administrator_sibling",
            "substitute_in_office",
        }
        for act in (
            *("revoke_token", "enter_key", "revoke_key"),
            # Nor is the receiver of webhooks.
            *("change_webhook", "rotate_webhook_secret", "end_webhook", "test_webhook"),
            "list_webhook_deliveries",
        )
    },
    # What the matrix asks about is not late: whoever may remind somewhere is told so.
    "remind_overdue": {
        *("head", "head_above", "administrator_agency", "administrator_province", "administrator_sibling"),
        *("coordinator_over", "substitute", "substitute_in_office"),
    },
    "start_job of a version": {
        *("approver", "administrator_agency", "administrator_province", "substitute_in_office"),
    },
    **dict.fromkeys(
        (f"{act} of one's own" for act in ("list_jobs", "get_job", "list_job_items", "cancel_job")),
        set(PEOPLE) - {"closed", "nobody"},
    ),
    # A role that decides or receives waits for a head as well; what the matrix asks about is an office.
    **{
        f"{act} of a role": {
            *("head", "substitute", "administrator_agency", "administrator_province", "substitute_in_office"),
        }
        for act in ("confirm_role", "reject_role")
    },
    "send_message in nobody's lane": {
        *("specialist_assigned", "specialist_unassigned", "clerk_of_the_unit", "head", "substitute"),
        *("partner_with_role", "installation"),
    },
    **dict.fromkeys(
        ("get_account", "choose_factors", "prove_again", "end_own_session"),
        set(PEOPLE) - {"closed", "nobody"},
    ),
    "take_up_invitation": set(PEOPLE),
    "found_installation": set(PEOPLE),
    "sign_in": set(PEOPLE),
    "sign_out": set(PEOPLE),
    "read_description": set(PEOPLE),
    # Pages of the portal.
    **{act: set(PEOPLE) for act in ("read_public_catalogue", "read_information", "show_catalogue")},
}
#: What the operator at the shell may do, by hand.
AT_THE_SHELL = {
    *(
        "correct_instant",
        "take_traces_away",
        "restore_version",
        "restore_calendar",
        "advance_dossier",
        "pass_consultation",
        "erase_dossier",
        "list_destructions",
        "list_holds",
        "explain_deadline",
        "list_overdue",
        "list_incidents",
        "list_disclosures",
        "list_surpluses",
        "list_takings",
        "list_payment_disputes",
        "reconcile_payments",
    ),
    *(
        "report_lateness",
        "remind_overdue",
        "list_reported_dossiers",
        *("report_officers", "set_online_target", "enter_report_kind", "list_report_kinds"),
        *("list_report_obligations", "list_submitted_dossiers", "write_report", "submit_report"),
        *("return_report", "remind_report", "list_unintegrated_services"),
        "list_undelivered",
        "release_message",
        "get_escalation_ladder",
        "list_rungs",
        "enter_rung",
        "end_rung",
        "preview_escalations",
        "list_escalations",
        "sweep_escalations",
        "list_versions",
        "get_version",
        "list_owners",
    ),
    *("declare_version", "submit_version", "migrate_dossiers", "name_owner", "list_permissions"),
    *("get_permissions", "list_access_log", "give_token", "list_tokens", "revoke_token"),
    *("list_keys", "enter_key", "revoke_key", "audit", "operate", "sweep"),
    *("list_webhooks", "enter_webhook", "change_webhook", "rotate_webhook_secret", "end_webhook"),
    *("test_webhook", "list_webhook_deliveries", "list_portals", "enter_portal", "end_portal"),
    *("list_portal_log", "resend_portal_statuses", "reconcile_portal"),
    *(
        "read_description",
        "list_openings",
        "judge_eligibility",
        "get_competence",
        "list_units",
        "get_unit",
        "list_areas",
    ),
    *("enter_area", "close_area", "enter_unit", "change_unit", "close_unit", "reopen_unit"),
    *("preview_rehoming", "rehome_unit", "list_people", "enter_person", "change_person", "close_person"),
    *("reopen_person", "enter_contact", "end_contact", "list_roles", "give_role", "end_role"),
    *("list_proposals", "confirm_role", "reject_role"),
    *("list_substitutions", "enter_substitution", "end_substitution"),
    *("list_competences", "give_competence", "end_competence", "get_duty_roster", "enter_duty_roster"),
    *("list_calendars", "get_calendar", "create_calendar", "close_units", "list_calendar_revisions"),
    *("get_calendar_revision", "check_calendar_revision", "enter_calendar_revision"),
    *("preview_calendar_revision", "apply_calendar_revision"),
    *("list_administration_events", "list_gaps", "apply_setup", "export_setup", "read_metrics"),
    *("list_administration_events", "list_gaps", "apply_setup", "export_setup"),
    *("list_outages", "report_outage", "update_outage", "announce_outage", "acknowledge_outage"),
    *("list_outage_recipients", "enter_outage_recipient", "end_outage_recipient"),
    *("list_maintenance", "announce_maintenance", "cancel_maintenance"),
    *("list_urgings", "urge_unit", "answer_urging", "list_register_documents"),
    *("list_feedback", "propose_improvement", "forward_feedback", "answer_feedback"),
    *("enter_register_document", "note_document_progress"),
    *("list_evaluations", "open_evaluation", "mark_evaluation", "finalise_evaluation"),
    *("list_catalogue", "edit_entry", "publish_entry", "import_catalogue", "list_service_levels"),
    *("set_service_level", "list_agency_systems", "enter_agency_system", "change_agency_system"),
    *("list_embedding_sites", "read_statistics"),
    *("list_signing_certificates", "check_paper"),
    *("list_jobs", "get_job", "list_job_items", "cancel_job"),
    *(
        "invite_person",
        "ask_recovery",
        "end_sessions",
        "list_sessions",
        "list_unknown_identities",
        "list_refused_sign_ins",
    ),
}
#: Lists that everybody inside is given, narrowed to what is theirs to read.
NARROWED = {"list_agency_systems", "list_outages", "list_register_documents"}
#: REST operations whose act has another name.
_ACTS = {
    "get_feedback_receipt": "list_public_answers",
    "live": "probe",
    "ready": "probe",
    "show_letter": "read_letter",
    "print_letter": "read_letter",
    "list_copies": "list_letters",
    "show_copy": "read_letter",
    "print_copy": "read_letter",
    "get_attachment": "list_attachments",
    "read_thumbnail": "read_attachment",
    "supersede_attachment": "attach_file",
    "list_offered_papers": "list_attachments",
    "attach_offered_paper": "attach_file",
    "begin_upload": "attach_file",
    "get_draft_file": "list_draft_files",
    "read_draft_thumbnail": "read_draft_file",
    "replace_draft_file": "attach_to_draft",
    "begin_draft_upload": "attach_to_draft",
    "list_papers_for_draft": "list_draft_files",
    "attach_paper_to_draft": "attach_to_draft",
    "get_upload": "continue_upload",
    "cancel_upload": "continue_upload",
    "sign_letters": "sign_letter",
    "show_control_sheet": "read_control_sheet",
    "print_control_sheet": "read_control_sheet",
    "show_register": "read_register",
    "print_register": "read_register",
    "export_register": "read_register",
    "report_weeks": "report_lateness",
    "get_report_form": "report_lateness",
    "report_days": "report_lateness",
    "get_report_form_file": "report_lateness",
    "get_report_obligation": "list_report_obligations",
    "get_report_obligation_file": "list_report_obligations",
    "recount_report": "list_report_obligations",
    "list_letter_forms": "list_letter_templates",
    "get_evaluation": "list_evaluations",
    **dict.fromkeys(
        (
            *("check_catalogue", "list_catalogue_lags", "export_catalogue", "get_catalogue_entry"),
            "list_entry_versions",
        ),
        "list_catalogue",
    ),
    **dict.fromkeys(
        ("list_entry_drafts", "get_entry_draft", "save_entry_draft", "discard_entry_draft"), "edit_entry"
    ),
    **dict.fromkeys(
        ("print_letter_form", "draw_letter_form", "print_letter_template", "draw_letter_template"),
        "get_letter_template",
    ),
    "show_register of a department": "read_register",
}


def act_of(operation: str) -> str:
    """The act that an operation of the matrix asks for."""
    name = operation.partition(" ")[0]
    return _ACTS.get(name, name)


@dataclass
class Decisions:
    """Rights of everybody, decided by the table that is in force when asked."""

    rights: Mapping[str, Rights | None]
    states: Mapping[str, tuple[State, Collection[str]]]

    def may(self, operation: str, who: str) -> bool:
        """True when the table allows it."""
        act, rights = table.ACTS[act_of(operation)], self.rights[who]
        if Relation.ANYBODY in act.who:
            return True
        if rights is None:
            return False
        if operation in COMMANDS:
            return self._commands(operation, rights)
        return _decider(operation)(act.name, rights)

    def _commands(self, operation: str, rights: Rights) -> bool:
        state, competent = self.states[operation]
        command = transitions.addressed(state, COMMANDS[operation](state))
        try:
            permissions.authorise(command, state, rights, competent)
        except (errors.Forbidden, errors.NotYourTurn):
            return False
        return True

    def row(self, operation: str) -> dict[str, bool]:
        """Rights of everybody to one operation."""
        return {who: self.may(operation, who) for who in PEOPLE}


def _decider(operation: str) -> Callable[[str, Rights], bool]:
    name = act_of(operation)
    if operation.endswith(" of a sibling"):
        return _follows_a_siblings
    if operation == "show_letter to the asked unit":
        return _reads_request
    if operation.endswith(" of one's own"):
        return lambda act, _: Relation.SELF in table.ACTS[act].who
    if operation == "start_job of a version":
        return partial(_holds_office, OWNERS)
    if operation.endswith((" of a department", " of a role")):
        return lambda act, rights: DEPARTMENT in table.units(act, rights)
    if name in READS:
        return lambda act, rights: permissions.reading(act, rights, tuple(UNITS.values())) is not None
    if name in LISTS:
        return lambda act, rights: not LISTS[name].isdisjoint(table.units(act, rights))
    if over := next((units for units, acts in OVER.items() if name in acts), None):
        return lambda act, rights: over <= permissions.overseen(rights, act)
    if name in OWN:
        return _of_specialist
    if name in PUBLISHING:
        return partial(_holds_office, OWNERS)
    found: Mapping[str, Callable[[str, Rights], bool]] = {
        **{
            act: partial(_holds_office, {PROVINCE})
            for act in ("name_owner", "restore_version", "restore_calendar")
        },
        "create_draft": _begins_a_draft,
        **dict.fromkeys(
            (
                *(
                    "list_drafts",
                    "get_draft",
                    "change_draft",
                    "discard_draft",
                    "file_draft",
                    "continue_upload",
                ),
                *("list_draft_files", "read_draft_file", "attach_to_draft", "detach_from_draft"),
            ),
            _owns_what_is_begun,
        ),
        "file_dossier": partial(_files, "desk" if "desk" in operation else "online"),
        "search_user_tasks": partial(_lists_tasks, (DESK, "clerk") if "desk" in operation else None),
        "list_waiting_results": partial(_lists_tasks, None),
        **dict.fromkeys(
            ("list_user_tasks", "count_user_tasks"),
            partial(_lists_tasks, (DESK, "clerk") if "desk" in operation else None),
        ),
        **dict.fromkeys(
            ("keep_follow_up", "keep_task_draft", "read_task_draft", "discard_task_draft"),
            partial(_keeps, (DESK, "clerk") if "desk" in operation else (DEPARTMENT, "specialist")),
        ),
        "end_sessions": _of_specialist,
        **dict.fromkeys(
            ("list_portal_changes", "acknowledge_portal_changes", "reconcile_portal"), _speaks_for_the_portal
        ),
    }
    return found.get(name, _of_caller)


def _follows_a_siblings(act: str, rights: Rights) -> bool:
    """It was filed at the desk for somebody else."""
    return permissions.reading(act, replace(rights, applicant=False), (DESK, OTHER)) is not None


def _reads_request(act: str, rights: Rights) -> bool:
    """The letter of a question is not the applicant's to read."""
    found = permissions.reading(act, rights, tuple(UNITS.values()), (OTHER,))
    return found is not None and found.view is not permissions.View.APPLICANT


def _holds_office(units: Collection[str], act: str, rights: Rights) -> bool:
    try:
        permissions.require_role(rights, act, units, "", *permissions.offices(act))
    except errors.Forbidden:
        return False
    return True


def _files(channel: str, _: str, rights: Rights) -> bool:
    try:
        permissions.authorise_filing(rights, channel, DESK)
    except errors.Forbidden:
        return False
    return True


def _begins_a_draft(_: str, rights: Rights) -> bool:
    try:
        permissions.authorise_draft(rights)
    except errors.Forbidden:
        return False
    return True


def _owns_what_is_begun(act: str, rights: Rights) -> bool:
    return rights.principal == CITIZEN and Relation.SELF in table.ACTS[act].who


def _speaks_for_the_portal(act: str, rights: Rights) -> bool:
    return rights.principal == permission_portals.SPEAKER and Relation.SELF in table.ACTS[act].who


def _keeps(place: tuple[str, str], act: str, rights: Rights) -> bool:
    return permissions.reaches_task(act, rights, *place)


def _lists_tasks(place: tuple[str, str] | None, act: str, rights: Rights) -> bool:
    unit, role = place or (DEPARTMENT, "specialist")
    units, pairs = permissions.worklist_scope(rights, None, None, act)
    return unit in units or (unit, role) in pairs


def _of_specialist(act: str, rights: Rights) -> bool:
    if rights.principal == SPECIALIST and Relation.SELF in table.ACTS[act].who:
        return True
    return DEPARTMENT in table.units(act, rights)


def _of_caller(act: str, rights: Rights) -> bool:
    who = table.ACTS[act].who
    return (
        Relation.SIGNED_IN in who
        or (Relation.INSIDE in who and relations.is_inside(rights))
        or (Relation.INSTALLATION in who and rights.is_system)
    )


async def loaded(world: World) -> Decisions:
    """The rights of all people and the states of all cases."""
    rights = {who: await _rights(world, principal) for who, principal in PEOPLE.items()}
    states = {
        operation: await _state(world, CASES.get(operation) or CASES["get_dossier"])
        for operation in COMMANDS
        if operation in CASES or operation in ("advance_dossier", "pass_consultation", "erase_dossier")
    }
    lane = "send_message in nobody's lane"
    return Decisions(rights, {**states, lane: (_in_nobodys_lane(), tuple(UNITS.values()))})


async def _rights(world: World, principal: UUID | None) -> Rights | None:
    if principal is None:
        return None
    try:
        found = await permissions.held(world.db, principal, instant(AT))
    except errors.Forbidden:
        return None
    return replace(found, applicant=principal == CITIZEN)


async def _state(world: World, case: Case) -> tuple[State, Collection[str]]:
    assert case.state is not None
    outcome = await case.state(world)
    at = instant(AT)
    asker = Asker(CITIZEN, localtime.local_date(at), at)
    found = await world.service.repository.find(outcome.reference, asker, read=True)
    assert found is not None
    before = await world.service.repository.load(found)
    _, state = await world.service.resumed(before.state, found)
    return state, [each.partition(" ")[2] for each in found.competent]


def _in_nobodys_lane() -> State:
    message = '<message id="m" name="Trả lời"/>'
    elements = user("tiep", milestone="accept") + '<receiveTask id="cho" messageRef="m"/>' + user("xet")
    drawing = bpmn(elements, "start>tiep tiep>cho cho>xet xet>end", message)
    calendars = dict.fromkeys(UNITS.values(), wt.load("ha-tinh"))
    found = Walk(hoso_bpmn.load(packaged(drawing)), units=UNITS, calendars=calendars)
    found.accept()
    return found.state
