"""A dossier whose payloads were erased by law can be read, explained and gone on with; what was erased is told."""

from dataclasses import replace

import httpx

from hoso_models import CompetencePart
from hoso_workflows import audit, recompute
from hoso_workflows.audit import stored_dossier
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import units
from support.acts_of_law import TO_THE_RESULT, completed
from support.api_client import ADMINISTRATOR, CLERK, HEAD, Rest, application
from support.browser_text import seen
from support.procedures.law import Walk
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, SINCE, World, instant, person

ERASE = """
select dossier_event_erase(d.id, (select array_agg(seq) from dossier_event where dossier_id = d.id), $1, $2, 'Luật A điều 1')
from dossier d
"""


def anew(rest: Rest) -> Rest:
    """The API after a start: it has nothing at hand."""
    world = World(DossierService(rest.world.db))
    transport = application(world, rest.clock)
    return replace(rest, world=world, client=httpx.AsyncClient(transport=transport, base_url="http://hoso"))


async def test_an_open_dossier_without_any_payload_is_read_explained_and_gone_on_with(rest: Rest) -> None:
    filed = await rest.files(CITIZEN, channel="online")
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    code, (task,) = standing["code"], standing["tasks"]
    before = (await rest.get(f"/v1/dossiers/{code}", CLERK)).json()
    explained = (await rest.get(f"/v1/dossiers/{code}/deadline", CLERK)).json()
    await rest.world.one(ERASE, person("administrator", PROVINCE), instant("2026-03-03 08:00"))
    fresh = anew(rest)
    assert (await fresh.get(f"/v1/dossiers/{code}", CLERK)).json() == before
    document = (await fresh.get(f"/v1/dossiers/{code}/deadline", CLERK)).json()
    gone = document.pop("erased")
    assert ([each["seq"] for each in gone], document) == (list(range(1, len(gone) + 1)), explained)
    assert recompute.differences(document) == []
    page = await seen(fresh, ADMINISTRATOR, f"/noi-bo/ho-so/{code}/thoi-han")
    assert (page.status_code, "xóa theo luật" in page.text) == (200, True)
    theirs = (await fresh.get(f"/v1/dossiers/{code}/deadline", CITIZEN)).json()
    assert [each["kind"] for each in theirs["erased"]] == ["filed", "accepted", "letter_issued"]
    await fresh.completes(standing, person(task["role"], task["unit"]))
    assert [str(each) async for each in audit.differences(fresh.world.service)] == []


async def test_shares_of_a_term_of_calendar_days_are_counted_without_any_payload(law: Rest) -> None:
    walk = await Walk.accepted(law, "2026-03-02 09:00", "shares")
    await walk.completes("2026-03-10 09:00")
    await walk.asked_and_received("2026-03-11 09:00", "2026-03-13 09:00")
    before = (await law.get(f"/v1/dossiers/{walk.code}/deadline", CLERK)).json()
    fresh = await erased(law, "2026-03-16 08:00")
    document = (await fresh.get(f"/v1/dossiers/{walk.code}/deadline", CLERK)).json()
    document.pop("erased")
    assert ([step["share"] for step in document["steps"]], document["dates"]) == (
        [step["share"] for step in before["steps"]],
        before["dates"],
    )
    assert recompute.differences(document) == []
    assert [str(each) async for each in audit.differences(fresh.world.service)] == []


async def erased(rest: Rest, day: str) -> Rest:
    """The API after a start, when every payload was erased."""
    await rest.world.db.rows(ERASE, [person("administrator", PROVINCE), instant(day)])
    return anew(rest)


async def test_a_second_appointment_whose_payload_was_erased_leaves_the_dossier_in_process(
    rest: Rest,
) -> None:
    standing = await rest.accepts()
    path = f"/v1/dossiers/{standing['reference']}"
    rest.clock.turn("2026-03-02 09:30")
    await rest.done(f"{path}/obligation", CLERK, {"reason": "Thuế", "basis": "Luật mẫu"})
    rest.clock.turn("2026-03-02 10:00")
    await rest.done(f"{path}/obligation-met", CLERK, {"proof": "0001"})
    before = (await rest.get(path, CLERK)).json()
    fresh = await erased(rest, "2026-03-03 08:00")
    assert (await fresh.get(path, CLERK)).json() == before
    await fresh.completes(before, CLERK)
    assert [str(each) async for each in audit.differences(fresh.world.service)] == []


async def test_a_later_result_does_not_stand_for_that_of_an_earlier_course(rest: Rest) -> None:
    rest.clock.turn("2026-03-02 08:00")
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    path, row = f"/v1/dossiers/{standing['reference']}", "select * from dossier where reference = $1"
    rest.clock.turn("2026-03-02 10:00")
    await rest.done(f"{path}/handover", CLERK, {"receiver": "Người nhận 1"})
    rest.clock.turn("2026-03-02 11:00")
    standing = await rest.done(f"{path}/reopening", HEAD, {"reason": "Khiếu nại đúng", "basis": "QĐ 1"})
    *steps, (decider, _) = TO_THE_RESULT
    for minute, (by, said) in enumerate((*steps, (decider, {"result": "not_eligible", "reason": "Sai"}))):
        rest.clock.turn(f"2026-03-02 14:{minute:02}")
        standing = await rest.completes(standing, by, **said)
    rest.clock.turn("2026-03-02 15:00")
    await rest.done(f"{path}/handover", CLERK, {"receiver": "Người nhận 2"})
    before = await rest.world.db.row(row, [standing["reference"]])
    fresh = await erased(rest, "2026-03-03 08:00")
    service = fresh.world.service
    (found,) = [each async for each in stored_dossier.rows(service, standing["reference"])]
    history = await stored_dossier.history(
        service, found, [stored_dossier.link(each) for each in found.links]
    )
    told = [(event.kind, event.payload) for event in history if event.kind in ("result_ready", "returned")]
    assert told == [
        ("result_ready", {"result": None, "reason": ""}),
        ("returned", {}),
        ("result_ready", {"result": "not_eligible", "reason": ""}),
        ("returned", before.handed_over),
    ]
    assert [str(each) async for each in audit.differences(fresh.world.service)] == []


async def test_a_reopened_dossier_without_any_payload_is_gone_on_with(rest: Rest) -> None:
    rest.clock.turn("2026-03-02 08:00")
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    path = f"/v1/dossiers/{standing['reference']}"
    rest.clock.turn("2026-03-02 10:00")
    await rest.done(f"{path}/reopening", HEAD, {"reason": "Khiếu nại đúng", "basis": "QĐ 1"})
    before = (await rest.get(path, CLERK)).json()
    fresh = await erased(rest, "2026-03-03 08:00")
    assert (await fresh.get(path, CLERK)).json() == before
    await fresh.completes(before, CLERK)
    assert [str(each) async for each in audit.differences(fresh.world.service)] == []


async def test_a_transfer_that_left_the_desk_where_it_was_does_not_restart_its_term_when_erased(
    rest: Rest,
) -> None:
    """Acts of another handling unit, of another desk, and of both one after the other stay done."""
    rest.clock.turn("2026-03-02 08:00")
    filed = [await rest.files() for _ in range(3)]
    handled = "update competence set unit_code = $1 where part = 'handling' and procedure_code = '1.014464'"
    await rest.world.changed(handled, OTHER)
    async with rest.world.db.transaction() as tx:
        units.competence(tx, "1.014464", DEPARTMENT, CompetencePart.RECEIVING, SINCE, basis="QĐ")
    for hour, dossier, desk in ((9, 0, DESK), (10, 2, DESK), (11, 1, DEPARTMENT), (14, 2, DEPARTMENT)):
        rest.clock.turn(f"2026-03-02 {hour:02}:00")
        path = f"/v1/dossiers/{filed[dossier]['reference']}/transfer"
        await rest.done(path, CLERK, {"reason": "Đơn vị khác", "unit": desk})
    rows = "select reference, reception_due, reception_number from dossier order by filed_at, id"
    before = [dict(row.items()) for row in await rest.world.db.rows(rows)]
    by = {each["reference"]: each["reception_number"] for each in before}
    assert [by[each["reference"]] for each in filed] == [1, 2, 2]
    fresh = await erased(rest, "2026-03-03 08:00")
    assert [str(each) async for each in audit.differences(fresh.world.service)] == []
