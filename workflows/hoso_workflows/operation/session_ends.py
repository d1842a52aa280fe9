"""Ends of browsers' sessions, each told to the access log.

They stand below `identity` and the register: whoever is closed there is signed in nowhere any more.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hoso_models.storage.database import Database, Transaction

#: What the access log tells of: a session ended by an act, and nothing took its place.
END = "end session"


class Ended(StrEnum):
    """Reasons for the end of a session."""

    SIGNED_OUT = "signed_out"
    #: Replaced by another one of the same browser.
    ROTATED = "rotated"
    #: By the person, from another session.
    BY_OWNER = "by_owner"
    ADMINISTRATOR = "administrator"
    #: The person began more than are allowed at once.
    TOO_MANY = "too_many"
    #: A secret that was replaced was shown again.
    STOLEN = "stolen"
    #: The identity provider said so.
    PROVIDER = "provider"
    FACTORS_CHANGED = "factors_changed"
    #: The account was closed; when it is reopened, its person signs in anew.
    CLOSED = "closed"


def told(update: str) -> str:
    """Tell the access log of each session that a statement ends."""
    return f"""
with ended as ({update} returning id, principal_id, ended_at, ended_why), told as (
  insert into access_log (principal_id, act, subject, at, granted, detail)
  select principal_id, '{END}', id::text, ended_at, true, jsonb_build_object('why', ended_why) from ended
)
select 1 from ended
"""  # noqa: S608 - fixed text of the modules that end sessions


async def end_all(
    asked: Database | Transaction, people: Collection[UUID], why: Ended, *, at: datetime
) -> int:
    """End all sessions of some people; returns their number."""
    return len(await asked.rows(_END_ALL, [list(people), at, why]))


_END_ALL = told("""
update browser_session set ended_at = $2, ended_why = $3 where principal_id = any($1::uuid[]) and ended_at is null
""")
