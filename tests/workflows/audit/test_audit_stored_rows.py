"""Sessions behind everybody's back: each is compared with its line in the access log."""

from datetime import timedelta
from uuid import UUID

import pytest

from hoso_models import SessionKind
from hoso_workflows import audit
from hoso_workflows.identity import sessions
from hoso_workflows.identity.methods import Method
from hoso_workflows.operation import session_ends
from hoso_workflows.operation.session_ends import Ended
from support.world import DEPARTMENT, World, instant, person

AT = instant("2026-03-02 09:00")
LATER = AT + timedelta(hours=1)
OFFICER, HEAD = person("specialist", DEPARTMENT), person("head", DEPARTMENT)
BY_HAND = """
insert into browser_session (id, secret_sha256, kind, principal_id, family_id, provider, amr, authenticated_at, begun_at, seen_at,
  expires_at) select i, sha256('mine'), kind, '{head}', i, provider, amr, authenticated_at, begun_at, seen_at, expires_at
from browser_session cross join (select gen_random_uuid() as i) one limit 1
"""
SET = "update browser_session set {} where ended_at is null"
BY_OWNER = "update browser_session set {} where ended_why = 'by_owner'"
REPLACED = "update browser_session set {} where ended_why = 'rotated'"


async def begins(world: World, principal: UUID = OFFICER) -> str:
    async with world.db.transaction() as tx:
        origin = sessions.Origin("local", (Method.PASSKEY,), agent="x", address="n")
        return await sessions.begin(tx, principal, origin, at=AT)


async def rotates(world: World, secret: str) -> None:
    session = await sessions.read(world.db, secret, SessionKind.OFFICER, at=AT)
    assert session is not None
    async with world.db.transaction() as tx:
        await sessions.rotate(tx, session, [Method.PASSWORD, Method.TOTP], at=AT + timedelta(minutes=1))


async def found(world: World) -> list[tuple[str, str]]:
    return [
        (each.reference.partition(" ")[0], each.what)
        for each in await audit.house_differences(world.db, LATER)
    ]


async def test_sessions_that_began_ended_and_were_replaced_are_sound(world: World) -> None:
    await rotates(world, await begins(world))
    await begins(world)
    await session_ends.end_all(world.db, [OFFICER], Ended.BY_OWNER, at=AT)
    await begins(world, HEAD)
    assert await found(world) == []


@pytest.mark.parametrize(
    ("altered", "what"),
    [
        (BY_HAND.format(head=HEAD), "sha256"),
        (SET.format(f"principal_id = '{HEAD}'"), "sha256"),
        (SET.format("secret_sha256 = sha256('mine')"), "sha256"),
        (SET.format("""amr = '["pwd", "otp"]'"""), "sha256"),
        (SET.format("expires_at = '2030-01-01'"), "sha256"),
        (SET.format("expires_at = '2030-01-01', begun_at = '2020-01-01'"), "sha256"),
        (SET.format("seen_at = '2030-01-01'"), "state"),
        ("delete from browser_session where ended_at is null", "sha256"),
        (BY_OWNER.format("ended_at = null, ended_why = null"), "end"),
        (BY_OWNER.format("ended_at = ended_at + interval '1 second'"), "end"),
        (BY_OWNER.format("ended_why = 'signed_out'"), "end"),
        ("update browser_session set ended_at = null, ended_why = null where ended_why = 'rotated'", "state"),
        (REPLACED.format("ended_at = ended_at + interval '1 hour'"), "state"),
        (REPLACED.format("successor_id = id"), "state"),
    ],
    ids=range(14),
)
async def test_a_session_made_or_altered_by_hand_is_a_finding(world: World, altered: str, what: str) -> None:
    await rotates(world, await begins(world))
    await session_ends.end_all(world.db, [OFFICER], Ended.BY_OWNER, at=AT)
    await begins(world)
    await world.changed(altered)
    assert await found(world) == [("browser_session", what)]
