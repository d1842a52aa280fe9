"""An applicant's own dossiers by what they have to do, page by page.

What waits for the applicant stands before what goes on, and that before what is done. Nothing of it is logged: people read what
is theirs.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from hoso_models import DossierStatus as Status
from hoso_models.storage.database import Database
from hoso_models.tables import fee
from hoso_workflows import localtime, pagination
from hoso_workflows.lifecycle.fees import LAPSED
from hoso_workflows.lifecycle.rules import AWAITING
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import table
from hoso_workflows.organisation.permissions.relations import Relation, files_online
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST = "list_dossiers"
OWN = Keyset("own", filed_at=pagination.INSTANT, id=pagination.IDENTITY)


class Part(StrEnum):
    """Parts of the list."""

    #: The applicant has to do something: answer, pay, fetch the result.
    THEIRS = "theirs"
    #: Others have.
    OPEN = "open"
    #: Nothing more happens.
    DONE = "done"


async def listed(
    db: Database, part: Part, *, reader: UUID, at: datetime, limit: int = 50, after: str | None = None
) -> Page[dict[str, Any]]:
    """One page of a part of one's own dossiers, the newest first. Raises BadCursor."""
    rights = await permissions.held(db, reader, at)
    place = OWN.values(after)
    if Relation.APPLICANT not in table.ACTS[LIST].who or not files_online(rights):
        return Page(())
    asked = Conditions()
    asked.add(_PARTS[part], reader)
    asked.add(f"d.applicant_id = any(array({_PARTIES}))", reader)
    asked.behind("d.filed_at, d.id", place, falling=True)
    sql = _OWN.format(reader=asked.given(reader), conditions="{conditions}", limit="{limit}")
    return await pagination.page(db, sql, asked, OWN, limit=limit, item=partial(_item, at=at))


async def names(db: Database, procedures: Collection[str]) -> Mapping[str, str]:
    """The names of procedures by their codes, as published last."""
    rows = await db.rows(_NAMES, [sorted(set(procedures))])
    return {row.code: row.name for row in rows}


def _item(row: Any, at: datetime) -> dict[str, Any]:
    instants = ("filed_at", "accepted_at", "due_promised", "reception_due", "answer_due", "late_since")
    return {
        **{name: row[name] for name in ("reference", "code", "status", "verdict", "applicant")},
        **{name: row[name] for name in ("authorised_name", "fees_open", "delivery_mode")},
        "represented": not row["own"],
        "late": row["clock_running"] and row["due_legal"] < at,
        "unanswered": row["status"] == Status.FILED
        and row["reception_due"] is not None
        and row["reception_due"] < at,
        "procedure": {"code": row["procedure_code"], "name": row["procedure_name"]},
        "units": {"receiving": row["receiving_name"], "handling": row["handling_name"]},
        **{
            name: localtime.isoformat(row[name])
            for name in (*instants, "result_ready_at", "returned_at", "closed_at")
        },
    }


def _words(statuses: Collection[Status]) -> str:
    return ", ".join(f"'{each.value}'" for each in statuses)


#: What is open of the fees of the dossier `d`.
_OPEN_FEES = f"{fee.OPEN_OF_DOSSIER} and d.status not in ({_words(LAPSED)})"
_WAITS = f"(d.status in ({_words((*AWAITING, Status.FINANCIAL_OBLIGATION, Status.RESULT_READY))}) or open.fees_open > 0)"
#: What another person has filed in one's name is that person's to go on with.
_THEIRS = f"({_WAITS} and pa.principal_id is not distinct from {{0}}::uuid)"
_PARTS: Mapping[Part, str] = {
    Part.THEIRS: _THEIRS,
    Part.OPEN: f"d.closed_at is null and not {_THEIRS}",
    Part.DONE: f"d.closed_at is not null and not {_THEIRS}",
}
#: One's own, and those in whose name somebody else has filed.
_PARTIES = """select id from party where principal_id = {0} union
  select n.id from identity i join party n on n.identifier = i.identifier where i.principal_id = {0} and i.unlinked_at is null"""
_OWN = f"""
select d.id, d.reference, d.code, d.status, d.verdict, d.procedure_code, v.name as procedure_name, d.delivery_mode,
  ru.name as receiving_name, hu.name as handling_name, d.filed_at, d.accepted_at, d.due_promised, d.reception_due, d.answer_due,
  d.due_legal, d.clock_running, d.late_since, d.result_ready_at, d.returned_at, d.closed_at, open.fees_open, pa.name as applicant, pa.authorised_name,
  pa.principal_id is not distinct from {{reader}}::uuid as own
from dossier d join workflow_version v on v.id = d.workflow_version_id join party pa on pa.id = d.applicant_id
join unit ru on ru.code = d.receiving_unit join unit hu on hu.code = d.handling_unit
cross join lateral ({_OPEN_FEES}) open
where {{conditions}} order by d.filed_at desc, d.id desc limit {{limit}}
"""  # noqa: S608 - fixed text of this module
_NAMES = """
select distinct on (procedure_code) procedure_code as code, name from workflow_version
where procedure_code = any($1::text[]) and status in ('active', 'retired')
order by procedure_code, number desc
"""
