"""Lists of notices: what each person was told, mailed or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_models.tables.base import described
from hoso_workflows import errors, pagination
from hoso_workflows.notifications import wording
from hoso_workflows.pagination import Conditions, Keyset, Page

#: Unread ones before read ones, the newest first.
NOTICES = Keyset(unread=pagination.TRUTH, id=pagination.LARGE_NUMBER)


@described("How far a notice has come.")
class Reach(StrEnum):
    """Reach of a notice."""

    #: It stands in the list of its reader; no mail went out.
    LISTED = "listed"
    #: A mail server took it as well.
    SENT = "sent"
    #: It stands in the list; the mail could not be delivered.
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in the list of its reader."""

    id: int
    topic: str
    #: In Vietnamese, as a mail of it says.
    title: str
    text: str
    status: Reach
    #: The dossier's reference, code and procedure; None where it is about none.
    dossier: Mapping[str, str | None] | None
    #: The long job that has ended; None where it is about none.
    job: UUID | None
    at: datetime
    read_at: datetime | None


async def listed(
    db: Database, reader: UUID, *, unread: bool = False, limit: int = 50, after: str | None = None
) -> Page[Notice]:
    """One page of a person's notices, unread ones first, then the newest.

    One that is read while somebody pages comes once more, among those that were read.
    """
    asked = Conditions()
    asked.add("n.principal_id = {}", reader)
    if unread:
        asked.add("(n.read_at is null)")
    asked.behind("(n.read_at is null), n.id", NOTICES.values(after), falling=True)
    return await pagination.page(db, _LISTED, asked, NOTICES, limit=limit, item=_notice)


async def unread(db: Database, reader: UUID) -> int:
    """The number of notices that a person has not read."""
    row = await db.row(_UNREAD, [reader])
    return int(row.number) if row else 0


async def mark(db: Database, reader: UUID, notice: int, *, at: datetime) -> None:
    """Mark one's own notice as read; when it was read first stays. Raises NotFound."""
    if not await db.one_statement(_MARK, [reader, notice, at]):
        raise errors.NotFound("notice", notice)


async def mark_up_to(db: Database, reader: UUID, last: int, *, at: datetime) -> int:
    """Mark one's notices up to a number as read; count those that were not."""
    return len(await db.one_statement(_MARK_UP_TO, [reader, last, at]))


def _notice(row: Any) -> Notice:
    title, text = wording.said(row.topic, row.payload)
    about = {"reference": row.reference, "code": row.code, "procedure": row.procedure}
    return Notice(
        row.id,
        row.topic,
        title,
        text,
        Reach(row.status),
        about if row.reference else None,
        UUID(row.payload["job"]) if "job" in row.payload else None,
        row.at,
        row.read_at,
    )


#: A message that is gone was sent: others are never deleted (`operation/retention.py`).
_LISTED = """
select n.id, n.topic, n.payload, n.at, n.read_at, n.read_at is null as unread,
  d.reference, d.code, d.procedure_code as procedure,
  case when o.id is null or o.sent_at is not null then 'sent'
    when o.aside in ('refused', 'given_up', 'unsure') then 'undeliverable' else 'listed' end as status
from notice n left join dossier d on d.id = n.dossier_id left join outbox o on o.id = n.message_id
where {conditions}
order by (n.read_at is null) desc, n.id desc limit {limit}
"""
_UNREAD = "select count(*) as number from notice where principal_id = $1 and read_at is null"
_MARK = "update notice set read_at = coalesce(read_at, $3) where principal_id = $1 and id = $2 returning id"
_MARK_UP_TO = """
update notice set read_at = $3 where principal_id = $1 and read_at is null and id <= $2 returning id
"""
