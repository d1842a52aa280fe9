"""An hour in which the mail server is slow, silent, refusing, cutting and away, over a world with timers and dates in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hoso_models import DOSSIER_PARTS
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import units
from support import world as worlds
from support.builders import dossier_rows
from support.builders.bpmn import bpmn, packaged, user
from support.mail_server import Mood

CODE = "9.000008"
CLERK = worlds.person("reception", worlds.DESK)
#: A step that ends by itself two working hours after it began.
PROCESS = bpmn(
    '<laneSet id="lanes"><lane id="lane" name="Một cửa">'
    + "".join(
        f"<flowNodeRef>{node}</flowNodeRef>" for node in ("start", "tiep", "xet", "het", "nhac", "tra", "end")
    )
    + "</lane></laneSet>"
    + user("tiep", milestone="accept")
    + user("xet", milestone="result")
    + user("nhac", milestone="result")
    + user("tra", milestone="return")
    + '<boundaryEvent id="het" attachedToRef="xet" cancelActivity="true"><timerEventDefinition>'
    + "<timeDuration>2 giờ làm việc</timeDuration></timerEventDefinition></boundaryEvent>",
    "start>tiep tiep>xet xet>tra het>nhac nhac>tra tra>end",
)
#: Ten minutes each; None is a server that is away.
HOUR: tuple[Mood | None, ...] = (Mood.SLOW, Mood.SILENT, Mood.REFUSING, Mood.CUTTING, None, Mood.GOOD)


async def timed(world: worlds.World, accepted: list[datetime]) -> None:
    """Dossiers whose step ends by a timer, accepted at these instants; nothing of their own is in the outbox."""
    async with world.db.transaction() as tx:
        for part in DOSSIER_PARTS:
            units.competence(tx, CODE, worlds.DESK, part, worlds.SINCE, basis="Quyết định công bố")
    await worlds.publish_package(world.db, packaged(PROCESS, CODE))
    for at in accepted:
        request = commands.FileDossier(CODE, commands.Applicant("Người nộp 1"), channel="desk")
        await world.accepts(await world.service.file(request, actor=CLERK, at=at), at)
    await world.changed("delete from outbox")


async def late(world: worlds.World, dues: list[datetime]) -> None:
    """Dossiers that become overdue at these instants, whose heads are told by mail."""
    await world.changed(
        "insert into contact_point (principal_id, kind, value, entered_at, verified_at)"
        " select distinct principal_id, 'email', left(principal_id::text, 8) || '@don-vi.gov.vn', $1::timestamptz, $1::timestamptz"
        " from role_assignment where role in ('head', 'agency_head', 'division_head')",
        worlds.FOUNDED,
    )
    referred = await dossier_rows.refers(world.db)
    for due in dues:
        await dossier_rows.dossier(
            world.db, referred, worlds.FOUNDED, due_first=due, due_legal=due, due_promised=due
        )


async def letters(world: worlds.World, count: int, at: datetime, *, first: int = 1) -> None:
    """Mails to so many readers of six domains, numbered from the first, due at an instant."""
    await world.changed(
        "with reader as (insert into principal (id, kind, name, created_at)"
        "  select gen_random_uuid(), 'officer', n::text, $2 from generate_series($3::int, $3 + $1::int - 1) n returning id, name),"
        " address as (insert into contact_point (principal_id, kind, value, entered_at, verified_at)"
        "  select id, 'email', name || '@' || name::int % 6 || '.gov.vn', $2, $2 from reader returning principal_id, value)"
        " insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)"
        " select 'key/' || value, 'desk.supplement_proposed', principal_id, '{\"code\": \"H27-1\"}', $2, $2 from address",
        count,
        at,
        first,
    )


async def fates(world: worlds.World) -> dict[str, int]:
    """Number of messages that were sent, wait, or are set aside, by reason."""
    rows = await world.db.rows(
        "select coalesce(aside, case when sent_at is null then 'waiting' else 'sent' end) as fate, count(*) as n"
        " from outbox group by 1"
    )
    return {row.fate: row.n for row in rows}


def copies_but_for(cut: Mapping[str, Any], copies: Mapping[str, int]) -> set[int]:
    """Numbers of copies of the mails whose session was never cut off at the end."""
    return {number for message, number in copies.items() if message not in cut}


def next_round(due: datetime, minutes: int) -> datetime:
    """First sweep after a due date, at one sweep every so many minutes."""
    step = timedelta(minutes=minutes)
    midnight = due.replace(hour=0, minute=0)
    return midnight + ((due - midnight) // step + 1) * step
