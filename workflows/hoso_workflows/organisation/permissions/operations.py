"""Operations of the REST API that a principal may use, and in which units."""

from collections.abc import Iterator, Mapping
from typing import Any

from hoso_models import PrincipalKind
from hoso_workflows.organisation.permissions.rights import (
    ADMINISTRATOR,
    APPROVER,
    ASSIGNERS,
    AUDITOR,
    DECLARER,
    OFFICES,
    RECEPTION,
    Right,
    Rights,
)

#: What everybody may do who files for themselves, by the names of the REST API's operations.
APPLICANTS = ("file_dossier", "get_dossier", "receive_supplement", "withdraw_dossier")
#: What whoever plays a role in a unit may do there.
OFFICERS = (
    "search_user_tasks",
    "assign_user_task",
    "unassign_user_task",
    "complete_user_task",
    "propose_supplement",
    "get_dossier",
    "list_overdue",
    "report_lateness",
    "get_duty_roster",
)
#: What some roles may do besides; offices do it for the unit and, but for publication, all below it.
BY_ROLE: Mapping[str, tuple[str, ...]] = {
    RECEPTION: (
        "file_dossier",
        "accept_dossier",
        "refuse_dossier",
        "ask_supplement",
        "receive_supplement",
        "withdraw_dossier",
    ),
    **dict.fromkeys(ASSIGNERS, ("assign_to_others", "resolve_incident", "enter_duty_roster")),
    DECLARER: ("declare_version", "submit_version"),
    APPROVER: ("approve_version", "activate_version"),
    ADMINISTRATOR: (
        *("list_overdue", "report_lateness", "explain_deadline", "resolve_incident"),
        *("get_duty_roster", "enter_duty_roster", "preview_rehoming", "rehome_unit", "list_rehomings"),
    ),
    AUDITOR: ("get_dossier", "list_events", "list_overdue", "report_lateness"),
}


def allowed_operations(rights: Rights) -> list[dict[str, Any]]:
    """Allowed operations with their units. An empty list of units means one's own dossiers."""
    found: dict[str, set[str]] = {}
    if rights.kind in (PrincipalKind.CITIZEN, PrincipalKind.PARTNER):
        found = {act: set() for act in APPLICANTS}
    for act, unit in (each for right in rights.held for each in _of(right)):
        found.setdefault(act, set()).add(unit)
    return [{"act": act, "units": sorted(units)} for act, units in sorted(found.items())]


def _of(right: Right) -> Iterator[tuple[str, str]]:
    acts = BY_ROLE.get(right.role, ())
    if right.role not in OFFICES:
        acts += OFFICERS
    for act in acts:
        yield act, right.unit
        yield from ((act, below) for below in right.below)
