"""Writing a dossier's projections anew from its events; on a sound database it changes nothing."""

from collections.abc import Sequence
from typing import Any

from hoso_workflows import events, refusals, statements, writing
from hoso_workflows.audit import stored
from hoso_workflows.events import Link
from hoso_workflows.office import Office
from hoso_workflows.projections import Projection


async def rebuild(office: Office, key: str) -> None:
    """Write all projections of a dossier from its events, while nobody else writes it.

    Raises NotFound, HistoryBroken, Erased.
    """
    async with office.db.transaction() as tx:
        locked = await tx.rows(_LOCK, [key])
        if not locked:
            raise refusals.NotFound("dossier", key)
        for dossier, *_ in locked:
            row = await stored.row(tx.rows, dossier)
            links = [stored.link(entry) for entry in row.links or ()]
            _verify(row, links)
            if any(link.salt is None for link in links):
                raise refusals.Erased(row.reference)
            projection = await stored.projected(office, [link.event for link in links])
            for statement, known in zip(statements.STRAY, _known(projection), strict=True):
                await tx.rows(statement, [dossier, known])
            state = projection.state
            drawn = await stored.version(office, state.procedure, state.version, state.case)
            written = writing.projected(projection, projection.clock.dates(), drawn.specification)
            await tx.rows(statements.REBUILD, [dossier, *written])
            await tx.rows(statements.MOVE, [dossier, projection.state.version])


def _verify(row: Any, links: Sequence[Link]) -> None:
    try:
        events.verify(links, row.id, row.head)
    except events.ChainBroken as broken:
        raise refusals.HistoryBroken(row.reference, str(broken)) from broken


def _known(projection: Projection) -> tuple[Any, ...]:
    """The rows that the events speak of, as `statements.STRAY` asks for them."""
    letters = list(map(stored.letter_name, projection.letters))
    return list(projection.tasks), len(projection.clock.promises), list(projection.timers), letters


_LOCK = """
select d.id, e.version from dossier d join engine_state e on e.dossier_id = d.id
where d.reference = $1 or d.code = $1 for update of e
"""
