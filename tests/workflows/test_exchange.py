"""Messages, failed calls and what is held up, through the office on a real database: from filing to the return."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

import exchanges
from exchanges import CALLED_OFF, CODE, OPINION, PAID, PARTNER, REMINDER, SPECIALIST, task
from hoso_models import postgres
from hoso_workflows import audit, incidents, lookup, migration, outbox, refusals, register, timers
from hoso_workflows.commands import AskSupplement, Claim, Complete, Fail, ReceiveSupplement, Retry, Send
from hoso_workflows.filing import Applicant, Request
from hoso_workflows.office import Outcome
from world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, World, instant, person, publish_package

RECEPTION, HEAD, ADMINISTRATOR = (
    person("reception", DESK),
    person("head"),
    person("administrator", PROVINCE),
)


async def accepted(world: World) -> Outcome:
    """A dossier that has asked for an opinion and waits for it."""
    request = Request(
        procedure=CODE, channel="desk", applicant=Applicant("Người nộp 1", identifier="000000000001")
    )
    filed = await world.office.file(request, actor=RECEPTION, at=instant("2026-03-02 08:00"))
    return await world.accepts(filed)


async def calling(world: World) -> Outcome:
    """A dossier that waits for the tax office."""
    return await world.does(await accepted(world), Send(OPINION), SPECIALIST)


async def appraised(world: World) -> Outcome:
    """A dossier at its appraisal, beside which messages are awaited and a timer runs."""
    before = await calling(world)
    return await world.does(before, Complete(task(before, "Thue")), PARTNER, "2026-03-02 11:00")


async def held(world: World) -> tuple[Outcome, str]:
    """A dossier whose timer cannot go on, and its incident."""
    before = await appraised(world)
    await timers.fire(world.office, at=instant("2026-03-03 11:00"))
    (incident,) = await listed(world)
    return before, str(incident.id)


async def listed(world: World, units: list[str] | None = None) -> Any:
    return (await incidents.search(world.db, units)).items


async def waits(world: World, before: Outcome, reader: UUID = SPECIALIST) -> dict[str, Any]:
    return await lookup.waits(world.office, before.reference, reader=reader, at=instant("2026-03-02 10:00"))


async def awaited(world: World, before: Outcome) -> list[tuple[str, str, str | None, str]]:
    said = await waits(world, before)
    return [(each["name"], each["element"], each["role"], each["unit"]) for each in said["messages"]]


async def events(world: World, *kinds: str) -> list[tuple[str, Any]]:
    rows = await world.db.rows(
        "select kind, payload from dossier_event where kind = any($1::text[]) order by seq", [list(kinds)]
    )
    return [(row.kind, row.payload) for row in rows]


async def sound(world: World, before: Outcome) -> None:
    """Rebuilding changes nothing, and the audit finds nothing."""
    tables = ("dossier", "user_task", "timer", "appointment", "letter")
    rows = [await world.db.rows(f"select x::text from {table} x order by 1") for table in tables]  # noqa: S608 - names of our own
    await audit.rebuild(world.office, before.reference)
    assert [await world.db.rows(f"select x::text from {table} x order by 1") for table in tables] == rows  # noqa: S608 - names of our own
    assert [str(found) async for found in audit.differences(world.office)] == []


async def refused(world: World) -> list[tuple[UUID, str]]:
    rows = await world.db.rows("select principal_id, act from access_log where not granted order by id")
    return [(row.principal_id, row.act) for row in rows]


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the procedure in it."""
    with exchanges.founded(server) as url:
        yield url


async def test_the_dossier_goes_from_filing_to_the_return(world: World) -> None:
    before = await accepted(world)
    assert before.body["tasks"] == []
    assert await awaited(world, before) == [(OPINION, "Cho", "specialist", DEPARTMENT)]
    before = await world.does(before, Send(OPINION), SPECIALIST)
    assert [(each["element"], each["kind"]) for each in before.body["tasks"]] == [("Thue", "external")]
    before = await world.does(before, Complete(task(before, "Thue")), PARTNER)
    before = await world.does(before, Send(REMINDER), SPECIALIST)
    before = await world.does(before, Send(REMINDER), SPECIALIST)
    assert sorted(each["element"] for each in before.body["tasks"]) == ["Don_doc", "Don_doc", "Tham_dinh"]
    before = await world.does(before, Complete(task(before, "Tham_dinh")), SPECIALIST)
    assert await awaited(world, before) == [(PAID, "Nop_phi", "specialist", DEPARTMENT)]
    before = await world.does(before, Send(PAID), SPECIALIST)
    before = await world.does(before, Complete(task(before, "Ky")), SPECIALIST)
    before = await world.does(before, Complete(task(before, "Tra")), RECEPTION)
    assert before.status == "returned"
    await sound(world, before)


async def test_the_event_that_comes_first_decides_at_the_gateway(world: World) -> None:
    before = await appraised(world)
    before = await world.does(before, Complete(task(before, "Tham_dinh")), SPECIALIST, "2026-03-02 12:00")
    await timers.fire(world.office, at=instant("2026-03-05 17:00"))
    assert await awaited(world, before) == []
    with pytest.raises(refusals.NobodyWaits):
        await world.does(before, Send(PAID), SPECIALIST, "2026-03-06 08:00")
    await sound(world, before)


async def test_a_message_may_take_the_place_of_the_step_that_it_interrupts(world: World) -> None:
    before = await appraised(world)
    claimed = await world.does(before, Claim(task(before, "Tham_dinh")), SPECIALIST, "2026-03-02 11:30")
    after = await world.does(claimed, Send(CALLED_OFF), SPECIALIST, "2026-03-02 12:00")
    assert [each["element"] for each in after.body["tasks"]] == ["Xem_lai"]
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
    (kept,) = await world.db.rows("select * from outbox where sent_at is null")
    assert (kept.id, kept.attempts, kept.last_error) == (row.id, 0, None)
    assert await outbox.quarantined(world.db) == ()
    assert await outbox.release(world.db, [row.id], at=instant("2026-04-02 09:00")) == 0


async def test_a_message_is_received_once_and_the_same_request_gets_the_same_answer(world: World) -> None:
    before = await accepted(world)
    first = await world.does(before, Send(OPINION), SPECIALIST, key="k-1")
    again = await world.does(before, Send(OPINION), SPECIALIST, key="k-1")
    assert (again.body, again.replayed) == (first.body, True)
    with pytest.raises(refusals.NobodyWaits) as nobody:
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
    [HEAD, RECEPTION, ADMINISTRATOR, CITIZEN, person("specialist", OTHER), register.SYSTEM],
)
async def test_only_who_plays_the_role_of_the_lane_sends(world: World, actor: UUID) -> None:
    before = await accepted(world)
    with pytest.raises(refusals.Forbidden) as forbidden:
        await world.does(before, Send(OPINION), actor)
    assert (forbidden.value.role, forbidden.value.unit) == ("specialist", DEPARTMENT)
    assert await refused(world) == [(actor, "Send")]
    assert await world.one("select version from engine_state") == before.version


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
    with pytest.raises(refusals.NobodyWaits, match=OPINION):
        await world.does(before, Send("ý kiến"), SPECIALIST)
    with pytest.raises(refusals.Forbidden):
        await world.does(before, Send("ý kiến"), CITIZEN)


async def test_what_no_expression_reads_does_not_come_with_a_message(world: World) -> None:
    before = await accepted(world)
    with pytest.raises(refusals.FormRefused, match="ghi_chu"):
        await world.does(before, Send(OPINION, {"ghi_chu": "x"}), SPECIALIST)
    with pytest.raises(refusals.BadVariable, match="muc"):
        await world.does(before, Send(OPINION, {"muc": {"tang": 1}}), SPECIALIST)


async def test_nothing_comes_in_while_a_supplement_is_awaited(world: World) -> None:
    before = await accepted(world)
    asked = await world.does(before, AskSupplement("Thiếu"), RECEPTION)
    with pytest.raises(refusals.SupplementAwaited):
        await world.does(asked, Send(OPINION), SPECIALIST)
    received = await world.does(asked, ReceiveSupplement(), RECEPTION, "2026-03-03 08:00")
    await world.does(received, Send(OPINION), SPECIALIST, "2026-03-03 09:00")


async def test_a_message_with_a_version_that_is_stale_is_refused(world: World) -> None:
    before = await accepted(world)
    with pytest.raises(refusals.StaleVersion):
        await world.does(before, Send(OPINION), SPECIALIST, if_match=before.version - 1)


async def test_a_failed_call_is_listed_until_its_task_is_completed(world: World) -> None:
    before = await calling(world)
    identity = task(before, "Thue")
    failed = await world.does(before, Fail(identity, "Cổng thuế không trả lời"), PARTNER, "2026-03-02 10:30")
    assert [UUID(each["id"]) for each in failed.body["tasks"]] == [identity]
    assert failed.body["incident"] == {
        "id": str(identity),
        "element": "Thue",
        "message": "Cổng thuế không trả lời",
        "unit": DEPARTMENT,
    }
    (incident,) = await listed(world)
    assert (incident.id, incident.reference, incident.unit, incident.since) == (
        identity,
        before.reference,
        DEPARTMENT,
        instant("2026-03-02 10:30"),
    )
    again = await world.does(failed, Fail(identity, "Hết giờ"), PARTNER, "2026-03-02 10:40")
    (incident,) = await listed(world)
    assert (incident.message, incident.since) == ("Hết giờ", instant("2026-03-02 10:30"))
    await sound(world, again)
    done = await world.does(again, Complete(identity), SPECIALIST, "2026-03-02 11:00")
    assert (await listed(world), done.body["incident"]) == ((), None)
    assert await events(world, "incident_resolved") == [("incident_resolved", {"id": str(identity)})]
    await sound(world, done)


async def test_only_a_call_can_fail(world: World) -> None:
    before = await appraised(world)
    with pytest.raises(refusals.NotExternal):
        await world.does(before, Fail(task(before, "Tham_dinh"), "x"), SPECIALIST, "2026-03-02 12:00")
    with pytest.raises(refusals.TaskNotOpen):
        await world.does(before, Fail(UUID(int=7), "x"), SPECIALIST, "2026-03-02 12:00")


async def test_a_failure_needs_words_and_the_role_of_its_task(world: World) -> None:
    before = await calling(world)
    with pytest.raises(refusals.ReasonMissing):
        await world.does(before, Fail(task(before, "Thue"), " "), PARTNER)
    with pytest.raises(refusals.Forbidden):
        await world.does(before, Fail(task(before, "Thue"), "x"), HEAD)
    with pytest.raises(refusals.Forbidden):
        await world.does(before, Complete(task(before, "Thue")), HEAD)


async def test_a_held_timer_is_listed_and_goes_on_with_what_was_missing(world: World) -> None:
    before, incident = await held(world)
    (found,) = await listed(world)
    assert (found.element, found.unit, "muc" in found.message) == ("Muc", DEPARTMENT, True)
    said = await waits(world, before)
    assert [each["id"] for each in said["incidents"]] == [incident]
    await sound(world, before)
    done = await world.does(before, Retry(incident, {"muc": 9}), HEAD, "2026-03-03 12:00")
    assert sorted(each["element"] for each in done.body["tasks"]) == ["Bao_cao", "Tham_dinh"]
    assert await listed(world) == ()
    with pytest.raises(refusals.IncidentNotOpen):
        await world.does(done, Retry(incident), HEAD, "2026-03-03 13:00")
    await sound(world, done)


async def test_a_retry_that_fails_again_keeps_the_incident(world: World) -> None:
    before, incident = await held(world)
    again = await world.does(before, Retry(incident, {"muc": "cao"}), HEAD, "2026-03-03 12:00")
    assert again.body["incident"]["id"] == incident
    (found,) = await listed(world)
    assert (str(found.id), found.since, "muc" in found.message) == (
        incident,
        instant("2026-03-03 11:00"),
        True,
    )
    await sound(world, again)


async def test_an_incident_goes_with_what_it_held_up(world: World) -> None:
    before, incident = await held(world)
    after = await world.does(before, Send(CALLED_OFF), SPECIALIST, "2026-03-03 12:00")
    assert (await listed(world), await events(world, "incident_resolved")) == (
        (),
        [("incident_resolved", {"id": incident})],
    )
    await sound(world, after)


async def test_of_two_who_retry_at_once_one_does(world: World) -> None:
    before, incident = await held(world)
    found = await asyncio.gather(
        *(
            world.does(before, Retry(incident, {"muc": 1}), actor, "2026-03-03 12:00")
            for actor in (HEAD, ADMINISTRATOR)
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in found) == ["IncidentNotOpen", "Outcome"]
    assert await world.one("select count(*) from user_task where element = 'Luu'") == 1


@pytest.mark.parametrize(
    "actor", [SPECIALIST, PARTNER, RECEPTION, CITIZEN, person("head", OTHER), person("head", DESK)]
)
async def test_only_heads_and_the_administrator_retry(world: World, actor: UUID) -> None:
    before, incident = await held(world)
    with pytest.raises(refusals.Forbidden) as forbidden:
        await world.does(before, Retry(incident, {"muc": 1}), actor, "2026-03-03 12:00")
    assert forbidden.value.unit == DEPARTMENT
    assert await refused(world) == [(actor, "Retry")]


async def test_a_failed_call_is_not_retried_but_completed(world: World) -> None:
    before = await calling(world)
    failed = await world.does(before, Fail(task(before, "Thue"), "Hết giờ"), PARTNER)
    with pytest.raises(refusals.TaskAwaited):
        await world.does(failed, Retry(str(task(before, "Thue"))), HEAD)


async def test_incidents_are_seen_by_those_whose_units_they_concern(world: World) -> None:
    _, incident = await held(world)
    assert [str(each.id) for each in await listed(world, [DEPARTMENT])] == [incident]
    assert await listed(world, [OTHER]) == ()
    assert await listed(world, []) == ()


async def test_incidents_are_read_page_by_page(world: World) -> None:
    for minute in range(3):
        before = await calling(world)
        failed = Fail(task(before, "Thue"), "Hết giờ")
        await world.does(before, failed, PARTNER, f"2026-03-02 11:0{minute}")
    seen, place = [], None
    while True:
        page = await incidents.search(world.db, None, limit=1, after=place)
        seen += [each.since for each in page.items]
        place = page.after
        if place is None:
            break
    assert seen == [instant(f"2026-03-02 11:0{minute}") for minute in range(3)]


async def test_an_altered_incident_is_found_and_mended(world: World) -> None:
    before, _ = await held(world)
    await world.changed("update dossier set incidents = '[]'")
    assert [found.what async for found in audit.differences(world.office)] == ["dossier incidents"]
    await audit.rebuild(world.office, before.reference)
    assert [str(found) async for found in audit.differences(world.office)] == []


async def test_what_a_dossier_waits_for_is_for_those_who_may_read_it(world: World) -> None:
    before = await accepted(world)
    with pytest.raises(refusals.NotFound):
        await waits(world, before, CITIZEN)
    said = await waits(world, before)
    assert {name: value for name, value in said.items() if name != "version"} == {
        "reference": before.reference,
        "code": before.code,
        "status": "in_process",
        "tasks": [],
        "timers": [],
        "messages": [
            {"name": OPINION, "element": "Cho", "role": "specialist", "unit": DEPARTMENT, "item": None}
        ],
        "incidents": [],
    }


async def migrated(world: World, change: str = "") -> migration.Migration:
    """Publish a second version, with elements replaced, and move the running dossiers to it."""
    await publish_package(world.db, exchanges.drawn(change))
    approver = person("procedure_approver", PROVINCE)
    return await migration.apply(world.office, CODE, 1, 2, actor=approver, at=instant("2026-03-03 12:00"))


async def test_an_incident_moves_with_its_dossier_to_another_version(world: World) -> None:
    before, incident = await held(world)
    moved = await migrated(world, '<userTask id="Bao_cao" name="Báo cáo lãnh đạo"/>')
    assert moved.counts["moved"] == 1
    assert [str(each.id) for each in await listed(world)] == [incident]
    done = await world.does(before, Retry(incident, {"muc": 9}), HEAD, "2026-03-03 13:00")
    assert "Báo cáo lãnh đạo" in [each["name"] for each in done.body["tasks"]]
    await sound(world, done)


async def test_an_incident_whose_timer_the_new_version_no_longer_draws_is_resolved(world: World) -> None:
    before, incident = await held(world)
    reminder = (
        '<boundaryEvent id="Hen" attachedToRef="Xem_lai" cancelActivity="false"><timerEventDefinition>'
        "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    assert (await migrated(world, reminder)).counts["moved"] == 1
    assert (await listed(world), await events(world, "incident_resolved")) == (
        (),
        [("incident_resolved", {"id": incident})],
    )
    await sound(world, before)


async def test_a_failed_call_moves_with_its_dossier_and_ends_with_its_task(world: World) -> None:
    before = await calling(world)
    failed = await world.does(before, Fail(task(before, "Thue"), "Hết giờ"), PARTNER)
    assert (await migrated(world, '<userTask id="Bao_cao" name="Báo cáo lãnh đạo"/>')).counts["moved"] == 1
    assert [each.id for each in await listed(world)] == [task(before, "Thue")]
    done = await world.does(failed, Complete(task(before, "Thue")), PARTNER, "2026-03-03 13:00")
    assert await listed(world) == ()
    await sound(world, done)
