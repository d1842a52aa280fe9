"""Messages not sent yet or set aside: list, count and release them, for administrators.

They are identified by number, topic and dossier; recipient and address are not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import Aside
from hoso_models.storage.database import Database
from hoso_models.tables import outbox
from hoso_models.tables.base import described
from hoso_workflows import errors, pagination
from hoso_workflows.organisation import access_log
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Conditions, Keyset, Page

UNSENT = Keyset(id=pagination.LARGE_NUMBER)
#: What the access log calls a release.
RELEASE = "releasing messages"


@described("Where a message stands that was not sent.")
class State(StrEnum):
    """State of a message that was not sent."""

    #: It is tried at its hour.
    WAITING = "waiting"
    #: The server refused it for good.
    REFUSED = Aside.REFUSED.value
    #: It could not be sent for days.
    GIVEN_UP = Aside.GIVEN_UP.value
    #: It went out, and nobody said whether it was taken.
    UNSURE = Aside.UNSURE.value
    #: No way out served it and it stands in nobody's list: its reader has no account and no address.
    UNREACHED = Aside.UNREACHED.value


@described("By what way a message goes out.")
class Way(StrEnum):
    """Ways out, which fail apart from each other."""

    #: To a mail server.
    MAIL = "mail"
    #: To a receiver of webhooks.
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that was not sent."""

    id: int
    status: State
    way: Way
    topic: str
    #: The dossier's reference, code and procedure.
    reference: str | None
    code: str | None
    procedure: str | None
    created_at: datetime
    #: When it is tried again; None for what was set aside.
    again_at: datetime | None
    attempts: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of undelivered messages of one way, with the date of the oldest."""

    #: State → how many there are.
    counts: Mapping[State, int]
    #: When the oldest one that waits was written.
    waiting_since: datetime | None = None

    @property
    def waiting(self) -> int:
        """All that wait for their hour."""
        return self.counts[State.WAITING]

    @property
    def aside(self) -> int:
        """All that failed and were set aside."""
        return sum(self.counts[state] for state in State if state not in (State.WAITING, State.UNREACHED))


class NotSetAside(errors.Refusal):
    """Only what was set aside can be released."""

    slug = "not-set-aside"
    remedy = "List what was set aside; what waits is tried by itself, and what was sent is not sent again."

    def __init__(self, message: int) -> None:
        super().__init__(say("The message {message} is not set aside.", message=message))
        self.message = message


async def search(
    db: Database,
    units: Sequence[str] | None,
    scope: Scope | None = None,
    *,
    aside: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[Undelivered]:
    """One page of the messages of units, the oldest first.

    Those that a scope is told one by one; they are about the units' dossiers, or to their people. None is all there are; with `aside` only those that were set
    aside, or have reached nobody.
    """
    asked = _asked(units, aside=aside)
    tracking.told(asked, scope, "d")
    asked.behind("o.id", UNSENT.values(after))
    return await pagination.page(
        db,
        _FOUND,
        asked,
        UNSENT,
        limit=limit,
        item=lambda row: Undelivered(**{**row, "status": State(row.status), "way": Way(row.way)}),
    )


async def counted(db: Database, units: Sequence[str] | None, scope: Scope | None, *, aside: bool) -> int:
    """Number of those messages that a scope is told as a number only."""
    of_dossiers = "outbox o join dossier d on d.id = o.dossier_id"
    return await tracking.counted(db, of_dossiers, _asked(units, aside=aside), scope, "d")


def _asked(units: Sequence[str] | None, *, aside: bool) -> Conditions:
    asked = Conditions("o.sent_at is null", outbox.SET_ASIDE if aside else _UNSENT)
    if units is not None:
        asked.add(_OF_UNITS, list(units))
    return asked


async def tally(db: Database, units: Sequence[str] | None = None) -> Mapping[Way, Tally]:
    """Count everything that was not sent, by the way it goes.

    With units only what is about their dossiers, or to their people.
    """
    rows = await db.rows(_TALLY, [units if units is None else list(units)])
    found = {row.way: Tally({state: row[str(state)] for state in State}, row.since) for row in rows}
    return {way: found.get(way, Tally(dict.fromkeys(State, 0))) for way in Way}


async def release(
    db: Database,
    messages: Sequence[int] | None,
    units: Sequence[str] | None,
    scope: Scope | None = None,
    *,
    actor: UUID,
    at: datetime,
) -> int:
    """Make messages that were set aside (None: all) due again; returns their number.

    They start again as if they had never been tried. What stood in nobody's list enters the lists of those who are its readers
    now. Raises NotFound for what is no message of these units, or one that a scope is told as a number only, and NotSetAside; then
    none is released.
    """
    scoped = units if units is None else list(units)
    async with db.transaction() as tx:
        if messages is not None:
            kept_back = ([], [], []) if scope is None else scope.kept_back
            asked = await tx.rows(_NAMED, [list(messages), scoped, *kept_back])
            found = {row.id: row.aside for row in asked}
            for each in messages:
                if each not in found:
                    raise errors.NotFound("message", each)
                if not found[each]:
                    raise NotSetAside(each)
        released = await tx.rows(_RELEASE, [None if messages is None else list(messages), scoped, at])
        if released:
            await tx.rows(_LIST, [[row.id for row in released if row.aside == Aside.UNREACHED], at])
            numbers = ", ".join(str(row.id) for row in released)
            await access_log.record(tx, actor, RELEASE, "outbox", at, messages=numbers)
    return len(released)


_OF_UNITS = """(d.handling_unit = any({0}) or d.receiving_unit = any({0}) or o.dossier_id is null and exists (
  select from principal p where p.id = o.recipient_id and p.home_unit_code = any({0})) or exists (
  select from webhook_receiver w where w.id = o.receiver_id and w.unit_code = any({0})))"""
#: Of one of the units $2, or any message where it is null.
_MINE = f"($2::text[] is null or {_OF_UNITS.format('$2')})"
#: What waits for its hour, and what was set aside.
_UNSENT = f"({outbox.SET_ASIDE} or o.aside is null and o.available_at < 'infinity')"
_WAY = f"case when o.receiver_id is null then '{Way.MAIL}' else '{Way.WEBHOOK}' end"
_STATE = f"coalesce(o.aside, '{State.WAITING}')"
_FOUND = f"""
select o.id, {_STATE} as status, {_WAY} as way, o.topic, d.reference, d.code, d.procedure_code as procedure,
  o.created_at, case when o.aside is null then o.available_at end as again_at, o.attempts, o.last_error
from outbox o left join dossier d on d.id = o.dossier_id
where {{conditions}}
order by o.id limit {{limit}}
"""  # noqa: S608 - fixed text of this module
_COUNTS = ", ".join(f"count(*) filter (where status = '{state}') as {state}" for state in State)
#: $1 units, or null for all.
_TALLY = f"""
select way, {_COUNTS}, min(created_at) filter (where status = '{State.WAITING}') as since
from (
  select {_WAY} as way, {_STATE} as status, o.created_at
  from outbox o left join dossier d on d.id = o.dossier_id
  where o.sent_at is null and {_UNSENT} and ($1::text[] is null or {_OF_UNITS.format("$1")})
) unsent
group by way
"""  # noqa: S608 - fixed text of this module
#: $1 numbers, $2 units; $3, $4 and $5 what is counted only.
_NAMED = f"""
select o.id, coalesce({outbox.SET_ASIDE}, false) as aside
from outbox o left join dossier d on d.id = o.dossier_id where o.id = any($1::bigint[]) and {_MINE}
  and {tracking.counts_sql("d", "$3", "$4", "$5")} is not true
for update of o
"""  # noqa: S608 - fixed text of this module
#: $1 numbers or null for all, $2 units, $3 instant.
_RELEASE = f"""
update outbox set aside = null, available_at = $3, attempts = 0, first_tried_at = null, unsure = 0, digest_key = null
from (
  select o.id, o.aside from outbox o left join dossier d on d.id = o.dossier_id
  where ($1::bigint[] is null or o.id = any($1)) and {outbox.SET_ASIDE} and {_MINE}
  for update of o
) found
where outbox.id = found.id
returning outbox.id, found.aside
"""  # noqa: S608 - fixed text of this module
#: $1 numbers, $2 instant.
_LIST = "select notice_list($1::bigint[], $2::timestamptz)"
