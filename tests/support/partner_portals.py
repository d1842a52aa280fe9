"""Portals of other authorities in the world of tests, each with the system that speaks for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hoso_models import PortalConcern, PrincipalKind, ReceiverKind
from hoso_workflows.identity.sealing import LENGTH, Seal
from hoso_workflows.organisation import principals
from hoso_workflows.portals import register
from hoso_workflows.webhooks import receivers
from hoso_workflows.webhooks.kinds import Event
from support.world import FOUNDED, PROVINCE, SINCE, World, person

ADMINISTRATOR = person("administrator", PROVINCE)
#: The systems of a portal that is told at once, and of one that only reads.
SPEAKER, READER = person("speaker", "portal"), person("reader", "portal")
NATIONAL, MINISTRY = "dichvucong.gov.vn", "cong-bo"
SEAL = Seal(lambda: bytes(LENGTH))
INNER = ("127.0.0.1:*",)


async def spoken_for(world: World) -> None:
    """Enter both systems, once."""
    if await world.one("select count(*) from principal where id = $1", SPEAKER):
        return
    async with world.db.transaction() as tx:
        for identity in (SPEAKER, READER):
            name = f"Hệ thống {identity.hex[:4]} · cơ quan phối hợp"
            principals.principal(tx, PrincipalKind.PARTNER, name, at=FOUNDED, identity=identity)


async def told_at(world: World, url: str, unit: str = PROVINCE) -> UUID:
    """A receiver of statuses for a portal."""
    entry = receivers.Entry(unit, ReceiverKind.SYSTEM, "Cổng quốc gia", url, [Event.PORTAL_STATUS])
    given = await receivers.enter(world.db, SEAL, entry, actor=ADMINISTRATOR, at=FOUNDED, inner_hosts=INNER)
    return given.receiver


def entry(**said: Any) -> register.Entry:
    """The entry of the national portal, which reads what was filed on it, unless something else is said."""
    named: dict[str, Any] = {
        "code": NATIONAL,
        "name": "Cổng Dịch vụ công quốc gia",
        "unit": PROVINCE,
        "concerns": PortalConcern.FILED_THERE,
        "principal": SPEAKER,
        "webhook": None,
        "resend_minutes": 5,
        "basis": "Nghị định mẫu",
        "valid_from": SINCE,
    }
    return register.Entry(**{**named, **said})


async def enter(world: World, **said: Any) -> UUID:
    """Enter a portal on the day on which the world was founded."""
    return await register.enter(
        world.db, entry(**{"valid_from": FOUNDED.date(), **said}), actor=ADMINISTRATOR, at=FOUNDED
    )


async def statuses(world: World, portal: str) -> dict[str, list[int]]:
    """The codes that a portal is told of each dossier, in the order of their numbers."""
    rows = await world.db.rows(
        "select d.reference, array_agg(s.portal_code order by s.number) as codes from portal_status s"
        " join dossier d on d.id = s.dossier_id where s.portal = $1 group by 1",
        [portal],
    )
    return {row.reference: list(row.codes) for row in rows}
