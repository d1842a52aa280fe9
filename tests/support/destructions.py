"""Lists of destruction over REST, as tests draw, confirm and execute them."""

from __future__ import annotations

from typing import Any

from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from hoso_workflows.privacy import destruction
from support.acts_of_law import acts
from support.api_client import ADMINISTRATOR, Rest
from support.world import DEPARTMENT, FOUNDED, SINCE, instant, person

#: Who administers the department alone.
AGENCY = person("administrator")


async def second(rest: Rest) -> None:
    """Enter an administrator of the department, once."""
    if await rest.world.one("select count(*) from principal where id = $1", AGENCY):
        return
    async with rest.world.db.transaction() as tx:
        principals.principal(tx, PrincipalKind.OFFICER, "Quản trị viên 2", at=FOUNDED, identity=AGENCY)
        await tx.flush()
        units.assign(tx, AGENCY, DEPARTMENT, "administrator", SINCE)


async def substitute(rest: Rest, own: str | None, own_unit: str = DEPARTMENT, *, absent: Any = AGENCY) -> Any:
    """Enter who administers the department for an absent administrator, beside a role of their own."""
    identity = person("substitute", absent.hex, 3 if own else 4)
    async with rest.world.db.transaction() as tx:
        principals.principal(tx, PrincipalKind.OFFICER, "Người thay thế", at=FOUNDED, identity=identity)
        await tx.flush()
        await tx.rows("update principal set home_unit_code = $2 where id = $1", [identity, DEPARTMENT])
        if own is not None:
            units.assign(tx, identity, own_unit, own, SINCE)
        units.substitute(
            tx,
            absent,
            identity,
            SINCE,
            SINCE.replace(year=2099),
            reason="Nghỉ phép",
            unit_code=DEPARTMENT,
            role="administrator",
        )
    return identity


async def ordered(rest: Rest, standing: Any, at: str) -> Any:
    """The list of an erasure that was ordered."""
    await second(rest)
    await acts(rest, standing, "erasure", ADMINISTRATOR, at, reason="Rút đồng ý", basis="Luật mẫu điều 2")
    return (await rest.get("/v1/destruction-lists", ADMINISTRATOR)).json()["items"][0]


async def drawn(rest: Rest, at: str, by: Any = ADMINISTRATOR) -> Any:
    """The list of what is due in the department."""
    rest.clock.turn(at)
    draft = {"unit": DEPARTMENT, "basis": "Kế hoạch tiêu hủy năm 2026"}
    return await rest.done("/v1/destruction-lists", by, draft)


async def confirmed(rest: Rest, found: Any, at: str, by: Any = AGENCY) -> Any:
    """The list, confirmed by somebody else."""
    rest.clock.turn(at)
    return await rest.done(f"/v1/destruction-lists/{found['id']}/confirmation", by, {"decision": "QĐ 7"})


async def executed(rest: Rest, at: str) -> destruction.Executed:
    return await destruction.execute(rest.world.service, at=instant(at))
