"""Preferences about mail: language, digest, quiet hours."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoso_models import MailLanguage
from hoso_models.storage.database import Database

READ, SET = "get_delivery_preference", "set_delivery_preference"


@dataclass(frozen=True, slots=True)
class Preference:
    """Preference of one person about mail."""

    language: MailLanguage = MailLanguage.VIETNAMESE
    #: One mail at the opening of each working day in place of one for each message. Of officers.
    digest: bool = False
    #: Nothing outside of the office hours of one's unit; it waits for the next opening. Of officers.
    quiet: bool = False
    #: What is urgent waits for neither: what is or will soon be late.
    urgent_at_once: bool = True


async def of(db: Database, person: UUID) -> Preference:
    """The preference of a person, as nobody has said otherwise."""
    row = await db.row(_OF, [person])
    if row is None:
        return Preference()
    return Preference(MailLanguage(row.language), row.digest, row.quiet, row.urgent_at_once)


async def keep(db: Database, person: UUID, wish: Preference, *, at: datetime) -> None:
    """Keep one's own preference, from the next mail on."""
    await db.one_statement(
        _KEEP, [person, wish.language.value, wish.digest, wish.quiet, wish.urgent_at_once, at]
    )


_OF = """
select language, digest, quiet, urgent_at_once from delivery_preference where principal_id = $1
"""
_KEEP = """
insert into delivery_preference (principal_id, language, digest, quiet, urgent_at_once, changed_at) values ($1, $2, $3, $4, $5, $6)
on conflict (principal_id) do update set language = excluded.language, digest = excluded.digest, quiet = excluded.quiet,
  urgent_at_once = excluded.urgent_at_once, changed_at = excluded.changed_at
"""
