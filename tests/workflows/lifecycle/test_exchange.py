"""Messages and calls through the service on a real database: from filing to the return."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest

from hoso_models import postgres
from hoso_workflows import errors
from hoso_workflows.dossiers import due_timers
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import AskSupplement, Claim, Complete, ReceiveSupplement, Result, Send
from hoso_workflows.notifications import outbox, undelivered
from hoso_workflows.organisation import principals
from support.procedures import exchange
from support.procedures.exchange import (
    ADMINISTRATOR,
    CALLED_OFF,
    HEAD,
    OPINION,
    PAID,
    PARTNER,
    RECEPTION,
    REMINDER,
    SPECIALIST,
    accepted,
    appraised,
    events,
    refused,
    sound,
    task,
    waits,
)
from support.world import CITIZEN, DEPARTMENT, OTHER, World, instant, person


async def awaited(world: World, before: Outcome) -> list[tuple[str, str, str | None, str]]:
    said = await waits(world, before)
    return [(each["name"], each["step"], each["role"], each["unit"]) for each in said["messages"]]


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the procedure in it."""
    with exchange.founded(server) as url:
        yield url


async def test_the_dossier_goes_from_filing_to_the_return(world: World) -> None:
    before = await accepted(world)
    assert before.body["tasks"] == []
    assert await awaited(world, before) == [(OPINION, "Cho", "specialist", DEPARTMENT)]
    before = await world.does(before, Send(OPINION), SPECIALIST)
    assert [(each["step"], each["kind"]) for each in before.body["tasks"]] == [("Thue", "external")]
    before = await world.does(before, Complete(task(before, "Thue")), PARTNER)
    before = await world.does(before, Send(REMINDER), SPECIALIST)
    before = await world.does(before, Send(REMINDER), SPECIALIST)
    assert sorted(each["step"] for each in before.body["tasks"]) == ["Don_doc", "Don_doc", "Tham_dinh"]
    before = await world.does(before, Complete(task(before, "Tham_dinh")), SPECIALIST)
    assert await awaited(world, before) == [(PAID, "Nop_phi", "specialist", DEPARTMENT)]
    before = await world.does(before, Send(PAID), SPECIALIST)
    before = await world.does(before, Complete(task(before, "Ky"), result=Result.GRANTED), SPECIALIST)
    before = await world.does(before, Complete(task(before, "Tra")), RECEPTION)
    assert before.status == "returned"
    await sound(world, before)


async def test_the_event_that_comes_first_decides_at_the_gateway(world: World) -> None:
    before = await appraised(world)
    before = await world.does(before, Complete(task(before, "Tham_dinh")), SPECIALIST, "2026-03-02 12:00")
    await due_timers.fire(world.service, at=instant("2026-03-05 17:00"))
    assert await awaited(world, before) == []
    with pytest.raises(errors.NobodyWaits):
        await world.does(before, Send(PAID), SPECIALIST, "2026-03-06 08:00")
    await sound(world, before)


async def test_a_message_may_take_the_place_of_the_step_that_it_interrupts(world: World) -> None:
    before = await appraised(world)
    claimed = await world.does(before, Claim(task(before, "Tham_dinh")), SPECIALIST, "2026-03-02 11:30")
    after = await world.does(claimed, Send(CALLED_OFF), SPECIALIST, "2026-03-02 12:00")
    assert [each["step"] for each in after.body["tasks"]] == ["Xem_lai"]
    assert await world.one("select status from user_task where element = 'Tham_dinh'") == "cancelled"
    assert await world.one("select count(*) from timer") == 0
    await sound(world, after)


async def test_what_was_received_and_sent_is_told_without_values(world: World) -> None:
    before = await accepted(world)
    await world.does(before, Send(OPINION, {"muc": 3}), SPECIALIST)
    assert await events(world, "message_sent", "message_received") == [
        ("message_sent", {"message": "Xin ý kiến"}),
        ("message_received", {"message": OPINION, "elements": ["Cho"], "variables": ["muc"]}),
    ]


async def test_what_the_process_sends_waits_for_the_system_it_is_meant_for(world: World) -> None:
    before = await accepted(world)
    seq = await world.one("select seq from dossier_event where kind = 'message_sent'")
    (row,) = await world.db.rows("select * from outbox where topic = 'partner.message'")
    assert row.payload == {
        "reference": before.reference,
        "code": before.code,
        "seq": seq,
        "message": "Xin ý kiến",
    }
    await outbox.deliver(world.db, (), at=instant("2026-04-02 09:00"))
    (kept,) = await world.db.rows("select * from outbox where sent_at is null and aside is null")
    assert (kept.id, kept.attempts, kept.last_error) == (row.id, 0, None)
    found = (await undelivered.search(world.db, None)).items
    assert {each.topic.partition(".")[0] for each in found} == {"applicant"}
    with pytest.raises(undelivered.NotSetAside):
        await undelivered.release(world.db, [row.id], None, actor=SPECIALIST, at=instant("2026-04-02 09:00"))


async def test_a_message_is_received_once_and_the_same_request_gets_the_same_answer(world: World) -> None:
    before = await accepted(world)
    first = await world.does(before, Send(OPINION), SPECIALIST, key="k-1")
    again = await world.does(before, Send(OPINION), SPECIALIST, key="k-1")
    assert (again.body, again.replayed) == (first.body, True)
    with pytest.raises(errors.NobodyWaits) as nobody:
        await world.does(before, Send(OPINION), SPECIALIST, key="k-2")
    assert nobody.value.awaited == ()
    assert len(await events(world, "message_received")) == 1


async def test_of_two_who_send_at_once_one_is_received(world: World) -> None:
    before = await accepted(world)
    second = person("specialist", number=2)
    found = await asyncio.gather(
        *(world.does(before, Send(OPINION), actor) for actor in (SPECIALIST, second)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in found) == ["NobodyWaits", "Outcome"]
    assert len(await events(world, "message_received")) == 1
    await sound(world, before)


@pytest.mark.parametrize(
    "actor",
    [HEAD, RECEPTION, principals.SYSTEM],
)
async def test_only_who_plays_the_role_of_the_lane_sends(world: World, actor: UUID) -> None:
    before = await accepted(world)
    with pytest.raises(errors.Forbidden) as forbidden:
        await world.does(before, Send(OPINION), actor)
    assert (forbidden.value.role, forbidden.value.unit) == ("specialist", DEPARTMENT)
    assert await refused(world) == [(actor, "Send")]
    assert await world.one("select version from engine_state") == before.version


@pytest.mark.parametrize("actor", [CITIZEN, person("specialist", OTHER), ADMINISTRATOR])
async def test_for_whom_it_does_not_concern_there_is_no_dossier_to_send_to(world: World, actor: UUID) -> None:
    before = await accepted(world)
    for name in (OPINION, "ý kiến"):
        with pytest.raises(errors.NotFound, match=f"^No dossier is known as {before.reference}.$"):
            await world.does(before, Send(name), actor)
    assert await refused(world) == [(actor, "Send"), (actor, "Send")]


async def test_a_substitute_sends_for_the_absent_officer(world: World) -> None:
    before = await accepted(world)
    await world.changed(
        "insert into substitution (id, principal_id, substitute_id, valid_from, valid_to, reason)"
        " values (gen_random_uuid(), $1, $2, '2026-03-02', '2026-03-04', 'Nghỉ phép')",
        SPECIALIST,
        HEAD,
    )
    await world.does(before, Send(OPINION), HEAD)
    row = await world.db.row(
        "select actor_id, on_behalf_of from dossier_event where kind = 'message_received'"
    )
    assert tuple(row or ()) == (HEAD, SPECIALIST)


async def test_a_wrong_name_is_refused_with_those_that_are_awaited(world: World) -> None:
    before = await accepted(world)
    with pytest.raises(errors.NobodyWaits, match=OPINION):
        await world.does(before, Send("ý kiến"), SPECIALIST)


async def test_what_no_expression_reads_does_not_come_with_a_message(world: World) -> None:
    before = await accepted(world)
    with pytest.raises(errors.FormRefused, match="ghi_chu"):
        await world.does(before, Send(OPINION, {"ghi_chu": "x"}), SPECIALIST)
    with pytest.raises(errors.BadVariable, match="muc"):
        await world.does(before, Send(OPINION, {"muc": {"tang": 1}}), SPECIALIST)


async def test_nothing_comes_in_while_a_supplement_is_awaited(world: World) -> None:
    before = await accepted(world)
    asked = await world.does(before, AskSupplement("Thiếu"), RECEPTION)
    with pytest.raises(errors.SupplementAwaited):
        await world.does(asked, Send(OPINION), SPECIALIST)
    received = await world.does(asked, ReceiveSupplement(), RECEPTION, "2026-03-03 08:00")
    await world.does(received, Send(OPINION), SPECIALIST, "2026-03-03 09:00")


async def test_a_message_with_a_version_that_is_stale_is_refused(world: World) -> None:
    before = await accepted(world)
    with pytest.raises(errors.StaleVersion):
        await world.does(before, Send(OPINION), SPECIALIST, if_match=before.version - 1)


async def test_what_a_dossier_waits_for_is_for_those_who_may_read_it(world: World) -> None:
    before = await accepted(world)
    with pytest.raises(errors.NotFound):
        await waits(world, before, CITIZEN)
    said = await waits(world, before)
    assert {name: value for name, value in said.items() if name != "version"} == {
        "view": "officer",
        "reference": before.reference,
        "code": before.code,
        "status": "in_process",
        "tasks": [],
        "timers": [],
        "messages": [
            {"name": OPINION, "step": "Cho", "role": "specialist", "unit": DEPARTMENT, "item": None}
        ],
        "incidents": [],
    }
