"""Facts known of who files: first answers, and filings that say the same.

Each value says where it is from; nothing of it is filed before its owner has seen it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_models import ContactKind
from hoso_models.storage.database import Database
from hoso_workflows.dossiers import filer_identity
from hoso_workflows.identity import contact_points
from hoso_workflows.lifecycle.commands import FileDossier

#: For how long a filing that says the same is asked about before it is filed.
ALIKE = timedelta(hours=24)


class Source(StrEnum):
    """Origins of a value that is offered."""

    #: As the administrator or the provider of the sign-in registered it.
    ACCOUNT = "account"
    #: An address that its owner has proved.
    CONTACT = "contact"
    #: What was filed in one's own name last.
    FILED = "filed"


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is offered, and where it is from."""

    text: str
    source: Source
    #: When it was filed, for what was filed last.
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """A dossier that says the same as a filing."""

    reference: str
    filed_at: datetime


async def of_person(db: Database, person: UUID) -> Mapping[str, Value]:
    """Values of an applicant's fields that are known of a person."""
    (row,) = await db.rows("select name from principal where id = $1", [person])
    found = {"name": Value(row.name, Source.ACCOUNT)}
    for party in await db.rows(_FILED, [person]):
        if filer_identity.same(party.name, row.name):
            found.update(_of(party))
            break
    for each in await contact_points.listed(db, person):
        if each.kind is ContactKind.EMAIL and each.verified_at is not None:
            found["email"] = Value(each.value, Source.CONTACT)
            break
    return found


def _of(party: Any) -> Iterator[tuple[str, Value]]:
    named = ("kind", "identifier", "address", "phone", "email")
    for name, text in (*((each, party[each]) for each in named), ("area", party.area_code)):
        if text:
            yield name, Value(str(text), Source.FILED, party.created_at)


async def alike(db: Database, person: UUID, request: FileDossier, at: datetime) -> Alike | None:
    """The newest dossier of the last day that says the same."""
    asked = [person, request.procedure, request.case, request.applicant.name, dict(request.form), at - ALIKE]
    rows = await db.rows(_ALIKE, asked)
    return Alike(rows[0].reference, rows[0].filed_at) if rows else None


_FILED = """
select name, kind, identifier, address, phone, email, area_code, created_at from party
where principal_id = $1 order by created_at desc, id limit 20
"""
_ALIKE = """
select d.reference, d.filed_at from dossier d join party p on p.id = d.applicant_id
where p.principal_id = $1 and d.procedure_code = $2 and d.case_id = $3 and p.name = $4 and d.form_data = $5::jsonb
  and d.filed_at > $6
order by d.filed_at desc limit 1
"""
