"""Preferences about mail: language, digest, quiet hours."""

from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import MailLanguage
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.organisation import access_log

READ, SET = "get_delivery_preference", "set_delivery_preference"


@dataclass(frozen=True, slots=True)
class Preference:
    """Preference of one person about mail."""

    language: MailLanguage = MailLanguage.VIETNAMESE
    #: One mail at the opening of each working day in place of one for each message.
    digest: bool = False
    #: Nothing outside of office hours; it waits for the next opening. They are those of one's unit, of an applicant those of the desk.
    quiet: bool = False
    #: What is urgent waits for neither: what is or will soon be late, and what asks an applicant for something.
    urgent_at_once: bool = True
    #: Local times from which and until which nothing is told of dossiers of one's own; None for those of the installation, equal
    #: ones for none.
    quiet_from: time | None = None
    quiet_until: time | None = None


def document(wish: Preference) -> dict[str, Any]:
    """The preference as JSON, times as 21:00."""
    hours = {"quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until}
    return {**asdict(wish), **{name: at and f"{at:%H:%M}" for name, at in hours.items()}}


async def of(db: Database | Transaction, person: UUID) -> Preference:
    """The preference of a person, as nobody has said otherwise."""
    for row in await db.rows(_OF, [person]):
        hours = row.quiet_from, row.quiet_until
        return Preference(MailLanguage(row.language), row.digest, row.quiet, row.urgent_at_once, *hours)
    return Preference()


async def keep(db: Database, person: UUID, wish: Preference, *, at: datetime) -> None:
    """Keep one's own preference, from the next mail on.

    One that changes leaves a row in the access log. Raises FormRefused for one time without the other.
    """
    if (wish.quiet_from is None) != (wish.quiet_until is None):
        raise errors.FormRefused([errors.Fault("quiet_until", say("name both times, or neither"))])
    async with db.transaction() as tx:
        if await of(tx, person) == wish:
            return
        said = [wish.language.value, wish.digest, wish.quiet, wish.urgent_at_once]
        await tx.rows(_KEEP, [person, *said, at, wish.quiet_from, wish.quiet_until])
        told = {name: str(value) for name, value in document(wish).items()}
        await access_log.record(tx, person, SET, str(person), at, **told)


_OF = """
select language, digest, quiet, urgent_at_once, quiet_from, quiet_until from delivery_preference where principal_id = $1
"""
_KEEP = """
insert into delivery_preference (principal_id, language, digest, quiet, urgent_at_once, changed_at, quiet_from, quiet_until)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (principal_id) do update set language = excluded.language, digest = excluded.digest, quiet = excluded.quiet,
  urgent_at_once = excluded.urgent_at_once, changed_at = excluded.changed_at, quiet_from = excluded.quiet_from,
  quiet_until = excluded.quiet_until
"""
