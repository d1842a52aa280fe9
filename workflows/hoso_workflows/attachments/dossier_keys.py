"""Keys that seal the files of a dossier, one each.

They lie in the database, sealed by the installation's key. Whoever deletes a key has shredded the dossier's files: neither the
store nor a copy of it opens them any more.
"""

import secrets
from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows.identity.sealing import LENGTH, Seal


async def made(db: Database, seal: Seal, dossier: UUID, at: datetime) -> bytes:
    """The key of a dossier, made where there is none."""
    sealed = seal.close(secrets.token_bytes(LENGTH), dossier.bytes)
    await db.one_statement(_MAKE, [dossier, sealed, at])
    key = await existing(db, seal, dossier)
    assert key is not None  # noqa: S101 - it was made just now
    return key


async def existing(db: Database, seal: Seal, dossier: UUID) -> bytes | None:
    """The key of a dossier; None where there is none, or none any more. Raises sealing.Broken."""
    row = await db.row("select sealed from dossier_key where dossier_id = $1", [dossier])
    return None if row is None else seal.open(row.sealed, dossier.bytes)


async def shred(db: Database, dossier: UUID) -> bool:
    """Delete the key of a dossier, and with it every file; True if there was one."""
    return bool(await db.one_statement(_SHRED, [dossier]))


#: Of two who make it at once, the first one's stays.
_MAKE = """
insert into dossier_key (dossier_id, sealed, made_at) values ($1, $2, $3) on conflict (dossier_id) do nothing
returning dossier_id
"""
_SHRED = "delete from dossier_key where dossier_id = $1 returning dossier_id"
