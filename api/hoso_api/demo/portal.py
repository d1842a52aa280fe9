"""Words of the demonstration's portal: service levels, announcements, feedback with answers, ratings.

They stand in `portal.toml`, and the commands of an office enter them.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from hoso_api.demo.period import Period
from hoso_api.demo.seed import Participants
from hoso_models import FeedbackKind, Satisfaction
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.catalogue import service_levels
from hoso_workflows.catalogue.service_levels import Setting
from hoso_workflows.coordination import maintenance, outages, recipients
from hoso_workflows.feedback import feedback, ratings
from hoso_workflows.feedback.feedback import Desk, Said
from hoso_workflows.feedback.ratings import Marks
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.organisation.asking import Asked

COORDINATOR = "coordinator"
#: The decision by which every level is set.
DECISION = "02/QĐ-TD"
#: Levels of satisfaction, as often as they are given; of three dossiers two are rated.
GIVEN = (
    *[Satisfaction.VERY_SATISFIED] * 5,
    *[Satisfaction.SATISFIED] * 4,
    Satisfaction.UNSATISFIED,
)


def declared() -> dict[str, Any]:
    """The words as they are declared."""
    return tomllib.loads(resources.files("hoso_api.demo").joinpath("portal.toml").read_text(encoding="utf-8"))


async def enter(db: Database, seal: Seal, participants: Participants, period: Period) -> None:
    """Enter everything, as of the period and its end."""
    told = declared()
    unit = told["coordinating"]
    coordinator = participants.officers[unit, COORDINATOR][0]
    asked = Asked(coordinator, period.end)
    for row in told["level"]:
        first = localtime.local_date(period.begin)
        setting = Setting(row["code"], row["kind"], DECISION, first, first, reason=row.get("reason", ""))
        await service_levels.set_level(db, setting, asked)
    calendar = participants.calendars[unit]
    await maintenance.announce(db, calendar, _planned(unit, told["maintenance"], period), asked)
    for row in told["recipient"]:
        since = localtime.local_date(period.begin)
        named = recipients.Entry(unit, row["unit"], row["basis"], since, row.get("role"))
        await recipients.enter(db, named, asked)
    heads = {row["unit"]: participants.officers[row["unit"], "head"][0] for row in told["recipient"]}
    await _broke(db, unit, told["outage"], coordinator, heads, period)
    desk = Desk(db, seal, unit, calendar)
    for row in told["feedback"]:
        await _answered(desk, row, coordinator, period)
    await _rated(db, participants, period.end)


def _planned(unit: str, row: Mapping[str, Any], period: Period) -> maintenance.Plan:
    day = localtime.local_date(period.end) + timedelta(days=row["days"])
    begins = datetime.combine(day, time(row["hour"]), localtime.ZONE)
    ends = begins + timedelta(hours=row["lasts_hours"])
    return maintenance.Plan(unit, row["service"], row["announcement"], begins, ends)


async def _broke(
    db: Database,
    unit: str,
    row: Mapping[str, Any],
    coordinator: UUID,
    heads: Mapping[str, UUID],
    period: Period,
) -> None:
    """Report an outage, have its recipients acknowledge it, and mend it."""
    day = localtime.local_date(period.begin) + timedelta(days=row["days"])
    began = datetime.combine(day, time(row["hour"]), localtime.ZONE)
    ended = began + timedelta(hours=row["lasts_hours"])
    if ended > period.end:
        return
    asked = Asked(coordinator, began)
    found = await outages.report(db, outages.Report(unit, row["service"], row["description"], began), asked)
    await outages.announce(db, found.id, row["announcement"], asked)
    for number, (named, head) in enumerate(heads.items(), start=1):
        known = Asked(head, began + timedelta(minutes=number * row["known_after_minutes"]))
        await outages.acknowledge(db, found.id, named, known)
    await outages.update(db, found.id, row["resolved"], Asked(coordinator, ended), resolves=True)


async def _answered(desk: Desk, row: Mapping[str, Any], coordinator: UUID, period: Period) -> None:
    """Give feedback, and answer it for everybody to read."""
    at = min(period.begin + timedelta(days=row["days"]), period.end)
    said = Said(FeedbackKind(row["kind"]), row["text"], procedure=row.get("procedure", ""))
    given = await feedback.give(desk, said, by=None, at=at)
    asked = Asked(coordinator, period.end)
    await feedback.answer(desk.db, desk.seal, given.id, row["answer"], asked, summary=row["summary"])


async def _rated(db: Database, participants: Participants, end: datetime) -> None:
    """Rate two of three returned dossiers, as their applicants, a day after the result."""
    rows = await db.rows(_RETURNED, [list(participants.applicants), end])
    for number, row in enumerate(rows):
        if number % 3:
            marks = Marks(*(GIVEN[(number + place) % len(GIVEN)] for place in range(4)))
            at = min(row.returned_at + timedelta(days=1), end)
            await ratings.rate(db, row.reference, marks, by=row.filed_by, at=at)


#: $1 applicants, $2 now.
_RETURNED = """
select reference, filed_by, returned_at from dossier where filed_by = any($1::uuid[]) and returned_at < $2 order by filed_at, reference
"""
