"""Requests of everybody about reports of a department that are owed, and the reports that they name.

The department consolidates and receives its own reports, so that whoever reaches one reaches it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from hoso_models.storage import database
from hoso_workflows.reports.obligations import frozen
from hoso_workflows.reports.obligations.frozen import Figures
from support import databases
from support.permission_case import Case
from support.world import DEPARTMENT, FOUNDED, person

KIND, SUBMITTED, OWED = person("report", "kind"), person("report", "submitted"), person("report", "owed")
_WRITER = person("clerk")


async def enter(db: database.Database, unit: str = DEPARTMENT, by: UUID = _WRITER) -> None:
    """A report that was submitted and one that is owed, by a department."""
    await databases.changed(db.url, _KIND, KIND, unit, date(2026, 1, 1), by, FOUNDED)
    for report, key, status, number in ((SUBMITTED, "2026-Q1", "submitted", 1), (OWED, "2026-Q2", "owed", 0)):
        at = FOUNDED if number else None
        await databases.changed(db.url, _OWED, report, KIND, key, unit, status, at, number, FOUNDED)
    figures = Figures((), (), ()).document()
    digest = frozen.digested(figures, {}, [])
    async with db.transaction() as tx:
        await tx.rows(_SUBMISSION, [SUBMITTED, FOUNDED, by, figures, digest])


_KIND = """
insert into report_kind (id, code, name, period, first_month, first_day, last_month, last_day, due_month, due_day,
  consolidating_unit, receiving_unit, valid_from, basis, entered_by, entered_at)
values ($1, 'dvc-quy', 'Báo cáo quý', 'quarter', -1, 1, 1, 31, 2, 5, $2, $2, $3, 'QĐ 1', $4, $5)
"""
_OWED = """
insert into report_obligation (id, kind_id, period_key, unit_code, part, period_from, period_to, due_before, status,
  submitted_at, first_submitted_at, submissions, created_at)
values ($1, $2, $3, $4, 'agency', '2025-12-01', '2026-02-28', '2026-03-05', $5, $6, $6, $7, $8)
"""
_SUBMISSION = """
insert into report_submission (obligation_id, number, at, by, figures, digest) values ($1, 1, $2, $3, $4, $5)
"""
_PERIOD = f"from=2026-03-01&to=2026-03-31&unit={DEPARTMENT}"
_ENTRY = {
    "code": "dvc-quy",
    "name": "Báo cáo quý",
    "period": "quarter",
    "first_month": -1,
    "first_day": 1,
    "last_month": 1,
    "last_day": 31,
    "due_month": 2,
    "due_day": 5,
    "consolidating_unit": DEPARTMENT,
    "receiving_unit": DEPARTMENT,
    "valid_from": "2026-01-01",
    "basis": "QĐ 1",
}
_TARGET = {"unit": DEPARTMENT, "year": 2026, "percent": 60, "basis": "Kế hoạch"}


def _report(report: UUID, act: str = "") -> str:
    return f"/v1/report-obligations/{report}{act and '/'}{act}"


CASES: Mapping[str, Case] = {
    "report_officers": Case("GET", f"/v1/reports/officers?{_PERIOD}"),
    "get_report_form": Case("GET", f"/v1/reports/forms/ii-06?{_PERIOD}"),
    "get_report_form_file": Case("GET", f"/v1/reports/forms/ii-06/file?{_PERIOD}&format=csv"),
    "report_days": Case("GET", f"/v1/reports/days?unit={DEPARTMENT}"),
    "set_online_target": Case("POST", "/v1/reports/online-targets", _TARGET),
    "list_report_kinds": Case("GET", "/v1/report-kinds"),
    "enter_report_kind": Case("POST", "/v1/report-kinds", _ENTRY),
    "list_report_obligations": Case("GET", "/v1/report-obligations", holds="2026-Q1"),
    "get_report_obligation": Case("GET", _report(SUBMITTED)),
    "get_report_obligation_file": Case("GET", _report(SUBMITTED, "file?format=csv")),
    "recount_report": Case("GET", _report(SUBMITTED, "recount")),
    "list_submitted_dossiers": Case("GET", _report(SUBMITTED, "dossiers?column=late")),
    "list_unintegrated_services": Case("GET", f"/v1/reports/unintegrated-services?unit={DEPARTMENT}"),
    "write_report": Case("PUT", _report(SUBMITTED, "texts"), {"proposals": "Không"}),
    "approve_report": Case("POST", _report(SUBMITTED, "approval")),
    "submit_report": Case("POST", _report(SUBMITTED, "submission"), {}),
    "return_report": Case("POST", _report(OWED, "return"), {"reason": "Thiếu"}),
    "remind_report": Case("POST", _report(SUBMITTED, "reminder")),
}
