"""Reads by the operator at the shell: each leaves a row in the access log, as a read over REST does."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

import pytest

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation.permissions import table
from support import permission_reports
from support.command_line import hoso, stored
from support.permission_reports import SUBMITTED
from support.procedures import district
from support.procedures.district import ADMINISTRATOR, AT, COMMUNE, DEPARTMENT, FIRST, LAND, TRADE
from support.world import person

MOVE = ("units", "rehome", FIRST, COMMUNE, "--procedure", f"{TRADE}={DEPARTMENT}", "--by", str(ADMINISTRATOR))
JOB = person("entry", "job")
RECEIVER = person("entry", "webhook")
PORTAL = "cong-mau"
#: A command by the act that it does; `{reference}` is a dossier's.
COMMANDS: Mapping[str, Sequence[str]] = {
    "explain_deadline": ("deadlines", "explain", "{reference}"),
    "list_overdue": ("overdue",),
    "list_reported_dossiers": ("report", "--column", "received"),
    "report_officers": ("report", "form", "officers"),
    "list_submitted_dossiers": ("report", "dossiers", str(SUBMITTED), "--column", "late"),
    "list_incidents": ("incidents",),
    "list_tokens": ("tokens", "list"),
    "list_keys": ("keys", "list"),
    "list_undelivered": ("outbox",),
    "preview_escalations": ("escalations", "preview"),
    "list_escalations": ("escalations", "told"),
    "preview_rehoming": (*MOVE, "--dry-run"),
    "list_people": ("people", "list"),
    "list_roles": ("roles", "list"),
    "list_proposals": ("roles", "proposals"),
    "list_substitutions": ("roles", "substitutions"),
    "get_duty_roster": ("duty", "show", DEPARTMENT),
    "list_administration_events": ("units", "acts"),
    "export_setup": ("setup", "--export"),
    "get_permissions": ("permissions", "--who", str(ADMINISTRATOR)),
    "list_access_log": ("access-log",),
    "list_sessions": ("people", "sessions", str(ADMINISTRATOR)),
    "list_disclosures": ("disclosures",),
    "list_urgings": ("urgings", "list"),
    "list_feedback": ("feedback", "list"),
    "list_surpluses": ("payments", "surpluses"),
    "list_takings": ("payments", "takings"),
    "list_payment_disputes": ("payments", "disputes"),
    "list_destructions": ("privacy", "lists"),
    "list_holds": ("privacy", "holds"),
    "list_job_items": ("jobs", "show", str(JOB)),
    "list_unknown_identities": ("providers", "unknown"),
    "list_webhook_deliveries": ("webhooks", "messages", str(RECEIVER)),
    "list_portal_log": ("portals", "log", PORTAL),
}
#: Who read, whether it was granted, by what, and what.
ROWS = """
select p.kind, l.granted, l.credential, l.subject from access_log l join principal p on p.id = l.principal_id
where l.act = '{act}'
"""


@pytest.fixture(scope="module")
def url(server: postgres.Server) -> Iterator[str]:
    """One province with a dossier for all: nothing that is read changes it."""
    with district.founded(server) as url:
        asyncio.run(_filled(url))
        yield url


async def _filled(url: str) -> None:
    async with database.connect(url) as db:
        await district.Province(DossierService(db)).accepted(LAND)
        await db.one_statement(_JOB, [JOB, DEPARTMENT, ADMINISTRATOR, AT])
        await db.one_statement(_RECEIVER, [RECEIVER, DEPARTMENT, ADMINISTRATOR, AT])
        await db.one_statement(_PORTAL, [PORTAL, DEPARTMENT, ADMINISTRATOR, AT])
        await permission_reports.enter(db, DEPARTMENT, ADMINISTRATOR)


_JOB = """
insert into job (id, kind, state, subject, unit_code, ordered_by, ordered_at, updated_at)
values ($1, 'rehoming', 'waiting', $2, $2, $3, $4, $4)
"""
_PORTAL = """
insert into partner_portal (code, name, unit_code, concerns, principal_id, basis, valid_from, entered_by, entered_at)
values ($1, 'Cổng', $2, 'all', $3, 'QĐ 1', '2026-01-01', $3, $4)
"""
_RECEIVER = """
insert into webhook_receiver (id, unit_code, kind, name, url, entered_by, entered_at)
values ($1, $2, 'system', 'Cổng', 'https://cong.example.org/', $3, $4)
"""


def test_every_logged_act_of_the_shell_is_among_them() -> None:
    assert set(COMMANDS) == {act.name for act in table.ROWS if act.logged and act.cli}


@pytest.mark.parametrize("act", COMMANDS)
def test_what_the_operator_reads_leaves_a_row(url: str, act: str) -> None:
    ((reference,),) = stored(url, "select reference from dossier")
    ran = hoso(*(part.format(reference=reference) for part in COMMANDS[act]), url=url)
    assert ran.status == 0, ran.err
    subjects = {
        "explain_deadline": reference,
        "preview_rehoming": FIRST,
        "get_duty_roster": DEPARTMENT,
        "get_permissions": str(ADMINISTRATOR),
        "list_sessions": str(ADMINISTRATOR),
        "list_job_items": str(JOB),
        "list_webhook_deliveries": str(RECEIVER),
        "list_portal_log": PORTAL,
        "list_submitted_dossiers": str(SUBMITTED),
    }
    assert stored(url, ROWS.format(act=act)) == [("operator", True, "shell", subjects.get(act))]
