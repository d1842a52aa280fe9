"""Keys that seal the files of a dossier, one each.

They lie in the database, sealed by the installation's key. An erasure deletes the key with what names the files: neither the store
nor a copy of it opens them any more. A key that is missing without an erasure is put back from a backup, and no other is made.
"""

import secrets
from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows.attachments import refusals
from hoso_workflows.identity.sealing import LENGTH, Seal


async def made(db: Database, seal: Seal, dossier: UUID, at: datetime) -> bytes | None:
    """The key of a dossier, made for its first file; None for a dossier that was erased.

    Raises FileLost where files are there that it has sealed, and sealing.Broken.
    """
    if (key := await existing(db, seal, dossier)) is not None:
        return key
    if (file := await db.row(_SEALED, [dossier])) is not None:
        raise refusals.FileLost(file.id)
    sealed = seal.close(secrets.token_bytes(LENGTH), dossier.bytes)
    await db.one_statement(_MAKE, [dossier, sealed, at])
    return await existing(db, seal, dossier)


async def existing(db: Database, seal: Seal, dossier: UUID) -> bytes | None:
    """The key of a dossier; None where there is none, or none any more. Raises sealing.Broken."""
    row = await db.row("select sealed from dossier_key where dossier_id = $1", [dossier])
    return None if row is None else seal.open(row.sealed, dossier.bytes)


#: A file of $1 dossier that a key has sealed.
_SEALED = "select id from attachment where dossier_id = $1 and object is not null limit 1"
#: Of two who make it at once, the first one's stays. A dossier that is being erased is waited for, and gets none.
_MAKE = """
with kept as (select id from dossier where id = $1 and erased_at is null for share)
insert into dossier_key (dossier_id, sealed, made_at) select id, $2, $3 from kept on conflict (dossier_id) do nothing
returning dossier_id
"""
