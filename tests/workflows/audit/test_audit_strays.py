"""Rows that somebody adds by hand and no dossier's own comparison reads: the audit of the house names them."""

import pytest

from hoso_models import PortalConcern
from hoso_models.storage import database
from hoso_workflows import audit
from hoso_workflows.organisation import administration
from support import alterations, coordinators, databases, partner_portals
from support.partner_portals import READER
from support.world import World, instant

AT = instant("2026-03-03 08:00")
#: A row once more under another key. $1 of the table, $2 the key, $3 its value.
AGAIN = (
    "insert into {0} select (jsonb_populate_record(x, jsonb_build_object('{1}', {2}))).* from {0} x limit 1"
)
ID = "'00000000-0000-4000-8000-000000000009'"


async def told(world: World) -> None:
    """A dossier that is accepted, of whose course a portal is told, and that a portal has filed."""
    await partner_portals.spoken_for(world)
    receiver = await partner_portals.told_at(world, "https://127.0.0.1/cong")
    await partner_portals.enter(world, principal=READER, webhook=receiver, concerns=PortalConcern.ALL)
    before = await world.accepts(await world.files())
    await world.changed(
        "insert into portal_filing (portal, external_code, dossier_id, at) select 'cong', 'K1', id, filed_at from dossier"
    )
    assert before.code


async def found(world: World) -> list[tuple[str, str, object, object]]:
    return [
        (each.reference.partition(" ")[0], each.what, each.stored, each.said)
        for each in await audit.house_differences(world.db, AT)
    ]


@pytest.mark.parametrize(
    ("by_hand", "named"),
    [
        (AGAIN.format("party", "id", ID), "party"),
        (AGAIN.format("component", "dossier_id", ID), "component"),
        (AGAIN.format("letter", "id", ID), "letter"),
        (AGAIN.format("portal_filing", "id", 99), "portal_filing"),
        ("insert into watermark (job, at) values ('escalade', '2026-03-02')", "watermark"),
        (
            "update outbox set payload = payload || '{\"portal_code\": 9}' where dedup_key like 'portal/%/1'",
            "outbox",
        ),
        (
            "update outbox set created_at = created_at - interval '1 day' where dedup_key like 'portal/%/1'",
            "outbox",
        ),
        ("update outbox set topic = 'webhook.task' where dedup_key like 'portal/%/1'", "outbox"),
    ],
    ids=range(8),
)
async def test_a_row_that_no_dossiers_comparison_reads_is_named(
    world: World, by_hand: str, named: str
) -> None:
    await told(world)
    sound = await found(world)
    async with database.connect(databases.as_owner(world.db.url)) as owner:
        await alterations.free(owner)
        unwatched = await found(world)
        await owner.one_statement(by_hand)
    assert sound == []
    assert [each for each in await found(world) if each not in unwatched] == [
        (named, "row", "present", "absent")
    ]


async def test_a_status_of_a_portal_that_names_another_event_of_its_act_is_named(world: World) -> None:
    await told(world)
    await world.changed("update portal_status set event_seq = 1 where number = 1")
    assert await found(world) == [("portal_status", "row", "altered", "as its event says")]


async def test_a_second_head_of_the_seals_is_named(world: World) -> None:
    async with database.connect(databases.as_owner(world.db.url)) as owner:
        await alterations.free(owner)
        await owner.one_statement("insert into row_seal_head select false, number, hash from row_seal_head")
    assert (await found(world))[0][:3:2] == ("seals", "is not the head that is kept")


async def test_an_act_before_the_first_of_a_chain_breaks_it(world: World) -> None:
    await coordinators.both_named(world)
    assert await administration.verify(world.db) == []
    async with database.connect(databases.as_owner(world.db.url)) as owner:
        await alterations.free(owner)
        await owner.one_statement(AGAIN.format("administration_event", "number", "0"))
    (broken,) = await administration.verify(world.db)
    assert (broken.number, broken.why) == (1, "missing, found 0 in its place")
