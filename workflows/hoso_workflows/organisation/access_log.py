"""The access log: reads of personal data, refusals, and acts of administration.

A read that is granted has its row before it is answered: in the statement that reads (`around`), else in one of its own (`record_read`).
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage import standbys
from hoso_models.storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a request: credential, network, and what its sender says."""

    #: The open part of the token, the id of the key, the id of the session.
    credential: str | None = None
    address: str | None = None
    #: Why somebody reads outside of their own tasks, in their words.
    reason: str | None = None
    #: The task or search that led there.
    led_by: str | None = None


#: Of who is asked within the house.
WITHIN = Origin()
_ASKED: ContextVar[Origin] = ContextVar("origin of what is asked", default=WITHIN)


def asked_from(origin: Origin) -> None:
    """Remember the origin of the present request, for refusals deep inside it."""
    _ASKED.set(origin)


@dataclass(frozen=True, slots=True)
class Access:
    """A read that was granted."""

    principal: UUID
    act: str
    #: The reference of the dossier, the id of the person, or what a list was narrowed to.
    subject: str | None
    at: datetime
    #: The most that the act tells, as the table of permissions says.
    fields: str
    #: The unit by whose right it is, and the absent officer's where it is theirs.
    unit: str | None = None
    on_behalf_of: UUID | None = None
    origin: Origin = WITHIN

    @property
    def parameters(self) -> list[Any]:
        """The values of `_COLUMNS` in their order."""
        said = self.origin
        return [
            *(self.principal, self.act, self.subject, self.at, self.fields, self.unit, self.on_behalf_of),
            *(said.credential, said.address, said.reason, said.led_by),
        ]


_COLUMNS = (
    "principal_id, act, subject, at, fields, unit_code, on_behalf_of, credential, address, reason, led_by,"
    " granted, count, digest, detail"
)
_TYPES = ("uuid", "text", "text", "timestamptz", "text", "text", "uuid", "text", "text", "text", "text")


def _values(first: int) -> str:
    return ", ".join(f"${first + place}::{kind}" for place, kind in enumerate(_TYPES))


async def record_read(db: Database, access: Access, ids: Iterable[object] | None = None) -> None:
    """Record a granted read, with the ids of a list: their number and digest."""
    listed = None if ids is None else [str(each) for each in ids]
    count = None if listed is None else len(listed)
    await db.one_statement(_READ, [*access.parameters, count, None if listed is None else digest(listed)])


#: A reader does not wait for the disk: a power cut may take the reads of the last second, nothing else does (ADR 0040).
_READ = f"""
insert into access_log ({_COLUMNS})
select {_values(1)}, true, $12::integer, $13::bytea, '{{}}' from {standbys.UNHURRIED}
"""  # noqa: S608 - fixed text of this module


def digest(ids: Sequence[str]) -> bytes:
    """SHA-256 over the ids of a list in its order, with commas between."""
    return hashlib.sha256(",".join(ids).encode()).digest()


def around(sql: str, parameters: list[Any], access: Access, order: str, limit: int) -> str:
    """Make a SELECT of a list record its own reading.

    The parameters of the record are appended. The list has a column `id`, is in that order, and shows `limit` rows of those that it finds.
    """
    first = len(parameters) + 1
    parameters += [*access.parameters, limit]
    return _AROUND.format(sql=sql, order=order, limit=f"${first + 11}", values=_values(first))


_AROUND = f"""
with listed as materialized ({{sql}}), shown as (select * from listed order by {{order}} limit {{limit}}),
seen as (
  insert into access_log ({_COLUMNS})
  select {{values}}, true, total.count, total.digest, '{{{{}}}}' from {standbys.UNHURRIED} cross join (
    select count(*) as count,
      sha256(convert_to(coalesce(string_agg(shown.id::text, ',' order by {{order}}), ''), 'UTF8')) as digest
    from shown
  ) total
) select * from listed order by {{order}}
"""  # noqa: S608 - fixed text of this module


async def record_refusal(
    db: Database,
    principal: UUID,
    act: str,
    subject: str | None,
    at: datetime,
    origin: Origin = WITHIN,
) -> None:
    """Record a refused attempt, from the request's origin where no other is given.

    One by an unknown principal is stored without a name.
    """
    asked = _ASKED.get() if origin is WITHIN else origin
    said = asked.credential, asked.address, asked.reason, asked.led_by
    await db.one_statement(_REFUSED, [principal, act, subject, at, *said])


_REFUSED = """
insert into access_log (principal_id, act, subject, at, granted, detail, credential, address, reason, led_by)
values ((select id from principal where id = $1), $2, $3, $4, false, '{}', $5, $6, $7, $8)
"""


async def record(
    tx: Transaction, principal: UUID, act: str, subject: str, at: datetime, **detail: str
) -> None:
    """Record an act of administration that no other row records."""
    await tx.rows(_DONE, [principal, act, subject, at, detail])


_DONE = """
insert into access_log (principal_id, act, subject, at, granted, detail) values ($1, $2, $3, $4, true, $5::jsonb)
"""
