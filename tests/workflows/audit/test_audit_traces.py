"""A chain that was cut at its end verifies: what it leaves behind is told, and no rebuild takes it away."""

import pytest

from hoso_workflows import audit, errors
from hoso_workflows.audit import records
from hoso_workflows.audit.traces import Trace
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import Disclose
from hoso_workflows.organisation import administration
from support.command_line import hoso
from support.world import FOUNDED, PROVINCE, World, instant, person

#: Events behind $2 are gone, and the chain ends where it then does.
CUT = (
    "alter table dossier_event disable trigger user",
    "delete from dossier_event where dossier_id = {d} and seq > {seq}",
    "update engine_state set head = (select hash from dossier_event where dossier_id = {d} and seq = {seq}) where dossier_id = {d}",
    "update dossier set last_seq = {seq} where id = {d}",
)
#: Also what a forger who knows the tables puts back.
PUT_BACK = """
update engine_state set version = 4, updated_at = (select at from dossier_event where dossier_id = {d} and seq = {seq})
where dossier_id = {d}
"""
TOLD = "delete from outbox where dossier_id = {d} and dedup_key like '%/11%'"
TABLES = ("dossier", "engine_state", "disclosure", "payment", "user_task", "letter", "idempotency")


async def disclosed(world: World) -> Outcome:
    """A dossier whose fifth and last act gave data to a third party, under a key."""
    before = await world.completes(await world.completes(await world.accepts(await world.files())))
    given = Disclose("Tòa án", "Luật", "Xác minh", ("Họ tên",), "QĐ 1")
    return await world.does(before, given, person("division_head"), key="last")


async def cut(world: World, before: Outcome, *more: str) -> str:
    """Cut the last event off the chain; the dossier's id."""
    dossier = str(await world.one("select id from dossier where reference = $1", before.reference))
    seq = await world.one("select max(seq) - 1 from dossier_event where dossier_id = $1::uuid", dossier)
    for statement in (*CUT, *more):
        await world.changed(statement.format(d=f"'{dossier}'", seq=seq))
    return dossier


async def told(world: World) -> dict[str, tuple[object, object]]:
    return {each.what: (each.stored, each.said) async for each in audit.differences(world.service)}


async def rows(world: World) -> list[str]:
    return [
        row[0]
        for table in TABLES
        for row in await world.db.rows(f"select x::text from {table} x order by 1")  # noqa: S608 - names of our own
    ]


@pytest.mark.parametrize(
    ("more", "evidence"),
    [
        ((), "act 5 was done; event 11 was told"),
        ((PUT_BACK,), "act 5 was answered; event 11 was told"),
        (
            (PUT_BACK, "delete from disclosure", "delete from outbox where dossier_id = {d}"),
            "act 5 was answered",
        ),
    ],
    ids=["cut", "with the engine's number", "with its rows"],
)
async def test_a_chain_that_ends_too_early_is_a_finding_and_its_rebuild_is_refused(
    world: World, more: tuple[str, ...], evidence: str
) -> None:
    before = await disclosed(world)
    await world.files(key="another")
    assert before.version == 5
    await cut(world, before, *more)
    stored = await rows(world)

    assert (await told(world))["end of the chain"] == ("event 10", evidence)
    with pytest.raises(errors.EventMissing, match=evidence.partition(";")[0]):
        await audit.rebuild(world.service, before.reference)
    assert await rows(world) == stored


async def test_a_row_that_is_the_only_trace_of_an_event_is_left_by_a_rebuild(world: World) -> None:
    before = await disclosed(world)
    await cut(world, before, PUT_BACK, "delete from idempotency", TOLD)
    (given,) = await world.db.rows("select id from disclosure")
    assert await told(world) == {f"disclosures {given.id}": ("present", "absent")}
    with pytest.raises(errors.EventMissing, match=r"disclosure .* \(data were given to a third party\)"):
        await audit.rebuild(world.service, before.reference)
    assert len(await world.db.rows("select id from disclosure")) == 1


async def test_the_answers_of_one_dossier_are_found_without_reading_all(world: World) -> None:
    before = await disclosed(world)
    async with world.db.transaction() as tx:
        await tx.rows("set local enable_seqscan = off")
        asked = [records.TAKEN_AWAY, before.reference]
        plan = "\n".join(row[0] for row in await tx.rows(f"explain {records._BEYOND_OF_ONE}", asked))
    assert "ix_idempotency_reference" in plan
    assert "Seq Scan" not in plan


async def test_traces_are_taken_away_with_a_reason_which_is_an_act_of_administration(world: World) -> None:
    before = await disclosed(world)
    await cut(world, before, "update dossier set degree = 99 where id = {d}")
    (given,) = await world.db.rows("select id, to_jsonb(d) #>> '{}' from disclosure d")
    digest = await world.one(
        "select encode(sha256(convert_to(to_jsonb(d)::text, 'UTF8')), 'hex') from disclosure d"
    )
    operator, at = person("administrator", PROVINCE), instant("2026-03-03 08:00")
    there = [
        Trace(f"disclosure {given.id}", "data were given to a third party", digest),
        Trace("engine_state version", "act 5 was done"),
        Trace("outbox", "event 11 was told"),
    ]
    assert await audit.traces_of(world.service, before.reference) == there

    reason = "Mất sự kiện khi phục hồi, biên bản số 3"
    taken = await audit.take_traces_away(
        world.service, before.reference, reason=reason, actor=operator, at=at
    )
    assert taken == there
    assert await audit.traces_of(world.service, before.reference) == []
    assert set(await told(world)) == {"dossier degree"}
    assert await audit.rebuild(world.service, before.reference) == []
    assert await told(world) == {}
    (act,) = await world.db.rows(
        "select subject, actor_id, payload from administration_event where kind = 'traces_taken_away'"
    )
    head = await world.one("select encode(head, 'hex') from engine_state")
    assert tuple(act) == (
        before.reference,
        operator,
        {
            "reason": reason,
            "head": head,
            "act": 5,
            "event": 11,
            "traces": [{"what": each.what, "sha256": each.sha256} for each in there],
        },
    )
    assert await administration.verify(world.db) == []
    again = await audit.take_traces_away(
        world.service, before.reference, reason=reason, actor=operator, at=at
    )
    assert again == []


async def test_on_a_sound_dossier_there_is_nothing_to_take_away(world: World) -> None:
    before = await disclosed(world)
    stored = await rows(world)
    asked = {"reason": "x", "actor": person("administrator", PROVINCE), "at": FOUNDED}
    assert await audit.take_traces_away(world.service, before.reference, **asked) == []
    assert (await rows(world), await told(world)) == (stored, {})


async def test_the_operator_is_shown_traces_and_takes_them_away_at_the_shell(
    world: World, world_url: str
) -> None:
    before = await disclosed(world)
    await cut(world, before)
    refused = hoso("audit", before.reference, "--rebuild", url=world_url)
    assert (refused.status, "hoso traces KEY" in refused.err) == (1, True)
    shown = hoso("traces", before.reference, "--json", url=world_url)
    assert (shown.status, [each["proves"] for each in shown.json["items"]]) == (
        1,
        ["data were given to a third party", "act 5 was done", "event 11 was told"],
    )
    unreasoned = hoso("traces", before.reference, "--take-away", url=world_url)
    assert (unreasoned.status, "--reason" in unreasoned.err) == (2, True)
    taken = hoso("traces", before.reference, "--take-away", "--reason", "Biên bản 3", "--json", url=world_url)
    assert (taken.status, taken.json["items"]) == (0, shown.json["items"])
    assert hoso("audit", before.reference, "--rebuild", "--json", url=world_url).json == []
    assert hoso("traces", before.reference, "--json", url=world_url).json == {"items": []}
    who = "select p.kind from administration_event e join principal p on p.id = e.actor_id where e.kind = 'traces_taken_away'"
    assert [tuple(row) for row in await world.db.rows(who)] == [("operator",)]
