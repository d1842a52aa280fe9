"""Digests: messages for one reader that go out as one mail.

It has one key, however often it is tried.
"""

from collections.abc import Sequence
from datetime import datetime
from importlib import resources
from typing import Any

from hoso_models.storage.database import Database
from hoso_workflows.clock import at_desk
from hoso_workflows.notifications import quiet_hours, wording


def key(row: Any) -> str:
    """The key of the mail in which a message goes out.

    It is made of that of the first one that was claimed.
    """
    return str(row.digest_key or f"{wording.DIGEST}/{row.dedup_key}")


async def gathered(
    db: Database, row: Any, opening: datetime, *, at: datetime, lease: datetime
) -> Sequence[Any]:
    """Claim what goes out with a claimed message, with whether each is needed.

    The message itself is not among it.
    A mail that was tried before holds what it held then, without what was overtaken since.
    """
    await db.one_statement(_NAME, [row.id, key(row)])
    urgent = [f"{each}%" for each in quiet_hours.URGENT] if row.urgent_at_once else []
    asked = [at, lease, row.reader_id, key(row), row.address, row.id, opening, urgent]
    own = row.topic.startswith(quiet_hours.OWN)
    return await db.one_statement(
        _GATHER_OWN if own else _GATHER, [*asked, row.digest_key is not None, list(quiet_hours.PATIENT)]
    )


def payload(rows: Sequence[Any]) -> dict[str, Any]:
    """The payload of the mail, in the order in which its messages were written."""
    ordered = sorted(rows, key=lambda each: each.id)
    return {"messages": [{"topic": each.topic, "payload": each.payload} for each in ordered]}


#: Claims the message that is due first.
CLAIM = (
    resources.files("hoso_workflows.notifications")
    .joinpath("claim.sql")
    .read_text(encoding="utf-8")
    .format(awaits_return=at_desk.AWAITS_RETURN, is_ready=at_desk.IS_READY)
)
_NAME = "update outbox set digest_key = $2 where id = $1"
_CLAIMED = "), claimed as ("
_HEAD, _, _REST = CLAIM.partition(_CLAIMED)
#: The address to which a message goes, as it is claimed.
_READER = "left join lateral (" + _HEAD.partition("left join lateral (")[2].partition(") reader on true")[0]
#: $1 instant, $2 the end of the lease, $3 the reader, $4 the key, $5 their address, $6 the message that was claimed, $7 the opening
#: before which they were written, $8 patterns of topics that do not wait, $9 whether the mail was tried before, $10 topics of these that wait. How they are claimed and
#: judged is as in `claim.sql`.
_WAITS = """o.sent_at is null and o.aside is null and o.receiver_id is null and o.id <> $6
    and case when $9 then o.digest_key = $4
      else o.digest_key is null and o.available_at <= $1 and o.created_at < $7
        and o.topic not like 'account.%' and not (o.topic like any($8::text[]) and o.topic <> all($10::text[])) end
  order by o.id for update of o skip locked"""
_TO_THE_READER = f"""
with due as (
  select o.id, $5::text as address from outbox o
  where o.recipient_id = $3 and o.topic not like 'applicant.%' and {_WAITS}
"""  # noqa: S608 - fixed text of this module
#: Of dossiers of one's own, at the same address: that which a desk has entered for another dossier may be another one.
_OF_OWN = f"""
with due as (
  select o.id, $5::text as address
  from party p join dossier f on f.applicant_id = p.id join outbox o on o.dossier_id = f.id
  {_READER}) reader on true
  where p.principal_id = $3 and o.topic like 'applicant.%' and reader.address = $5 and {_WAITS}
"""  # noqa: S608 - fixed text of this module
_NAMED = _REST.replace("unsure = unsure + 1", "unsure = unsure + 1, digest_key = $4", 1)
_GATHER, _GATHER_OWN = f"{_TO_THE_READER}{_CLAIMED}{_NAMED}", f"{_OF_OWN}{_CLAIMED}{_NAMED}"
