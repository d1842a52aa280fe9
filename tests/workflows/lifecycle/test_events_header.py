"""The header of an event says whose it is and how it is chained; what was chained before goes on, and stays proved."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from hoso_models import errors
from hoso_workflows import audit, events
from hoso_workflows.audit import Difference
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.events import GENESIS, ChainBroken, Event, Kind, Link
from support.oracles import chain
from support.world import World

DOSSIER, OTHER = UUID(int=0xD055), UUID(int=0xD056)
EVENT = Event(
    Kind.WITHDRAWN,
    datetime(2026, 3, 2, 1, tzinfo=UTC),
    UUID(int=1),
    {"reason": "Đổi ý", "items": [1, True, None]},
)
#: sha256(salt ‖ payload), and the heads after the event in version 1 and behind it in version 2; counted by hand (ADR 0024).
DIGEST = "f7dbe2d36683f7c3761e458312db14be525c762e0bef95ae7ed7a7aa25a09862"
FIRST = "35ed84f7003d8ed6c327a531670b3a66a76775dbffeda89a07fb8c5556b7744c"
SECOND = "e62ee63155ec952ace255eaf3343c09f212bf86ddcaa210589a3b41c9b84223b"


@pytest.fixture
def golden(monkeypatch: pytest.MonkeyPatch) -> tuple[Link, Link]:
    """An event chained by version 1, and the same once more behind it by version 2, with a salt that is known."""
    monkeypatch.setattr(events.os, "urandom", lambda length: bytes(range(length)))
    with monkeypatch.context() as before:
        before.setattr(events, "HEADER", 1)
        (first,) = events.chain([EVENT], DOSSIER, GENESIS, 0)
    (second,) = events.chain([EVENT], DOSSIER, first.hash, 1)
    return first, second


def test_the_hash_of_each_version_is_the_one_that_everybody_comes_to(golden: tuple[Link, Link]) -> None:
    salt, digest = bytes(range(16)), bytes.fromhex(DIGEST)
    first, second = bytes.fromhex(FIRST), bytes.fromhex(SECOND)
    assert golden == (
        Link(1, EVENT, salt, digest, GENESIS, first, 1),
        Link(2, EVENT, salt, digest, first, second, 2),
    )


def broken(links: tuple[Link, ...], dossier: UUID = DOSSIER) -> str:
    """Reason why the links are no chain of the dossier; empty when they are one."""
    try:
        events.verify(links, dossier, links[-1].hash)
    except ChainBroken as why:
        return str(why)
    return ""


def test_a_chain_goes_on_in_the_newer_version_and_never_back(golden: tuple[Link, Link]) -> None:
    first, second = golden
    assert broken(golden) == ""
    (back,) = events.chain([EVENT], DOSSIER, second.hash, 2)
    assert broken((*golden, back)) == ""
    assert broken((*golden, replace(back, version=1))) == "event 3: goes back to version 1 of the header"
    assert broken((first, replace(second, version=1))) == "event 2: was altered after it was written"
    assert broken((replace(first, version=2), second)) == "event 1: was altered after it was written"
    assert broken((first, replace(second, version=3))) == "event 2: has a header of the unknown version 3"
    assert broken((replace(first, version=0), second)) == "event 1: has a header of the unknown version 0"


def test_what_is_chained_for_one_dossier_is_no_event_of_another(golden: tuple[Link, Link]) -> None:
    first, second = golden
    assert broken((first, second), OTHER) == "event 2: was altered after it was written"
    # Version 1 does not say whose it is.
    assert broken((first,), OTHER) == ""


def test_all_of_a_link_but_its_payload_is_in_its_hash() -> None:
    (link,) = events.chain([EVENT], DOSSIER, GENESIS, 0)
    changes = {
        "kind": Kind.RETURNED,
        "at": EVENT.at.replace(microsecond=1),
        "actor": UUID(int=2),
        "on_behalf_of": UUID(int=3),
        "automatic": True,
    }
    assert changes.keys() == asdict(EVENT).keys() - {"payload"}
    for name, value in changes.items():
        erased = replace(link, salt=None, event=replace(EVENT, **{"payload": {}, name: value}))
        assert broken((erased,)) == "event 1: was altered after it was written"


async def walked(world: World, steps: int = 2) -> Outcome:
    """A dossier after so many steps."""
    before = await world.accepts(await world.files())
    for _ in range(steps):
        before = await world.completes(before)
    return before


async def found(world: World) -> list[Difference]:
    return [each async for each in audit.differences(world.service)]


async def erased_and_swapped(world: World) -> None:
    """Erase all payloads, as the law may have it done; then give each of two dossiers the other's history and head."""
    await world.changed("update dossier_event set payload = null, salt = null")
    await world.changed("alter table dossier_event disable trigger dossier_event_append_only")
    for statement in _SWAPPED.strip().split(";"):
        await world.changed(statement)
    await world.changed("alter table dossier_event enable trigger dossier_event_append_only")


async def test_two_dossiers_whose_erased_histories_were_swapped_are_found(world: World) -> None:
    references = {(await walked(world)).reference for _ in range(2)}
    await erased_and_swapped(world)
    why = "event 1: was altered after it was written"
    assert {(each.reference, each.stored) for each in await found(world) if each.what == "chain"} == {
        (reference, why) for reference in references
    }


async def test_histories_from_before_are_found_swapped_from_their_first_new_event_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(events, "HEADER", 1)
        old = [await walked(world) for _ in range(2)]
    new = [await world.completes(each) for each in old]
    assert await found(world) == []
    versions = "select array_agg(distinct header_version order by header_version) from dossier_event"
    assert await world.one(versions) == [1, 2]
    await erased_and_swapped(world)
    (first_new,) = {
        row[0]
        for row in await world.db.rows(
            "select min(seq) from dossier_event where header_version = 2 group by dossier_id"
        )
    }
    assert {(each.reference, each.stored) for each in await found(world) if each.what == "chain"} == {
        (each.reference, f"event {first_new}: was altered after it was written") for each in new
    }


async def test_a_version_is_never_changed_without_leave(world: World) -> None:
    await walked(world)
    for payload in ("", ", payload = null, salt = null"):
        with pytest.raises(errors.ConstraintViolated, match="dossier_event_append_only"):
            await world.changed(f"update dossier_event set header_version = 1{payload}")  # noqa: S608 - texts of this module


async def test_a_stranger_counts_a_chain_again_without_our_code(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(events, "HEADER", 1)
        filed = await world.files()
    await world.completes(await world.accepts(filed), note="Đã đọc “kỹ” \u2028 \U0001f4c4")
    row = await world.db.row("select dossier_id, head from engine_state")
    assert chain.head(await world.db.rows(chain.ROWS, [row.dossier_id])) == row.head
    await world.changed("update dossier_event set payload = null, salt = null where seq = 3")
    assert chain.head(await world.db.rows(chain.ROWS, [row.dossier_id])) == row.head
    await world.changed("alter table dossier_event disable trigger dossier_event_append_only")
    await world.changed("update dossier_event set automatic = not automatic where seq = 4")
    with pytest.raises(ValueError, match=r"^4$"):
        chain.head(await world.db.rows(chain.ROWS, [row.dossier_id]))


_SWAPPED = """
update dossier_event set seq = seq + 1000;
update dossier_event e set seq = e.seq - 1000, dossier_id = (select id from dossier d where d.id <> e.dossier_id);
update engine_state e set head = (select o.head from engine_state o where o.dossier_id <> e.dossier_id)
"""
