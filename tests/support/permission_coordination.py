"""Requests of everybody about the coordinating function, and the entries that they name.

Each entry is of the past: whoever may is told what is wrong, and nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hoso_models.storage import database
from support import databases
from support.builders.histories import local
from support.permission_case import Case
from support.world import DEPARTMENT, FOUNDED, OTHER, PROVINCE, SINCE, person

#: Entries: an outage that was mended, a recipient, maintenance that is over, a call that was answered, a measure, a final sheet.
OUTAGE, RECIPIENT, MAINTENANCE = (person("entry", name) for name in ("outage", "recipient", "maintenance"))
URGING, DOCUMENT, SHEET = (person("entry", name) for name in ("urging", "document", "sheet"))
FEEDBACK = person("entry", "feedback")
HEAD = person("head")
ENDED = local("2026-02-02 09:00")
_BASIS = "QĐ 1"


async def enter(db: database.Database) -> None:
    """Enter what the cases ask about."""
    for sql, *values in _ENTRIES:
        await databases.changed(db.url, sql, *values)


_OUTAGE = """
insert into outage (id, unit_code, service, description, began_at, noticed_at, reported_at, reported_by, resolved_at, resolved_by)
values ($1, $2, 'Cổng', 'Hỏng', $3, $3, $3, $4, $5, $4)
"""
_RECIPIENT = """
insert into outage_recipient (id, scope_unit, unit_code, valid_from, basis, entered_by, entered_at) values ($1, $2, $3, $4, 'QĐ 1', $5, $6)
"""
_MAINTENANCE = """
insert into maintenance (id, unit_code, service, announcement, starts_at, ends_at, announced_at, announced_by, required_days,
  given_days, basis, told)
values ($1, $2, 'Cổng', 'Nâng cấp', $3, $4, $3, $5, 1, 1, 'QĐ 1', 0)
"""
_URGING = """
insert into urging (id, kind, unit_code, text, term, due_at, asked_at, asked_by, told, answer, answered_at, answered_by)
values ($1, 'urging', $2, 'Báo cáo', '1 ngày làm việc', $4, $3, $5, 0, 'Xong', $4, $5)
"""
_FEEDBACK = """
insert into feedback (id, year, number, kind, wants_answer, given_at, unit_code, term, basis, due_at, answer, answered_at, answered_by)
values ($1, 2026, 1, 'portal', false, $3, $2, '1 ngày làm việc', 'QĐ 1', $4, 'Xong', $4, $5)
"""
_DOCUMENT = """
insert into register_document (id, kind, unit_code, number, title, content, issued_on, valid_from, state, entered_by, entered_at)
values ($1, 'measure', $2, '1/KH', 'Hướng dẫn', '', $3, $3, 'planned', $4, $5)
"""
_SHEET = """
insert into evaluation_sheet (id, unit_code, period_from, period_to, figures, computed_at, opened_by, opened_at, final_at, final_by)
values ($1, $2, $3, $4, '{}', $5, $6, $5, $5, $6)
"""
_JOB = """
insert into job (id, kind, state, subject, unit_code, ordered_by, ordered_at, updated_at)
values ($1, 'verification', 'waiting', '*', $2, $3, $4, $4)
"""
_ENTRIES: tuple[tuple[object, ...], ...] = (
    (_OUTAGE, OUTAGE, DEPARTMENT, FOUNDED, HEAD, ENDED),
    (_RECIPIENT, RECIPIENT, DEPARTMENT, OTHER, SINCE, HEAD, FOUNDED),
    (_MAINTENANCE, MAINTENANCE, DEPARTMENT, FOUNDED, ENDED, HEAD),
    (_URGING, URGING, DEPARTMENT, FOUNDED, ENDED, HEAD),
    (_FEEDBACK, FEEDBACK, DEPARTMENT, FOUNDED, ENDED, HEAD),
    (_DOCUMENT, DOCUMENT, DEPARTMENT, SINCE, HEAD, FOUNDED),
    (_JOB, person("entry", "verification"), PROVINCE, HEAD, FOUNDED),
    (_SHEET, SHEET, DEPARTMENT, date(2025, 10, 1), date(2025, 12, 31), ENDED, HEAD),
)
_EARLY, _LATE = "2026-02-02T08:00:00+07:00", "2026-02-02T09:00:00+07:00"
_SERVICE = {"unit": DEPARTMENT, "service": "Cổng"}

CASES: Mapping[str, Case] = {
    # One is under way: whoever may is told so.
    "verify_chains": Case("POST", "/v1/verifications"),
    "list_verifications": Case("GET", "/v1/verifications"),
    "list_outages": Case("GET", "/v1/outages", holds=str(OUTAGE)),
    "report_outage": Case(
        "POST", "/v1/outages", {**_SERVICE, "description": "Hỏng", "began_at": _LATE, "noticed_at": _EARLY}
    ),
    "update_outage": Case("POST", f"/v1/outages/{OUTAGE}/updates", {"text": "Xong"}),
    # The outage was told to nobody: whoever may say so is told that.
    "acknowledge_outage": Case("POST", f"/v1/outages/{OUTAGE}/acknowledgements", {"unit": DEPARTMENT}),
    "announce_outage": Case("PUT", f"/v1/outages/{OUTAGE}/announcement", {"announcement": " "}),
    "list_outage_recipients": Case("GET", "/v1/outage-recipients", holds=str(RECIPIENT)),
    "enter_outage_recipient": Case(
        "POST",
        "/v1/outage-recipients",
        {"scope": DEPARTMENT, "unit": OTHER, "basis": _BASIS, "valid_from": "2026-03-01"},
    ),
    "end_outage_recipient": Case(
        "POST", f"/v1/outage-recipients/{RECIPIENT}/end", {"last_day": "2026-02-01"}
    ),
    "list_announcements": Case("GET", "/v1/public/announcements"),
    "read_statistics": Case("GET", "/v1/public/statistics"),
    "give_feedback": Case("POST", "/v1/public/feedback", {"kind": "portal", "text": "Chậm"}),
    "list_public_answers": Case("GET", "/v1/public/feedback"),
    "get_feedback_receipt": Case("GET", f"/v1/public/feedback/{FEEDBACK}"),
    "list_maintenance": Case("GET", "/v1/maintenance"),
    "announce_maintenance": Case(
        "POST",
        "/v1/maintenance",
        {**_SERVICE, "announcement": "Nâng cấp", "starts_at": _EARLY, "ends_at": _LATE},
    ),
    "cancel_maintenance": Case("POST", f"/v1/maintenance/{MAINTENANCE}/cancellation"),
    "list_urgings": Case("GET", f"/v1/urgings?unit={DEPARTMENT}", holds=str(URGING)),
    "urge_unit": Case(
        "POST", "/v1/urgings", {"kind": "urging", "unit": DEPARTMENT, "text": "Báo cáo", "term": "mai"}
    ),
    "answer_urging": Case("POST", f"/v1/urgings/{URGING}/answer", {"text": "Khác"}),
    "list_feedback": Case("GET", f"/v1/feedback?unit={DEPARTMENT}", holds=str(FEEDBACK)),
    "propose_improvement": Case("POST", "/v1/feedback/proposals", {"unit": DEPARTMENT, "text": " "}),
    "forward_feedback": Case("POST", f"/v1/feedback/{FEEDBACK}/forwarding", {"unit": OTHER}),
    "answer_feedback": Case("POST", f"/v1/feedback/{FEEDBACK}/answer", {"answer": "Khác"}),
    "list_register_documents": Case("GET", "/v1/register-documents", holds=str(DOCUMENT)),
    "enter_register_document": Case(
        "POST",
        "/v1/register-documents",
        {
            "kind": "target",
            "unit": DEPARTMENT,
            "number": "2/KH",
            "title": "Tập huấn",
            "issued_on": "2026-03-01",
            "valid_from": "2026-03-01",
        },
    ),
    "note_document_progress": Case(
        "POST",
        f"/v1/register-documents/{DOCUMENT}/progress",
        {"text": "Xong", "state": "done", "reached": "1"},
    ),
    "list_evaluations": Case("GET", f"/v1/evaluations?unit={DEPARTMENT}", holds=str(SHEET)),
    "open_evaluation": Case(
        "POST",
        "/v1/evaluations",
        {"unit": DEPARTMENT, "period_from": "2026-03-01", "period_to": "2026-02-01"},
    ),
    "get_evaluation": Case("GET", f"/v1/evaluations/{SHEET}"),
    "mark_evaluation": Case(
        "PUT", f"/v1/evaluations/{SHEET}/marks/attitude", {"points": "3", "reason": "Tốt"}
    ),
    "finalise_evaluation": Case("POST", f"/v1/evaluations/{SHEET}/finalisation"),
}
