"""Deletion of sessions, attempts, invitations, signatures, codes and addresses that are over."""

from dataclasses import dataclass
from datetime import datetime

from hoso_models.storage.database import Database
from hoso_workflows.identity import attempts, contact_points, invitations, sessions
from hoso_workflows.identity.access_keys import used_signatures
from hoso_workflows.identity.providers import linking, logout


@dataclass(frozen=True, slots=True)
class Expired:
    """Numbers of deleted rows."""

    attempts: int = 0
    invitations: int = 0
    sessions: int = 0
    logout_tokens: int = 0
    used_signatures: int = 0
    unknown_people: int = 0
    contact_codes: int = 0
    contact_points: int = 0


async def expire(db: Database, *, at: datetime) -> Expired:
    """Delete what is over; safe twice, late and at once."""
    return Expired(
        await attempts.delete_old(db, at=at),
        await invitations.delete_old(db, at=at),
        await sessions.delete_old(db, at=at),
        await logout.delete_old(db, at=at),
        await used_signatures.delete_old(db, at=at),
        await linking.delete_old(db, at=at),
        await contact_points.delete_old(db, at=at),
        await contact_points.forget_old(db, at=at),
    )
