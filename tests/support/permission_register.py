"""Requests of everybody about the register, rosters, moves and calendars, and the entries that they name.

Whoever may is answered without a change, or refused by a rule that comes after rights, so that one world serves them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from hoso_models import PrincipalKind
from hoso_models.storage import database
from hoso_workflows.calendars import revisions
from hoso_workflows.organisation import principals, units
from support import calendars, databases
from support.permission_case import Case
from support.world import DEPARTMENT, FOUNDED, OTHER, PROVINCE, SINCE, person

#: A procedure whose appraisal has a form.
CODE = "9.000004"
SPECIALIST, COLLEAGUE, CLOSED = person("specialist"), person("specialist", number=3), person("closed")
#: The administrator at the top who has proposed an office and entered a calendar; asks nothing.
PROPOSER = person("administrator", PROVINCE, 2)
#: Entries: a role to come, a proposal that was rejected, a substitution to come, a contact point that was ended.
ROLE, PROPOSAL = person("entry", "role"), person("entry", "proposal")
SUBSTITUTION, CONTACT = person("entry", "substitution"), person("entry", "contact")
COMPETENCE = person("entry", "competence")
TEMPLATE = person("entry", "template")
JOB = person("entry", "job")
AREA = "42"
#: Before anything was valid.
TOO_EARLY = "2025-01-01"
_NEXT_YEAR = date(2027, 1, 1), date(2027, 12, 31)


async def enter(db: database.Database) -> None:
    """Enter what the cases ask about; nobody's rights of today change."""
    async with db.transaction() as tx:
        name = f"administrator 2 · {PROVINCE}"
        principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=PROPOSER)
        await tx.flush()
        units.assign(tx, PROPOSER, PROVINCE, "administrator", SINCE)
        units.assign(tx, COLLEAGUE, DEPARTMENT, "clerk", *_NEXT_YEAR)
        named = {"unit_code": DEPARTMENT, "role": "specialist"}
        units.substitute(tx, SPECIALIST, COLLEAGUE, *_NEXT_YEAR, reason="Đi học", **named)
    for sql, *values in _ENTRIES:
        await databases.changed(db.url, sql, *values)
    await databases.changed(db.url, _COMPETENCE, COMPETENCE, CODE, DEPARTMENT)
    entry = revisions.Entry(calendars.closed("2026-12-21"), calendars.BASIS)
    await revisions.enter(db, "ha-tinh", entry, actor=PROPOSER, at=FOUNDED)


_APPROVED_TEMPLATE = """
insert into letter_template (id, unit_code, form, number, basis, valid_from, entered_by, entered_at, approved_by, approved_at)
values ($1, $2, '01', 1, 'QĐ 1', $3, $4, $5, $6, $5)
"""
_ENDED_CONTACT = """
insert into contact_point (id, principal_id, kind, value, entered_at, ended_at)
values ($1, $2, 'email', 'cv1@hoso.test', $3, $3)
"""
_REJECTED = """
insert into role_proposal (id, principal_id, unit_code, role, valid_from, proposed_at, proposed_by, decided_at, decided_by, decision)
values ($1, $2, $3, 'auditor', $4, $5, $6, $5, $6, 'rejected')
"""
_CANCELLED_JOB = """
insert into job (id, kind, state, subject, unit_code, ordered_by, ordered_at, ended_at, cancelled_by, updated_at)
values ($1, 'rehoming', 'cancelled', $2, $2, $3, $4, $4, $3, $4)
"""
_ENTRIES: tuple[tuple[object, ...], ...] = (
    ("update principal set home_unit_code = $2, code = 'CV1' where id = $1", SPECIALIST, DEPARTMENT),
    ("update principal set home_unit_code = $2, code = 'CV3' where id = $1", COLLEAGUE, DEPARTMENT),
    ("update principal set home_unit_code = $2 where id = $1", CLOSED, DEPARTMENT),
    ("update role_assignment set id = $1 where principal_id = $2 and role = 'clerk'", ROLE, COLLEAGUE),
    ("update substitution set id = $1 where principal_id = $2", SUBSTITUTION, SPECIALIST),
    ("insert into area (code, name, kind, valid_from) values ($1, 'Hà Tĩnh', 'province', $2)", AREA, SINCE),
    (_ENDED_CONTACT, CONTACT, SPECIALIST, FOUNDED),
    (_APPROVED_TEMPLATE, TEMPLATE, DEPARTMENT, SINCE, PROPOSER, FOUNDED, COLLEAGUE),
    (_CANCELLED_JOB, JOB, DEPARTMENT, PROPOSER, FOUNDED),
    (_REJECTED, PROPOSAL, COLLEAGUE, DEPARTMENT, SINCE, FOUNDED, PROPOSER),
)
_COMPETENCE = (
    "update competence set id = $1 where procedure_code = $2 and unit_code = $3 and part = 'handling'"
)


def _unit(code: str, act: str = "") -> str:
    return f"/v1/units/{code}{act and '/'}{act}"


def _person(identity: UUID, act: str = "") -> str:
    return f"/v1/principals/{identity}{act and '/'}{act}"


_P = f"/v1/procedures/{CODE}"
_CALENDAR = "/v1/calendars/ha-tinh"
_REVISION = f"{_CALENDAR}/versions/1"
_ENDED = {"last_day": TOO_EARLY}
_MOVE = {"successor": OTHER}
_FILE = f"""
schema = "hoso-setup/1"
[[unit]]
code = "H27.SVHTTDL.P9"
name = "Phòng 9"
kind = "division"
level = "province"
calendar = "khong-co"
parent = "{DEPARTMENT}"
"""

CASES: Mapping[str, Case] = {
    "take_back_activation": Case("DELETE", f"{_P}/versions/1/activation"),
    "change_opening": Case("POST", f"{_P}/openings", {"is_open": True, "basis": "QĐ 1"}),
    "list_openings": Case("GET", f"{_P}/openings"),
    "judge_eligibility": Case("POST", f"{_P}/eligibility", {"answers": {}}),
    "get_competence": Case("GET", f"{_P}/competence"),
    "list_units": Case("GET", "/v1/units", holds=DEPARTMENT),
    "get_unit": Case("GET", _unit(DEPARTMENT)),
    "list_areas": Case("GET", "/v1/areas", holds=AREA),
    "enter_area": Case(
        "POST", "/v1/areas", {"code": AREA, "name": "Hà Tĩnh", "kind": "province", "valid_from": "2026-03-01"}
    ),
    "close_area": Case("POST", f"/v1/areas/{AREA}/closure", _ENDED),
    "enter_unit": Case(
        "POST",
        "/v1/units",
        {
            "code": OTHER,
            "name": "Phòng 1",
            "kind": "division",
            "level": "province",
            "calendar": "ha-tinh",
            "valid_from": "2026-03-01",
            "parent": DEPARTMENT,
        },
    ),
    "change_unit": Case("PATCH", _unit(DEPARTMENT), {"kind": "department"}),
    "close_unit": Case("POST", _unit(DEPARTMENT, "closure"), {**_ENDED, "basis": "QĐ 1"}),
    "reopen_unit": Case("POST", _unit(DEPARTMENT, "reopening")),
    "preview_rehoming": Case("POST", _unit(DEPARTMENT, "rehoming-preview"), _MOVE),
    "rehome_unit": Case("POST", _unit(DEPARTMENT, "rehoming"), {**_MOVE, "also": [OTHER], "basis": "QĐ 1"}),
    "list_rehomings": Case("GET", _unit(DEPARTMENT, "rehoming")),
    "list_people": Case("GET", f"/v1/principals?unit={DEPARTMENT}", holds=str(SPECIALIST)),
    "get_person": Case("GET", _person(SPECIALIST)),
    "enter_person": Case(
        "POST", "/v1/principals", {"name": "Chuyên viên 9", "unit": DEPARTMENT, "code": "CV1"}
    ),
    "change_person": Case("PATCH", _person(SPECIALIST), {"code": "CV3"}),
    "close_person": Case("POST", _person(CLOSED, "closure"), {"reason": "Nghỉ việc"}),
    "reopen_person": Case("POST", _person(COLLEAGUE, "reopening")),
    "enter_contact": Case(
        "POST", _person(SPECIALIST, "contact-points"), {"kind": "email", "value": "không có"}
    ),
    "end_contact": Case("DELETE", f"/v1/contact-points/{CONTACT}"),
    "list_roles": Case("GET", f"/v1/role-assignments?person={COLLEAGUE}", holds=str(ROLE)),
    "give_role": Case(
        "POST",
        "/v1/role-assignments",
        {"person": str(COLLEAGUE), "unit": DEPARTMENT, "role": "specialist", "valid_from": "2026-03-04"},
    ),
    "end_role": Case("POST", f"/v1/role-assignments/{ROLE}/end", _ENDED),
    "list_proposals": Case("GET", "/v1/role-proposals", holds=str(PROPOSAL)),
    "confirm_role": Case("POST", f"/v1/role-proposals/{PROPOSAL}/confirmation"),
    "reject_role": Case("POST", f"/v1/role-proposals/{PROPOSAL}/rejection"),
    "list_substitutions": Case("GET", "/v1/substitutions", holds=str(SUBSTITUTION)),
    "enter_substitution": Case(
        "POST",
        "/v1/substitutions",
        {
            "absent": str(SPECIALIST),
            "acting": str(COLLEAGUE),
            "unit": DEPARTMENT,
            "valid_from": "2026-03-05",
            "valid_to": "2026-03-04",
            "reason": "Nghỉ phép",
        },
    ),
    "end_substitution": Case("POST", f"/v1/substitutions/{SUBSTITUTION}/end", _ENDED),
    "list_competences": Case("GET", f"/v1/competences?unit={DEPARTMENT}", holds=str(COMPETENCE)),
    "give_competence": Case(
        "POST",
        "/v1/competences",
        {
            "unit": DEPARTMENT,
            "part": "handling",
            "valid_from": "2026-03-04",
            "basis": "QĐ 1",
            "procedure": CODE,
        },
    ),
    "end_competence": Case("POST", f"/v1/competences/{COMPETENCE}/end", _ENDED),
    "get_duty_roster": Case("GET", _unit(DEPARTMENT, "duty-roster")),
    "enter_duty_roster": Case(
        "PUT",
        _unit(DEPARTMENT, "duty-roster"),
        {"days": [{"day": "2026-03-02", "main": str(SPECIALIST), "backup": None}]},
    ),
    "list_calendars": Case("GET", "/v1/calendars", holds="ha-tinh"),
    "get_calendar": Case("GET", _CALENDAR),
    "create_calendar": Case(
        "POST", "/v1/calendars", {"id": "ha-tinh", "name": "Lịch của Sở", "unit": DEPARTMENT}
    ),
    "close_units": Case(
        "POST",
        "/v1/calendars/closures",
        {
            "unit": DEPARTMENT,
            "from": "2026-12-22",
            "to": "2026-12-22",
            "name": "Bão số 3",
            "basis": calendars.BASIS,
        },
    ),
    "list_calendar_revisions": Case("GET", f"{_CALENDAR}/versions", holds=calendars.BASIS),
    "get_calendar_revision": Case("GET", _REVISION),
    "check_calendar_revision": Case("GET", f"{_REVISION}/check"),
    "enter_calendar_revision": Case(
        "POST", f"{_CALENDAR}/versions", {"basis": "QĐ 1", "units": [DEPARTMENT]}
    ),
    "preview_calendar_revision": Case("POST", f"{_REVISION}/preview"),
    "list_calendar_moves": Case("GET", f"{_REVISION}/preview"),
    "approve_calendar_revision": Case("POST", f"{_REVISION}/approval", {"preview": "0" * 64}),
    "apply_calendar_revision": Case("POST", f"{_REVISION}/activation"),
    "start_job": Case(
        "POST",
        "/v1/jobs",
        {"kind": "rehoming", "units": [DEPARTMENT, OTHER], "successor": OTHER, "basis": "QĐ 1"},
    ),
    "list_jobs": Case("GET", "/v1/jobs", holds=str(JOB)),
    "get_job": Case("GET", f"/v1/jobs/{JOB}"),
    "list_job_items": Case("GET", f"/v1/jobs/{JOB}/items"),
    "cancel_job": Case("POST", f"/v1/jobs/{JOB}/cancel"),
    "list_administration_events": Case("GET", "/v1/administration-events"),
    "list_gaps": Case("GET", "/v1/register-gaps"),
    "apply_setup": Case("POST", "/v1/setup", content=_FILE.encode(), content_type="application/toml"),
    "export_setup": Case("GET", "/v1/setup"),
    "read_metrics": Case("GET", "/metrics"),
}
