"""A portal of another authority in the world of the matrix, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from hoso_models.storage.database import Database
from support.permission_case import Case
from support.world import DEPARTMENT, FOUNDED, PROVINCE, SINCE, person

#: The portal of a department, and the system that speaks for it.
PORTAL, SPEAKER = "cong-mau", person("partner", "", 2)
_PORTAL, _ENTRY = f"/v1/portals/{PORTAL}", f"/v1/partner-portals/{PORTAL}"


async def enter(db: Database) -> None:
    """Enter the portal."""
    entered = [PORTAL, DEPARTMENT, SPEAKER, SINCE, person("administrator", PROVINCE), FOUNDED]
    await db.one_statement(_ENTER, entered)


_ENTER = """
insert into partner_portal (code, name, unit_code, concerns, principal_id, basis, valid_from, entered_by, entered_at)
values ($1, 'Cổng mẫu', $2, 'all', $3, 'QĐ 1', $4, $5, $6)
"""
CASES: Mapping[str, Case] = {
    "list_portals": Case("GET", "/v1/partner-portals"),
    # Nobody speaks for it: whoever may enter one is told so, and nothing is entered.
    "enter_portal": Case(
        "POST",
        "/v1/partner-portals",
        {
            "code": "cong-khac",
            "name": "Cổng",
            "unit": DEPARTMENT,
            "principal": str(UUID(int=9)),
            "basis": "QĐ 1",
            "valid_from": "2026-04-01",
        },
    ),
    "end_portal": Case("POST", f"{_ENTRY}/end", {"last_day": "2099-12-31"}),
    "list_portal_log": Case("GET", f"{_ENTRY}/log"),
    "resend_portal_statuses": Case("POST", f"{_ENTRY}/resend", {}),
    "list_portal_changes": Case("GET", f"{_PORTAL}/changes"),
    "acknowledge_portal_changes": Case("POST", f"{_PORTAL}/acknowledgement", {}),
    "reconcile_portal": Case("POST", f"{_PORTAL}/reconciliation", {"dossiers": []}),
}
