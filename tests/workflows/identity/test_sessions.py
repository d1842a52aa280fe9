"""Sessions: how they begin, last, are replaced and end."""

import asyncio
import base64
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from hoso_models import SessionKind
from hoso_workflows.identity import expiry, sessions
from hoso_workflows.identity.methods import Method
from hoso_workflows.identity.refusals import SessionOver
from hoso_workflows.identity.sessions import Session
from hoso_workflows.lifecycle import commands
from hoso_workflows.operation.session_ends import Ended
from hoso_workflows.organisation import register
from hoso_workflows.organisation.register.commands import ClosePerson, Command, EnterPerson, ReopenPerson
from support.world import CITIZEN, DEPARTMENT, PROVINCE, World, instant, person

AT = instant("2026-03-02 09:00")
OFFICER = person("specialist", DEPARTMENT)
MINUTE = timedelta(minutes=1)


async def begins(world: World, at: datetime = AT, principal: UUID = OFFICER, *amr: str) -> str:
    async with world.db.transaction() as tx:
        return await sessions.begin(
            tx, principal, sessions.Origin("local", amr or (Method.PASSKEY,), agent="x", address="n"), at=at
        )


async def reads(
    world: World, secret: str, at: datetime = AT, kind: SessionKind = SessionKind.OFFICER
) -> Session | None:
    return await sessions.read(world.db, secret, kind, at=at)


async def rotates(world: World, session: Session, at: datetime = AT) -> str:
    async with world.db.transaction() as tx:
        return await sessions.rotate(tx, session, [Method.PASSWORD, Method.TOTP], at=at)


async def lasting(world: World, secret: str, at: datetime = AT) -> Session:
    found = await reads(world, secret, at)
    assert found is not None
    return found


async def whys(world: World) -> list[str | None]:
    rows = await world.db.rows("select ended_why from browser_session order by begun_at, ended_at nulls last")
    return [row.ended_why for row in rows]


async def test_a_session_says_whose_it_is_and_how_they_signed_in(world: World):
    found = await lasting(world, await begins(world))
    assert (found.principal, found.kind, found.amr, found.provider) == (
        OFFICER,
        SessionKind.OFFICER,
        (Method.PASSKEY,),
        "local",
    )
    assert (found.begun_at, found.expires_at) == (AT, AT + timedelta(hours=12))
    assert found.full
    assert found.recent(AT + timedelta(minutes=5))
    assert not found.recent(AT + timedelta(minutes=5, seconds=1))


async def test_a_session_of_one_kind_is_none_of_the_other(world: World):
    officer, applicant = await begins(world), await begins(world, AT, CITIZEN)
    assert await reads(world, officer, AT, SessionKind.APPLICANT) is None
    assert await reads(world, applicant, AT, SessionKind.OFFICER) is None
    assert await reads(world, applicant, AT, SessionKind.APPLICANT) is not None


@pytest.mark.parametrize(
    ("kind", "principal", "idle"),
    [(SessionKind.OFFICER, OFFICER, 30), (SessionKind.APPLICANT, CITIZEN, 60)],
)
async def test_a_session_ends_after_a_time_without_a_request_and_after_twelve_hours(
    world: World, kind: SessionKind, principal: UUID, idle: int
):
    secret = await begins(world, AT, principal)
    pause = timedelta(minutes=idle) - MINUTE
    at = AT
    while at + pause < AT + timedelta(hours=12):
        at += pause
        assert await reads(world, secret, at, kind) is not None
    assert await reads(world, secret, AT + timedelta(hours=12), kind) is None
    other = await begins(world, AT, principal)
    assert await reads(world, other, AT + timedelta(minutes=idle), kind) is None


async def test_the_last_request_is_written_once_a_minute_at_most(world: World):
    secret = await begins(world)
    for seconds, seen in ((59, AT), (60, AT + MINUTE), (119, AT + MINUTE), (120, AT + 2 * MINUTE)):
        await reads(world, secret, AT + timedelta(seconds=seconds))
        assert await world.one("select seen_at from browser_session") == seen


async def test_a_replaced_secret_serves_what_was_under_way_and_no_longer(world: World):
    old = await begins(world)
    new = await rotates(world, await lasting(world, old), AT + MINUTE)
    within = await lasting(world, old, AT + MINUTE + timedelta(seconds=59))
    fresh = await lasting(world, new, AT + MINUTE)
    assert (within.amr, fresh.amr) == ((Method.PASSKEY,), (Method.TOTP, Method.PASSWORD))
    assert (fresh.authenticated_at, fresh.begun_at) == (AT + MINUTE, AT)
    assert (fresh.family, fresh.expires_at) == (within.family, within.expires_at)


async def test_a_stolen_secret_that_is_shown_later_ends_everything_of_its_sign_in(world: World):
    stolen = await begins(world)
    new = await rotates(world, await lasting(world, stolen), AT + MINUTE)
    newest = await rotates(world, await lasting(world, new, AT + MINUTE), AT + 2 * MINUTE)
    elsewhere = await begins(world, AT + MINUTE)
    at = AT + 4 * MINUTE
    assert await reads(world, newest, at) is not None
    assert await reads(world, stolen, at) is None
    assert await reads(world, newest, at) is None
    assert await reads(world, elsewhere, at) is not None
    logged = await world.db.rows("select principal_id, granted from access_log where act = 'stolen session'")
    assert [tuple(row) for row in logged] == [(OFFICER, False)]
    assert await reads(world, stolen, at) is None
    assert await world.one("select count(*) from access_log where act = 'stolen session'") == 1


async def test_the_secret_of_a_session_has_256_bits(world: World):
    secrets = {await begins(world) for _ in range(3)}
    assert {len(base64.urlsafe_b64decode(each + "=")) for each in secrets} == {32}
    assert len(secrets) == 3


async def test_a_session_is_replaced_once(world: World):
    session = await lasting(world, await begins(world))
    outcomes = await asyncio.gather(*(rotates(world, session) for _ in range(8)), return_exceptions=True)
    assert [type(each) for each in outcomes if not isinstance(each, str)] == [SessionOver] * 7
    assert await world.one("select count(*) from browser_session where ended_at is null") == 1


async def test_a_session_that_ended_elsewhere_is_over_at_once(world: World):
    one, other = await begins(world), await begins(world, AT + MINUTE)
    session, kept = await lasting(world, one), await lasting(world, other, AT + MINUTE)
    assert await sessions.end_own(world.db, OFFICER, session.id, at=AT + MINUTE) == 1
    assert await sessions.end_own(world.db, CITIZEN, kept.id, at=AT + MINUTE) == 0
    assert await reads(world, one, AT + MINUTE) is None
    with pytest.raises(SessionOver):
        await rotates(world, session, AT + MINUTE)
    assert await sessions.end_own(world.db, OFFICER, None, at=AT + MINUTE, but=kept.id) == 0
    assert await reads(world, other, AT + MINUTE) is not None
    assert await whys(world) == [Ended.BY_OWNER, None]


async def test_who_is_closed_is_signed_in_nowhere(world: World):
    secret = await begins(world)
    await world.changed("update principal set closed_at = $1 where id = $2", AT + MINUTE, OFFICER)
    assert await reads(world, secret, AT) is not None
    assert await reads(world, secret, AT + MINUTE) is None
    with pytest.raises(SessionOver):
        await begins(world, AT + MINUTE)


async def test_sessions_that_ended_with_an_account_stay_ended_when_it_is_reopened(world: World):
    async def does(act: Command) -> None:
        await register.perform(world.db, [act], register.Asker(person("administrator", PROVINCE)), AT)

    await does(EnterPerson(name="Chuyên viên 9", unit=DEPARTMENT, code="cv9"))
    officer = UUID(str(await world.one("select id from principal where code = 'cv9'")))
    others, secret = await begins(world), await begins(world, AT, officer)
    await does(ClosePerson(person="cv9", reason="Nghỉ việc"))
    await does(ReopenPerson(person="cv9"))
    assert await reads(world, secret) is None
    assert await reads(world, others) is not None
    assert await reads(world, await begins(world, AT + MINUTE, officer), AT + MINUTE) is not None
    assert await whys(world) == [Ended.CLOSED, None, None]
    logged = await world.db.rows("select principal_id, at, detail from access_log where act = 'end session'")
    assert [tuple(row) for row in logged] == [(officer, AT, {"why": "closed"})]


async def test_the_house_itself_and_an_unknown_person_sign_in_nowhere(world: World):
    for nobody in (commands.SYSTEM.principal, UUID(int=7)):
        with pytest.raises(SessionOver):
            await begins(world, AT, nobody)


async def test_of_more_than_ten_sessions_the_oldest_ends(world: World):
    secrets = [await begins(world, AT + timedelta(seconds=number)) for number in range(12)]
    at = AT + MINUTE
    assert [await reads(world, secret, at) is not None for secret in secrets] == [False] * 2 + [True] * 10
    assert await whys(world) == [Ended.TOO_MANY] * 2 + [None] * 10


async def test_a_session_that_ran_out_takes_no_place_among_the_ten(world: World):
    for number in range(10):
        await begins(world, AT + timedelta(seconds=number))
    later = AT + timedelta(hours=1)
    await begins(world, later)
    assert await whys(world) == [None] * 11
    assert [each.begun_at for each in await sessions.lasting(world.db, OFFICER, at=later)] == [later]


async def test_a_provider_ends_its_own_session_or_all_of_a_person(world: World):
    async def signs_in(sid: str) -> str:
        async with world.db.transaction() as tx:
            origin = sessions.Origin("tinh", [Method.SEVERAL], provider_sid=sid)
            return await sessions.begin(tx, OFFICER, origin, at=AT)

    one, other, local = await signs_in("s1"), await signs_in("s2"), await begins(world)
    async with world.db.transaction() as tx:
        assert await sessions.end_at_provider(tx, "tinh", at=AT, sid="s1") == 1
        assert await sessions.end_at_provider(tx, "tinh", at=AT) == 0
        assert await sessions.end_at_provider(tx, "khac", at=AT, sid="s2") == 0
    found = [await reads(world, secret) is not None for secret in (one, other, local)]
    assert found == [False, True, True]


async def test_sign_ins_are_listed_for_ninety_days_with_their_end_and_then_deleted(world: World):
    secret = await begins(world)
    newest = await rotates(world, await lasting(world, secret), AT + MINUTE)
    await sessions.end(
        world.db, (await lasting(world, newest, AT + MINUTE)).id, Ended.SIGNED_OUT, at=AT + MINUTE
    )
    (listed,) = await sessions.sign_ins(world.db, OFFICER, at=AT + timedelta(days=89))
    assert (listed.begun_at, listed.ended_why, listed.amr) == (
        AT,
        Ended.SIGNED_OUT,
        (Method.TOTP, Method.PASSWORD),
    )
    assert await sessions.sign_ins(world.db, CITIZEN, at=AT) == []
    assert (await expiry.expire(world.db, at=AT + timedelta(days=90))).sessions == 0
    assert (await expiry.expire(world.db, at=AT + timedelta(days=90) + MINUTE)).sessions == 2
    assert await world.one("select count(*) from browser_session") == 0
