"""Acts on many tasks, each done or refused by itself.

Among them an absent officer's inbox that is handed on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, pagination
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import access_log, permissions
from hoso_workflows.organisation.permissions import ADMINISTRATOR, ASSIGNERS
from hoso_workflows.pagination import MOST, Conditions, Keyset, Page, Values
from hoso_workflows.vocabulary import either

HAND_ON = "hand_on_inbox"


@dataclass(frozen=True, slots=True)
class Item:
    """One act of a batch, with its own idempotency key."""

    task: UUID
    command: commands.Command
    key: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of one act: the version after it, or its refusal."""

    task: UUID
    key: str | None
    version: int | None = None
    refused: errors.Refusal | None = None


async def perform(service: DossierService, items: Sequence[Item], *, actor: UUID, at: datetime) -> list[Done]:
    """Carry out acts in their order. A refused one hinders no other."""
    return [await _one(service, item, actor, at) for item in items]


async def _one(service: DossierService, item: Item, actor: UUID, at: datetime) -> Done:
    try:
        outcome = await service.perform(
            str(item.task), item.command, actor=actor, at=at, key=item.key, body=item.body
        )
    except errors.Refusal as refused:
        return Done(item.task, item.key, refused=refused)
    return Done(item.task, item.key, outcome.version)


@dataclass(frozen=True, slots=True)
class Inbox:
    """The inbox of an absent officer, and who gets it."""

    absent: UUID
    #: The units of the tasks where nobody is named.
    assignee: UUID | None
    reason: str


async def hand_on(
    service: DossierService,
    inbox: Inbox,
    *,
    actor: UUID,
    at: datetime,
    key: str | None = None,
    after: str | None = None,
    unit: str | None = None,
) -> Page[Done]:
    """Reassign the open tasks that an absent officer has taken, or has delegated.

    They are those in the units that the actor heads or administers, or in one of them alone. What others have delegated to
    the officer stays theirs. Those due first come first, at most `MOST`, with the place to go on from behind them: what is
    refused stays where it is. Safe twice. Raises Forbidden, BadCursor.
    """
    place = _TASKS.values(after)
    rights = await permissions.held(service.db, actor, at)
    reached = permissions.task_units(rights, HAND_ON)
    units = [each for each in reached if unit in (None, each)]
    if not units:
        await access_log.record_refusal(service.db, actor, HAND_ON, str(inbox.absent), at)
        raise errors.Forbidden(actor, "handing on an inbox", either((*ASSIGNERS, ADMINISTRATOR)), unit)
    tasks = await _open_tasks(service.db, inbox.absent, units, place)
    done = await perform(service, list(_items(inbox, tasks.items, key)), actor=actor, at=at)
    return Page(tuple(done), tasks.after)


def _items(inbox: Inbox, tasks: Sequence[UUID], key: str | None) -> Iterator[Item]:
    for task in tasks:
        command = commands.Reassign(task, inbox.assignee, inbox.reason, absent=inbox.absent)
        yield Item(task, command, f"{key}/{task}" if key else None, repr(command).encode())


async def _open_tasks(db: Database, officer: UUID, units: Sequence[str], place: Values | None) -> Page[UUID]:
    asked = Conditions("status = 'open'")
    asked.add("(assignee_id = {0} or owner_id = {0})", officer)
    asked.add("unit_code = any({}::text[])", list(units))
    if place is not None:
        asked.add("(due, id) > (coalesce({}::timestamptz, 'infinity'), {})", *place)
    return await pagination.page(db, _OPEN_TASKS, asked, _TASKS, limit=MOST, item=itemgetter("id"))


_TASKS = Keyset("inbox", due_shown=pagination.optional(pagination.INSTANT), id=pagination.IDENTITY)
_OPEN_TASKS = """
select id, due_shown from user_task, lateral (select coalesce(due_shown, 'infinity')) as ordered(due)
where {conditions} order by due, id limit {limit}
"""
