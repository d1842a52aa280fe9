"""Requests of everybody about the catalogue, service levels and agencies' systems, and the entries that they name.

Whoever may is told what is wrong, and nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hoso_models.storage import database
from support import databases
from support.permission_case import Case
from support.world import DEPARTMENT, FOUNDED, SINCE, person

CODE, SYSTEM = "8.100001", person("entry", "system")
_HEAD = person("head")
_CONTENT: Mapping[str, Any] = {
    "name": "Cấp giấy",
    "authority": DEPARTMENT,
    "level": "province",
    "field": "Văn hóa",
}


async def enter(db: database.Database) -> None:
    """Enter what the cases ask about."""
    for sql, *values in _ENTRIES:
        await databases.changed(db.url, sql, *values)


_VERSION = """
insert into procedure_entry_version (procedure_code, number, name, field, level, authority, decision_no, decision_date, published_at,
  entered_at, entered_by, kind, valid_from)
values ($1, 1, 'Cấp giấy', 'Văn hóa', 'province', $2, '1/QĐ', $3, $4, $4, $5, 'new', $3)
"""
_SEARCH = """
insert into procedure_entry_search (procedure_code, number, valid_from, abolished, name, field, level, authority, missing, words, accented)
values ($1, 1, $3, false, 'Cấp giấy', 'Văn hóa', 'province', $2, '{}', 'cap', 'cấp')
"""
_DRAFT = """
insert into procedure_entry_draft (procedure_code, authority, content, opened_at, opened_by, changed_at, changed_by)
values ($1, $2, '{"name": "Cấp giấy mới", "authority": "H27.SVHTTDL", "level": "province", "field": "Văn hóa"}', $3, $4, $3, $4)
"""
_SYSTEM = """
insert into agency_system (id, unit_code, name, purpose, state, state_from, entered_at, entered_by, changed_at, changed_by)
values ($1, $2, 'Cổng', 'Nhận hồ sơ', 'apart', $3, $4, $5, $4, $5)
"""
_SEEN = "insert into embedding_seen (day, host, kind, seen) values ($1, 'so.example.vn', 'frame', 3)"
_ENTRIES: tuple[tuple[Any, ...], ...] = (
    (_VERSION, CODE, DEPARTMENT, SINCE, FOUNDED, _HEAD),
    (_SEARCH, CODE, DEPARTMENT, SINCE),
    (_DRAFT, CODE, DEPARTMENT, FOUNDED, _HEAD),
    (_SYSTEM, SYSTEM, DEPARTMENT, SINCE, FOUNDED, _HEAD),
    (_SEEN, date(2026, 3, 2)),
)
_C, _LATE = f"/v1/catalogue/{CODE}", date(2099, 1, 1).isoformat()
_STATE = {"state": "integrated", "state_from": _LATE}

CASES: Mapping[str, Case] = {
    "list_catalogue": Case("GET", "/v1/catalogue?counts=true", holds=CODE),
    "check_catalogue": Case("GET", "/v1/catalogue/findings"),
    "list_catalogue_lags": Case("GET", "/v1/catalogue/lags", holds=CODE),
    "export_catalogue": Case("GET", "/v1/catalogue/export?format=json", holds=CODE),
    "import_catalogue": Case("POST", "/v1/catalogue/import", content=b"{}", content_type="application/json"),
    "get_catalogue_entry": Case("GET", _C, holds=CODE),
    "list_entry_versions": Case("GET", f"{_C}/versions", holds=CODE),
    "list_entry_drafts": Case("GET", f"/v1/catalogue/drafts?unit={DEPARTMENT}", holds=CODE),
    "get_entry_draft": Case("GET", f"{_C}/draft", holds=CODE),
    "save_entry_draft": Case("PUT", f"{_C}/draft", {"content": _CONTENT, "version": 99}),
    "discard_entry_draft": Case("DELETE", f"{_C}/draft?version=99"),
    "publish_entry": Case(
        "POST",
        f"{_C}/publication",
        {
            "kind": "amended",
            "decision_no": "2/QĐ",
            "decision_date": "2026-03-02",
            "published_at": "2099-01-01T08:00:00+07:00",
            "valid_from": "2026-04-01",
        },
    ),
    "list_service_levels": Case("GET", "/v1/service-levels"),
    "set_service_level": Case(
        "POST",
        "/v1/service-levels",
        {
            "code": CODE,
            "kind": "3",
            "decision_no": "3/QĐ",
            "decision_date": "2026-03-02",
            "valid_from": "2026-04-01",
        },
    ),
    "list_embedding_sites": Case(
        "GET", "/v1/embedding-sites?from=2026-03-02&to=2026-03-02", holds="so.example.vn"
    ),
    "list_agency_systems": Case("GET", "/v1/agency-systems", holds=str(SYSTEM)),
    "enter_agency_system": Case(
        "POST", "/v1/agency-systems", {"unit": DEPARTMENT, "name": "Cổng 2", "purpose": "Tra cứu", **_STATE}
    ),
    "change_agency_system": Case("POST", f"/v1/agency-systems/{SYSTEM}/state", _STATE),
}
