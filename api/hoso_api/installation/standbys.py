"""Standbys of the database that have to confirm what is stored, and do not."""

from hoso_calendar.messages import say
from hoso_models.storage import standbys
from hoso_models.storage.database import Database


async def trouble(db: Database) -> str | None:
    """Their trouble, as far as the server and this process know it, or None."""
    state = await db.row(standbys.STATE)
    if state.named and not state.connected:
        return say("what is stored waits for a standby ({named}), and none is connected", named=state.named)
    if state.named and db.standbys.silent:
        return say("what is stored waits for a standby ({named}) that does not confirm", named=state.named)
    return None
