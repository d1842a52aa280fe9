"""Audit: verify every chain and compare all stored data with its events.

The engine's state is opaque; it is compared by the seal of the newest command, its open tasks and incidents. `rebuild`
writes all projections of a dossier from its events; on a sound database it changes nothing. A chain
that was rewritten as a whole, and a dossier deleted with all its rows, are detectable only by an anchor outside of the
database (ADR 0027).
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import events
from hoso_workflows.audit import comparison, finding, records, stored_dossier
from hoso_workflows.audit.finding import Difference, Findings
from hoso_workflows.audit.house import differences as house_differences
from hoso_workflows.audit.house import seal as seal_row
from hoso_workflows.audit.rebuild import rebuild, take_traces_away, traces_of
from hoso_workflows.audit.rules import Rules
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import ChainBroken, Link
from hoso_workflows.organisation import administration
from hoso_workflows.procedures import damage

__all__ = [
    "AuditProgress",
    "Difference",
    "administration_differences",
    "broken_link",
    "differences",
    "house_differences",
    "rebuild",
    "seal_row",
    "take_traces_away",
    "traces_of",
]


@dataclass(slots=True)
class AuditProgress:
    """Progress of an audit."""

    dossiers: int = 0
    #: Those with payloads erased by law, whose contents cannot be verified.
    erased: int = 0

    def count(self, links: Iterable[Link]) -> None:
        """Count a dossier."""
        self.dossiers += 1
        self.erased += any(link.salt is None for link in links)


async def differences(
    service: DossierService, key: str | None = None, progress: AuditProgress | None = None
) -> AsyncIterator[Difference]:
    """Every difference, of one dossier by its reference or code, or of all.

    An unreadable part is a difference too, and the audit goes on. A damaged package or calendar is one difference, whatever number of
    dossiers it concerns; of these everything else is compared.
    """
    progress = progress or AuditProgress()
    rules = Rules(service)
    if key is None:
        for damaged in await damage.everywhere(service.db):
            rules.note(damaged)
    since, beyond = await records.since(service), await records.beyond(service.db.rows, key)
    async for rows in _batched(stored_dossier.rows(service, key)):
        readable, found = _linked(rows)
        for difference in found:
            yield difference
        kept_of = await records.of(service, readable, since, beyond)
        for row in rows:
            if row.id in readable:
                progress.count(readable[row.id])
                for difference in await comparison.compared(rules, row, readable[row.id], kept_of[row.id]):
                    yield difference
    if key is None:
        for identity in await stored_dossier.vanished(service):
            yield Difference(str(identity), "dossier", finding.ABSENT, finding.PRESENT)
    for difference in rules.differences:
        yield difference


async def broken_link(service: DossierService, key: str) -> ChainBroken | None:
    """The first event of a dossier's chain that does not verify; None where there is none, or it cannot be read."""
    async for rows in _batched(stored_dossier.rows(service, key)):
        readable, _ = _linked(rows)
        for row in rows:
            try:
                events.verify(readable.get(row.id, ()), row.id, row.head)
            except ChainBroken as broken:
                return broken if row.id in readable else None
    return None


async def administration_differences(db: Database) -> list[Difference]:
    """The chains of acts of administration that do not verify."""
    return [
        Difference(
            broken.authority, say("act of administration {n}", n=broken.number), broken.why, say("unaltered")
        )
        for broken in await administration.verify(db)
    ]


def _linked(rows: Sequence[Any]) -> tuple[dict[UUID, Sequence[Link]], list[Difference]]:
    """The links of each dossier, and what cannot be read of them."""
    links, found = dict[UUID, Sequence[Link]](), list[Difference]()
    for row in rows:
        findings = Findings(row.reference, row.columns["code"])
        with findings.guarded(say("chain")):
            links[row.id] = [stored_dossier.link(entry) for entry in row.links or ()]
        found += findings.differences
    return links, found


async def _batched(rows: AsyncIterator[Any]) -> AsyncIterator[list[Any]]:
    batch: list[Any] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == stored_dossier.BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
