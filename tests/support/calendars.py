"""Revisions of calendars in a small world: a second administrator, texts, and the whole way of a revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_models import PrincipalKind
from hoso_models.storage import database
from hoso_workflows.calendars import application, documents, preview, revisions
from hoso_workflows.calendars.revisions import Revision
from hoso_workflows.organisation import principals, units
from support.world import DEPARTMENT, FOUNDED, PROVINCE, SINCE, World, instant, person

ADMINISTRATOR = person("administrator", PROVINCE)
SECOND = person("administrator", PROVINCE, 2)
LOCAL = person("administrator", DEPARTMENT)
#: Before any of the days that tests close.
ENTERED = "2026-03-03 09:00"
BASIS = "Công điện số 1/CĐ-UBND"


async def administrators(db: database.Database) -> None:
    """A second administrator of the province, and one of the department."""
    async with db.transaction() as tx:
        for identity, unit in ((SECOND, PROVINCE), (LOCAL, DEPARTMENT)):
            name = f"Quản trị viên · {unit}"
            principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=identity)
            await tx.flush()
            units.assign(tx, identity, unit, "administrator", SINCE)


def closed(*days: str, calendar: str = "ha-tinh") -> bytes:
    """A bundled calendar's text with days of closure."""
    text = wt.sources(calendar)[calendar]
    for day in days:
        text = documents.with_closure(
            text, {"date": wt.load("vn").day(_date(day)).date, "name": "Bão số 3", "basis": BASIS}
        )
    return text


def _date(day: str) -> Any:
    return instant(f"{day} 00:00").date()


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one revision through a world."""

    world: World
    calendar: str = "ha-tinh"

    async def entered(self, document: bytes | None, *kept_by: str, actor: UUID = ADMINISTRATOR) -> Revision:
        """A draft."""
        entry = revisions.Entry(document, BASIS, kept_by)
        return await revisions.enter(self.world.db, self.calendar, entry, actor=actor, at=instant(ENTERED))

    async def previewed(self, number: int = 1, **more: Any) -> Revision:
        """The draft with its whole preview."""
        return await preview.make(
            self.world.service,
            self.calendar,
            number,
            **{"actor": ADMINISTRATOR, "at": instant(ENTERED), **more},
        )

    async def approved(self, number: int = 1, actor: UUID = SECOND) -> Revision:
        """The revision, approved as its preview showed it."""
        found = await revisions.revision(self.world.db, self.calendar, number)
        digest = (found.preview or {}).get("digest", "")
        return await revisions.approve(
            self.world.db, self.calendar, number, preview=digest, actor=actor, at=instant("2026-03-03 10:00")
        )

    async def applied(self, number: int = 1, **more: Any) -> Revision:
        """The revision as far as it is applied."""
        return await application.apply(
            self.world.service,
            self.calendar,
            number,
            **{"actor": ADMINISTRATOR, "at": instant("2026-03-03 11:00"), **more},
        )

    async def whole(self, document: bytes | None, *kept_by: str) -> Revision:
        """Entered, previewed, approved and applied."""
        made = await self.entered(document, *kept_by)
        await self.previewed(made.number)
        await self.approved(made.number)
        return await self.applied(made.number)
