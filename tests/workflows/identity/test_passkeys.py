"""Passkeys: bound to origin, challenge, person and count; whatever is sent is refused by name."""

import asyncio
import hashlib
import os
from typing import Any

import pytest
from fido2 import cbor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoso_workflows.identity import factors
from hoso_workflows.identity.passkeys import Passkeys
from hoso_workflows.identity.refusals import LastFactor, PasskeyRefused
from support.software_key import FLAG, SoftwareKey, text
from support.world import CITIZEN, DEPARTMENT, World, instant, person

AT = instant("2026-03-02 09:00")
OFFICER, OTHER = person("specialist", DEPARTMENT), person("specialist", DEPARTMENT, 2)
ORIGIN, HOST = "https://motcua.example.vn", "motcua.example.vn"
PASSKEYS = Passkeys(ORIGIN)


def key(**differently: Any) -> SoftwareKey:
    return SoftwareKey(**{"origin": ORIGIN, "rp": HOST, "user": OFFICER.bytes, **differently})


async def makes(
    world: World, made: SoftwareKey, challenge: bytes | None = None, answered: bytes | None = None
) -> None:
    asked = challenge or os.urandom(32)
    async with world.db.transaction() as tx:
        await PASSKEYS.made(tx, OFFICER, asked, made.made(answered or asked), "máy", at=AT)


async def shows(
    world: World, shown: SoftwareKey, asked: bytes | None = None, answered: bytes | None = None
) -> Any:
    challenge = asked or os.urandom(32)
    return await PASSKEYS.shown(world.db, challenge, shown.shown(answered or challenge), at=AT)


async def test_a_passkey_that_was_made_says_whose_it_is(world: World):
    made = key()
    await makes(world, made)
    assert [await shows(world, made) for _ in range(2)] == [OFFICER] * 2
    assert await world.one("select sign_count from credential") == 2


@pytest.mark.parametrize(
    "differently",
    [
        {"origin": "https://motcua.example.vn.evil.example"},
        {"origin": "http://motcua.example.vn"},
        {"origin": "https://motcua.example.vn:8443"},
        {"rp": "evil.example"},
        {"flags": FLAG.UP},
        {"flags": FLAG.UV},
    ],
)
async def test_an_answer_for_another_origin_or_without_the_user_is_refused(
    world: World, differently: dict[str, Any]
):
    with pytest.raises(PasskeyRefused):
        await makes(world, key(**differently))
    good = key()
    await makes(world, good)
    for name, value in differently.items():
        setattr(good, name, value)
    with pytest.raises(PasskeyRefused):
        await shows(world, good)


async def test_an_answer_to_another_challenge_is_refused(world: World):
    with pytest.raises(PasskeyRefused):
        await makes(world, key(), os.urandom(32), os.urandom(32))
    good = key()
    await makes(world, good)
    with pytest.raises(PasskeyRefused):
        await shows(world, good, os.urandom(32), os.urandom(32))


async def test_a_copied_key_is_told_by_its_count(world: World):
    made = key()
    await makes(world, made)
    for _ in range(3):
        await shows(world, made)
    made.count = 1
    with pytest.raises(PasskeyRefused):
        await shows(world, made)


async def test_one_answer_shown_at_once_by_many_is_taken_once(world: World):
    made, challenge = key(), os.urandom(32)
    await makes(world, made)
    answer = made.shown(challenge)
    outcomes = await asyncio.gather(
        *(PASSKEYS.shown(world.db, challenge, answer, at=AT) for _ in range(6)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["PasskeyRefused"] * 5 + ["UUID"]


async def test_a_device_without_a_count_is_taken_each_time(world: World):
    made = key()
    await makes(world, made)
    for _ in range(2):
        made.count = -1
        assert await shows(world, made) == OFFICER


async def test_a_key_of_somebody_else_an_unknown_one_and_one_of_a_closed_person_are_refused(world: World):
    made = key()
    await makes(world, made)
    made.user = OTHER.bytes
    with pytest.raises(PasskeyRefused):
        await shows(world, made)
    made.user = OFFICER.bytes
    with pytest.raises(PasskeyRefused):
        await shows(world, key())
    await world.changed("update principal set closed_at = $1 where id = $2", AT, OFFICER)
    with pytest.raises(PasskeyRefused):
        await shows(world, made)
    assert made.user != CITIZEN.bytes


async def test_a_key_is_kept_once_and_the_last_one_stays(world: World):
    first, second = key(), key()
    await makes(world, first)
    with pytest.raises(PasskeyRefused):
        await makes(world, first)
    (kept,) = (await factors.of(world.db, OFFICER)).passkeys

    async def removes() -> None:
        async with world.db.transaction() as tx:
            await factors.remove(tx, OFFICER, kept.id, at=AT)

    with pytest.raises(LastFactor):
        await removes()
    await makes(world, second)
    await removes()
    with pytest.raises(PasskeyRefused):
        await shows(world, first)
    assert await shows(world, second) == OFFICER


async def test_an_answer_that_lacks_its_key_or_nests_without_end_is_refused(world: World):
    for attested in (
        {"fmt": "none", "attStmt": {}, "authData": hashlib.sha256(HOST.encode()).digest() + b"\x05\0\0\0\0"},
        {"fmt": "none", "attStmt": {}, "authData": b"short"},
        {"fmt": "none", "attStmt": {}, "authData": b"\x81" * 9000},
    ):
        made = key()
        answer = made.made(b"x" * 32)
        answer["response"]["attestationObject"] = text(cbor.encode(attested))
        with pytest.raises(PasskeyRefused):
            async with world.db.transaction() as tx:
                await PASSKEYS.made(tx, OFFICER, b"x" * 32, answer, "", at=AT)
    answer["response"]["attestationObject"] = text(b"\x81" * 9000)
    with pytest.raises(PasskeyRefused):
        async with world.db.transaction() as tx:
            await PASSKEYS.made(tx, OFFICER, b"x" * 32, answer, "", at=AT)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.binary(max_size=90).map(text),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_whatever_a_browser_sends_is_refused_and_never_a_fault(data: st.DataObject):
    """Any part of a good answer replaced by anything."""
    good = key().shown(b"x" * 32) if data.draw(st.booleans()) else key().made(b"x" * 32)
    names = ["id", "rawId", "type", *(f"response.{name}" for name in good["response"])]
    where = data.draw(st.sampled_from([*names, "response", ""]))
    value = data.draw(JSON)
    broken: Any = {**good, "response": dict(good["response"])}
    if where.startswith("response."):
        broken["response"][where.partition(".")[2]] = value
    elif where:
        broken[where] = value
    else:
        broken = value

    async def tried() -> None:
        class Nothing:
            async def row(self, *_: Any) -> None:
                return None

            async def rows(self, *_: Any) -> list[Any]:
                raise AssertionError("a broken answer was kept")

        for act in (
            lambda: PASSKEYS.shown(Nothing(), b"y" * 32, broken, at=AT),  # type: ignore[arg-type]  # a database that keeps nothing
            lambda: PASSKEYS.made(Nothing(), OFFICER, b"y" * 32, broken, "", at=AT),  # type: ignore[arg-type]  # a database that keeps nothing
        ):
            with pytest.raises(PasskeyRefused):
                await act()

    asyncio.run(tried())
