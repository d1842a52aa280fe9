"""Proof that what is stored is what happened: every chain verified, every projection compared with its events.

The engine's state is opaque; it is compared by its open tasks and incidents. `rebuild` writes all projections of a dossier
from its events; on a sound database it changes nothing.
"""

from collections.abc import AsyncIterator

from hoso_workflows.audit import comparison, stored
from hoso_workflows.audit.finding import Difference
from hoso_workflows.audit.rebuilding import rebuild
from hoso_workflows.office import Office

__all__ = ["Difference", "differences", "rebuild"]


async def differences(office: Office, key: str | None = None) -> AsyncIterator[Difference]:
    """Every difference, of one dossier by its reference or code, or of all; what cannot be read is one, and ends nothing."""
    async for row in stored.rows(office, key):
        for difference in await comparison.compared(office, row):
            yield difference
