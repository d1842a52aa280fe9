"""Reconciliation with a portal: its statuses compared with ours, differences told and repaired."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Any
from uuid import UUID

from hoso_models import PortalAnswerKind
from hoso_models.storage.database import Database, Transaction
from hoso_models.tables.base import described
from hoso_workflows.portals import acknowledgement, partners, register, resending

RECONCILE = "reconcile_portal"
#: So many dossiers are compared in one request; a file may hold more.
MOST = 2_000


@described("How a portal's status of a dossier differs from ours.")
class DifferenceKind(StrEnum):
    """Differences between a portal and us."""

    #: We know no such dossier, or never told this portal of it.
    UNKNOWN = "unknown"
    #: It has not applied our last statuses.
    BEHIND = "behind"
    #: It has applied more than we have told.
    AHEAD = "ahead"
    #: It has applied as many, and has another code.
    OTHER_CODE = "other_code"
    #: We told of it, and it is not in a list that says it is complete.
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Theirs:
    """A dossier as the portal has it."""

    #: Its reference, its code, or the code that the portal gave it when it filed it.
    dossier: str
    portal_code: int
    #: The number up to which the portal has applied every status.
    number: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The last status on one side."""

    portal_code: int
    number: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A dossier on which the two sides differ."""

    dossier: str
    kind: DifferenceKind
    ours: Standing | None
    theirs: Standing | None
    #: How many of its statuses are told anew; what still waits is none of them.
    resent: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Findings of a comparison, and what was repaired."""

    compared: int
    #: Dossiers on which both sides agree.
    agreed: int
    #: Statuses that are told anew.
    resent: int
    differences: tuple[Difference, ...]


async def reconcile(
    db: Database,
    portal: str,
    theirs: Sequence[Theirs],
    *,
    complete: bool = False,
    actor: UUID,
    at: datetime,
    operator: bool = False,
) -> Reconciled:
    """Compare a portal's list with what it was told, and repair the differences.

    What it lacks is told anew, and what it has is acknowledged.

    Of a `complete` list dossiers that it lacks are differences too. What the portal has refused is told, not sent again. The same
    list again finds the same differences, and tells nothing anew that waits already. Raises NotFound for who does not speak for the portal.
    """
    async with db.transaction() as tx:
        if operator:
            await register.administered(tx, RECONCILE, portal, actor, at, operator=True)
        else:
            await partners.speaking(tx, RECONCILE, portal, actor, at)
        columns: Any = list(
            zip(*((each.dossier, each.portal_code, each.number) for each in theirs), strict=True)
        )
        names, codes, numbers = columns or ((), (), ())
        said = [portal, list(names), list(codes), list(numbers)]
        rows = [*await tx.rows(_COMPARED, said), *(await tx.rows(_MISSING, said[:2]) if complete else ())]
        await tx.rows(_ACKNOWLEDGED, [portal, *_columns(each for each in rows if _confirms(each)), at])
        resent = await _repaired(tx, portal, rows, at)
        done = _reconciled(rows, resent)
        found = {**asdict(done), "differences": len(done.differences), "complete": complete}
        listed = [asdict(each) for each in theirs]
        kind = PortalAnswerKind.RECONCILIATION
        await acknowledgement.record(tx, portal, kind, actor, at, listed, found)
        return done


async def _repaired(tx: Transaction, portal: str, rows: Sequence[Any], at: datetime) -> Counter[UUID]:
    """Tell anew what the portal lacks; how many statuses of each dossier."""
    lacking = [each for each in rows if _kind(each) in _REPAIRED]
    found = await tx.rows(_LACKING, [portal, *_columns(lacking)])
    await resending.again(tx, portal, [row.id for row in found], at)
    return Counter(UUID(int=row.dossier_id.int) for row in found)


def _reconciled(rows: Sequence[Any], resent: Counter[UUID]) -> Reconciled:
    differences = tuple(_differences(rows, resent))
    return Reconciled(len(rows), len(rows) - len(differences), resent.total(), differences)


def _differences(rows: Iterable[Any], resent: Counter[UUID]) -> Iterator[Difference]:
    for row in rows:
        kind = _kind(row)
        if kind is not None:
            ours = None if row.number is None else Standing(row.portal_code, row.number)
            theirs = None if row.their_number is None else Standing(row.their_code, row.their_number)
            again = 0 if row.dossier_id is None else resent[UUID(int=row.dossier_id.int)]
            yield Difference(row.dossier, kind, ours, theirs, again)


def _kind(row: Any) -> DifferenceKind | None:
    """The difference in a row, None where both sides agree."""
    if row.number is None:
        return DifferenceKind.UNKNOWN
    if row.their_number is None:
        return DifferenceKind.MISSING
    if row.their_number != row.number:
        return DifferenceKind.BEHIND if row.their_number < row.number else DifferenceKind.AHEAD
    return None if row.their_code == row.portal_code else DifferenceKind.OTHER_CODE


def _confirms(row: Any) -> bool:
    """True where the portal has applied what it says."""
    return _kind(row) in (None, DifferenceKind.BEHIND)


def _columns(rows: Iterable[Any]) -> tuple[list[UUID], list[int]]:
    """The dossiers of rows, and the number up to which nothing is lacking."""
    found = [(row.dossier_id, _sound(row)) for row in rows]
    return [dossier for dossier, _ in found], [number for _, number in found]


def _sound(row: Any) -> int:
    """The number up to which a portal has what it was told.

    Where the codes differ it is that of the status before the last.
    """
    if _kind(row) is DifferenceKind.OTHER_CODE:
        return int(row.number) - 1
    return int(row.their_number or 0)


#: What telling anew can repair.
_REPAIRED = frozenset({DifferenceKind.BEHIND, DifferenceKind.OTHER_CODE, DifferenceKind.MISSING})
_COMPARED = resources.files("hoso_workflows.portals").joinpath("compared.sql").read_text(encoding="utf-8")
#: $1 portal, $2 dossiers that were listed.
_MISSING = """
select distinct on (s.dossier_id) d.reference as dossier, s.dossier_id, s.number, s.portal_code,
  null::integer as their_number, null::integer as their_code
from portal_status s join dossier d on d.id = s.dossier_id left join portal_filing f on f.portal = $1 and f.dossier_id = d.id
where s.portal = $1 and d.reference <> all($2::text[]) and (d.code is null or d.code <> all($2))
  and (f.external_code is null or f.external_code <> all($2))
order by s.dossier_id, s.number desc
"""
#: $1 portal, $2 dossiers, $3 the number of each up to which it was applied, $4 instant.
_ACKNOWLEDGED = """
update portal_status s set acknowledged_at = $4, delivered_at = coalesce(s.delivered_at, $4)
from unnest($2::uuid[], $3::integer[]) as t(dossier_id, number)
where s.portal = $1 and s.dossier_id = t.dossier_id and s.number <= t.number
  and s.acknowledged_at is null and s.refused_at is null
"""
#: $1 portal, $2 dossiers, $3 the number of each behind which something is lacking. What waits is left, and what was refused.
_LACKING = f"""
select s.id, s.dossier_id from unnest($2::uuid[], $3::integer[]) as t(dossier_id, number)
join portal_status s on s.portal = $1 and s.dossier_id = t.dossier_id and s.number > t.number
where s.refused_at is null and {resending.GONE}
order by s.id for update of s
"""  # noqa: S608 - fixed text of this module
