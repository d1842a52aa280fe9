"""Runs with unusable stored state, listed with the incidents until they are rebuilt."""

from datetime import datetime

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors


async def add(db: Database | Transaction, found: errors.StateDamaged, since: datetime) -> None:
    """List a damaged run with the incidents, once. It stays until its state is rebuilt (`audit.rebuild`)."""
    await db.rows(_DAMAGED, [found.reference, found.process, found.why, since])


#: $1 reference, $2 process, $3 what is wrong, $4 since when.
_DAMAGED = """
insert into damaged_run (dossier_id, element, message, since)
select id, $2, $3, $4 from dossier where reference = $1
on conflict (dossier_id) do nothing
"""
