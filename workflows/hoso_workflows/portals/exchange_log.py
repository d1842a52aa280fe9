"""Sync log of a portal: statuses, filings, answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Any

from hoso_models.storage.database import Database
from hoso_models.tables.base import described
from hoso_workflows import errors, pagination
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.portals import feed

LOG = "list_portal_log"
#: The sources: statuses, filings, answers.
LINES = Keyset("log", at=pagination.INSTANT, source=pagination.NUMBER, id=pagination.LARGE_NUMBER)


@described("Which way an exchange with a portal went.")
class ExchangeDirection(StrEnum):
    """Directions, as we see them."""

    #: From us to the portal.
    OUT = "out"
    #: From the portal to us.
    IN = "in"


@described("What was exchanged with a portal.")
class ExchangeSubject(StrEnum):
    """Subjects of an exchange."""

    #: A status of a dossier.
    STATUS = "status"
    #: A dossier that the portal filed.
    FILING = "filing"
    #: An acknowledgement.
    ACKNOWLEDGEMENT = "acknowledgement"
    #: A comparison.
    RECONCILIATION = "reconciliation"


@described("What became of an exchange with a portal.")
class ExchangeResult(StrEnum):
    """Results of an exchange."""

    #: It was not given to the portal yet.
    WAITING = "waiting"
    #: The portal was given it, and has not acknowledged it.
    GIVEN = "given"
    #: The portal has applied it.
    ACKNOWLEDGED = "acknowledged"
    #: The portal does not take it.
    REFUSED = "refused"
    #: Its receiver did not take it for too long; somebody has to look.
    SET_ASIDE = "set_aside"
    #: What the portal said was done.
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log."""

    direction: ExchangeDirection
    subject: ExchangeSubject
    #: By which a status is told anew.
    id: int
    at: datetime
    reference: str | None
    code: str | None
    procedure: str | None
    #: The number of a status among those of its dossier, and its code on the portal.
    number: int | None
    portal_code: int | None
    #: SHA-256 in hex of what was said; None of a filing, whose contents stand in the dossier's chain.
    sha256: str | None
    result: ExchangeResult
    attempts: int
    given_at: datetime | None
    #: When it is sent again; None for what is not.
    again_at: datetime | None
    #: Why it was not taken, or is not; of an answer what came of it.
    reason: str | None
    found: dict[str, Any]


async def listed(
    db: Database,
    portal: str,
    units: Sequence[str] | None,
    *,
    unsettled: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[Line]:
    """One page of the log of a portal, the newest first.

    With `unsettled` only statuses that are not acknowledged.

    Raises NotFound for a portal of other units.
    """
    scoped = units if units is None else list(units)
    if not await db.rows(_PORTAL, [portal, scoped]):
        raise errors.NotFound("portal", portal)
    asked = Conditions()
    asked.add("x.portal = {}", portal)
    if unsettled:
        asked.add("not x.settled")
    asked.behind("x.at, x.source, x.id", LINES.values(after), falling=True)
    return await pagination.page(db, _LISTED, asked, LINES, limit=limit, item=_line)


def _line(row: Any) -> Line:
    sha256 = feed.digest(row.payload) if row.payload is not None else row.sha256 and row.sha256.hex()
    return Line(
        *(
            ExchangeDirection(row.direction),
            ExchangeSubject(row.subject),
            row.id,
            row.at,
            row.reference,
            row.code,
            row.procedure,
        ),
        *(
            row.number,
            row.portal_code,
            sha256,
            ExchangeResult(row.result),
            row.attempts,
            row.given_at,
            row.again_at,
        ),
        *(row.reason, row.found or {}),
    )


_PORTAL = (
    "select 1 from partner_portal where code = $1 and ($2::text[] is null or unit_code = any($2)) limit 1"
)
_LISTED = resources.files("hoso_workflows.portals").joinpath("exchange_log.sql").read_text(encoding="utf-8")
