"""Alterations in the database, of events or of the rows that lists read: the audit detects them.

They are made as the tables' owner, who can switch every trigger off.
"""

import re
from collections.abc import Sequence
from uuid import UUID

import pytest

from hoso_models import errors
from hoso_models.storage import database
from hoso_workflows import audit
from hoso_workflows import errors as rejections
from hoso_workflows.audit import Difference, stored_dossier
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import Claim
from support import alterations, databases
from support.world import PROVINCE, World, instant, person

PROJECTIONS = ("dossier", "user_task", "appointment", "timer", "letter")


async def worked_on(world: World) -> Outcome:
    """A dossier with eleven events: filed, three steps done, the fourth claimed."""
    before = await world.accepts(await world.files())
    before = await world.completes(before)
    before = await world.completes(before, actor=person("division_head"))
    (task,) = before.body["tasks"]
    return await world.does(before, Claim(UUID(task["id"])), person("specialist"))


def differs(before: Outcome, what: str, stored: object, said: object) -> Difference:
    return Difference(before.reference, what, stored, said, before.code)


async def found(world: World) -> Sequence[Difference]:
    return [each async for each in audit.differences(world.service)]


async def tampered(world: World, *statements: str) -> None:
    """Alter events with the triggers off, as only the owner of the table can."""
    await world.changed("alter table dossier_event disable trigger dossier_event_append_only")
    for statement in statements:
        await world.changed(statement)
    await world.changed("alter table dossier_event enable trigger dossier_event_append_only")


async def rows(world: World) -> dict[str, list[str]]:
    return {
        table: [row[0] for row in await world.db.rows(f"select x::text from {table} x order by 1")]  # noqa: S608 - names of our own
        for table in PROJECTIONS
    }


async def kinds(world: World) -> list[str]:
    return [row.kind for row in await world.db.rows("select kind from dossier_event order by seq")]


async def test_a_sound_house_has_no_differences(world: World) -> None:
    await worked_on(world)
    await world.files()
    assert await found(world) == []


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        pytest.param(
            'update dossier_event set payload = payload || \'{"note": "khác"}\' where seq = 5',
            "event 5: its payload was altered after it was written",
            id="payload changed",
        ),
        pytest.param(
            "update dossier_event set payload = payload || '{\"note\": \"khác\"}', digest = sha256('khác') where seq = 5",
            "event 5: its payload was altered after it was written",
            id="payload and digest changed",
        ),
        pytest.param(
            "update dossier_event set at = at + interval '1 microsecond' where seq = 6",
            "event 6: was altered after it was written",
            id="instant moved",
        ),
        pytest.param(
            "update dossier_event set automatic = true where seq = 3",
            "event 3: was altered after it was written",
            id="person passed off as system",
        ),
    ],
)
async def test_a_changed_event_is_found(world: World, statement: str, why: str) -> None:
    before = await worked_on(world)
    await tampered(world, statement)
    assert differs(before, "chain", why, "whole") in await found(world)


@pytest.mark.parametrize(
    ("seq", "why"),
    [
        (1, "event 1: missing, found 2 in its place"),
        (5, "event 5: missing, found 6 in its place"),
        (11, "event 10: is not the head that the dossier keeps"),
    ],
)
async def test_a_deleted_event_is_found_wherever_it_was(world: World, seq: int, why: str) -> None:
    before = await worked_on(world)
    assert len(await kinds(world)) == 11
    await tampered(world, f"delete from dossier_event where seq = {seq}")  # noqa: S608 - names of our own
    assert differs(before, "chain", why, "whole") in await found(world)


async def test_two_swapped_events_are_found(world: World) -> None:
    before = await worked_on(world)
    await tampered(
        world,
        "update dossier_event set seq = case seq when 5 then 106 else 105 end where seq in (5, 6)",
        "update dossier_event set seq = seq - 100 where seq > 100",
    )
    why = "event 5: does not follow the event before it"
    assert differs(before, "chain", why, "whole") in await found(world)


NEWEST = "update engine_state set (head, updated_at) = (select hash, at from dossier_event where seq = 10)"


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("update dossier set filed_at = filed_at + interval '10 years'", ()),
        ("update engine_state set updated_at = updated_at - interval '10 years'", ()),
        (NEWEST, ("event 11: is not the head that the dossier keeps",)),
    ],
)
async def test_no_column_of_a_dossier_hides_an_event_of_its_chain(
    world: World, statement: str, why: tuple[str, ...]
) -> None:
    before = await worked_on(world)
    chains = [entry.links async for entry in stored_dossier.rows(world.service, None)]
    await world.changed(statement)

    assert [entry.links async for entry in stored_dossier.rows(world.service, None)] == chains
    assert [each for each in await found(world) if each.what == "chain"] == [
        Difference(before.reference, "chain", each, "whole", before.code) for each in why
    ]


async def test_a_batch_of_dossiers_walks_each_month_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await worked_on(world)
    monkeypatch.setattr(
        stored_dossier, "_BATCH", stored_dossier._BATCH.replace(f"limit {stored_dossier.BATCH}", "limit 2")
    )
    assert len([row async for row in stored_dossier.rows(world.service, None)]) == 5

    async with world.db.transaction() as tx:
        await tx.rows("set local enable_seqscan = off")
        plan = [
            row[0]
            for row in await tx.rows(f"explain (analyze, timing off) {stored_dossier._BATCH}", [UUID(int=0)])
        ]

    walks = [line for line in plan if " on dossier_event_" in line]
    assert walks
    assert {found for line in walks for found in re.findall(r"loops=(\d+)", line)} <= {"1"}


async def test_a_changed_head_is_found(world: World) -> None:
    before = await worked_on(world)
    await world.changed("update engine_state set head = sha256('khác')")
    why = "event 11: is not the head that the dossier keeps"
    assert await found(world) == [differs(before, "chain", why, "whole")]


async def test_a_dossier_without_any_event_is_found(world: World) -> None:
    before = await worked_on(world)
    await tampered(world, "delete from dossier_event")
    (first, *_) = await found(world)
    assert first == differs(before, "chain", "event 0: is not the head that the dossier keeps", "whole")


async def test_what_cannot_be_read_any_more_hides_nothing_of_other_dossiers(world: World) -> None:
    first, second = await worked_on(world), await world.files()
    await tampered(world, "delete from dossier_event where seq = 1")
    assert {first.reference, second.reference} <= {each.reference for each in await found(world)}


async def test_a_changed_task_is_found_and_mended(world: World) -> None:
    before, sound = await worked_on(world), await rows(world)
    (task,) = before.body["tasks"]
    other = person("specialist", number=2)
    await world.changed("update user_task set assignee_id = $1 where status = 'open'", other)
    (difference,) = await found(world)
    assert difference == differs(
        before, f"tasks {task['id']} assignee_id", str(other), str(person("specialist"))
    )
    await audit.rebuild(world.service, before.reference)
    assert (await found(world), await rows(world)) == ([], sound)


async def test_a_moved_due_date_is_found_and_mended(world: World) -> None:
    before, sound = await worked_on(world), await rows(world)
    due = await world.one("select due_legal from dossier")
    await world.changed("update dossier set due_legal = due_legal + interval '1 day'")
    moved = await world.one("select due_legal from dossier")
    assert await found(world) == [differs(before, "dossier due_legal", moved, due)]
    await audit.rebuild(world.service, before.reference)
    assert (await found(world), await rows(world)) == ([], sound)


async def test_only_what_the_law_lets_erase_can_be_erased_without_leave(world: World) -> None:
    await worked_on(world)
    for statement in (
        "update dossier_event set payload = null",
        "update dossier_event set kind = 'returned'",
        "delete from dossier_event",
    ):
        with pytest.raises(errors.ConstraintViolated, match="dossier_event_append_only"):
            await world.changed(statement)


async def test_an_erased_payload_leaves_the_chain_whole(world: World) -> None:
    before = await worked_on(world)
    dossier = await world.one("select id from dossier where reference = $1", before.reference)
    erase = "select dossier_event_erase($1, array[1], $2, $3, 'Luật A điều 1')"
    erased = await world.one(erase, dossier, person("administrator", PROVINCE), instant("2026-03-03 08:00"))
    assert (erased, await found(world)) == (1, [])


async def test_no_event_that_cannot_be_read_is_rebuilt_from(world: World) -> None:
    before = await worked_on(world)
    await tampered(world, "update dossier_event set kind = 'moved' where seq = 5")
    with pytest.raises(rejections.HistoryBroken, match="an event cannot be read"):
        await audit.rebuild(world.service, before.reference)


async def test_what_was_erased_is_not_written_anew_and_nothing_changes(world: World) -> None:
    before = await worked_on(world)
    await world.changed("update dossier_event set payload = null, salt = null where seq = 1")
    tasks = await world.db.rows("select * from user_task order by id")
    with pytest.raises(rejections.Erased, match=before.reference):
        await audit.rebuild(world.service, before.reference)
    assert await world.db.rows("select * from user_task order by id") == tasks


async def test_a_dossier_that_is_not_there_cannot_be_rebuilt(world: World) -> None:
    with pytest.raises(rejections.NotFound, match="H27-260302-9999"):
        await audit.rebuild(world.service, "H27-260302-9999")


async def test_an_event_altered_beside_an_erased_one_is_found(world: World) -> None:
    before = await worked_on(world)
    await world.changed("update dossier_event set payload = null, salt = null where seq = 1")
    await tampered(
        world, "update dossier_event set actor_id = $1 where seq = 4".replace("$1", f"'{person('clerk')}'")
    )
    why = "event 4: was altered after it was written"
    assert differs(before, "chain", why, "whole") in await found(world)


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        pytest.param("''", "its format is missing, this program reads 1", id="emptied"),
        pytest.param("set_byte(state, 9, get_byte(state, 9) # 255)", "it is damaged", id="a byte flipped"),
    ],
)
async def test_an_unreadable_engine_state_is_a_finding_of_its_dossier_alone(
    world: World, spoilt: str, why: str
) -> None:
    before, other = await worked_on(world), await worked_on(world)
    of_one = f"where dossier_id = (select id from dossier where reference = '{before.reference}')"  # noqa: S608 - a reference of ours
    await world.changed(f"update engine_state set state = {spoilt} {of_one}")  # noqa: S608 - names of our own
    await world.changed("update dossier set cycle = 7")
    first, second, third = sorted(
        await found(world), key=lambda each: (each.reference != before.reference, each.what)
    )
    assert (first, third) == (differs(before, "dossier cycle", 7, 1), differs(other, "dossier cycle", 7, 1))
    assert (second.reference, second.what, second.said, why in second.stored) == (
        before.reference,
        "engine state",
        "readable",
        True,
    )


async def test_a_history_that_cannot_be_folded_leaves_its_chain_to_be_told(world: World) -> None:
    before = await worked_on(world)
    await tampered(world, "delete from dossier_event where seq = 2")
    chain, told, *_ = await found(world)
    assert chain == differs(before, "chain", "event 2: missing, found 3 in its place", "whole")
    assert (told.what, told.said) == ("events", "readable")


async def test_a_row_that_is_gone_or_strange_is_named_and_not_printed(world: World) -> None:
    before = await worked_on(world)
    (task,) = before.body["tasks"]
    strange = "00000000-0000-4000-8000-00000000000f"
    await world.changed("update user_task set id = $1 where id = $2", strange, task["id"])
    assert await found(world) == [
        differs(before, f"tasks {strange}", "present", "absent"),
        differs(before, f"tasks {task['id']}", "absent", "present"),
    ]


async def test_nothing_is_rebuilt_on_a_broken_chain(world: World) -> None:
    before = await worked_on(world)
    await tampered(world, "delete from dossier_event where kind = 'accepted'")
    sound = await rows(world)
    with pytest.raises(rejections.HistoryBroken, match="event 3: missing, found 4 in its place"):
        await audit.rebuild(world.service, before.reference)
    assert await rows(world) == sound


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (
            "update dossier set id = gen_random_uuid()",
            "dossier is stored as 'absent', its events say 'present'",
        ),
        ("delete from engine_state", "engine_state is stored as 'absent', its events say 'present'"),
        ("delete from party", "party is stored as"),
    ],
)
async def test_a_dossier_of_which_one_row_is_gone_is_found_and_stops_no_audit_of_others(
    world: World, gone: str, told: str
) -> None:
    await worked_on(world)
    async with database.connect(databases.as_owner(world.db.url)) as owner:
        await alterations.free(owner)
    await world.changed(gone)
    assert [str(each) for each in await found(world) if told in str(each)] != [], await found(world)
