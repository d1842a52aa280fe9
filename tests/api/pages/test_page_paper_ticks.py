"""Papers that the desk has looked at: ticked in their row, told to the next officer, gone with the step of reception."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from support.api_client import CLERK, Rest
from support.visitor import Visitor
from support.world import DESK, person

pytestmark = pytest.mark.world("shared")

SECOND = person("reception", DESK, 2)


async def filed(rest: Rest) -> str:
    rest.clock.turn("2026-03-02 09:00")
    return str((await rest.files())["reference"])


async def at_reception(rest: Rest, reference: str, by: UUID = CLERK) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(f"/noi-bo/ho-so/{reference}/tiep-nhan")


async def events(rest: Rest, reference: str) -> int:
    counted = (
        "select count(*) from dossier_event e join dossier d on d.id = e.dossier_id where d.reference = $1"
    )
    return int(await rest.world.one(counted, reference))


async def test_a_tick_is_told_to_the_next_officer_who_may_take_it_back(rest: Rest):
    reference = await filed(rest)
    before = await events(rest, reference)
    clerk = await at_reception(rest, reference)
    address, fields = clerk.sent("Đã kiểm tra")
    rest.clock.turn("2026-03-02 09:05")
    for _ in range(2):
        await clerk.posts(address, fields)
        assert clerk.path == f"/noi-bo/ho-so/{reference}/tiep-nhan"
    name = await rest.world.one("select name from principal where id = $1", CLERK)
    rest.clock.turn("2026-03-02 09:20")
    second = await at_reception(rest, reference, SECOND)
    assert f"Đã kiểm tra : {name}, 09:05 02/03/2026" in second.text
    await second.presses("Bỏ dấu")
    assert f"Đã kiểm tra : {name}" not in second.text
    rest.clock.turn("2026-03-02 09:25")
    clerk = await at_reception(rest, reference)
    await clerk.presses("Đã kiểm tra")
    assert f"Đã kiểm tra : {name}, 09:25 02/03/2026" in clerk.text
    assert await events(rest, reference) == before


async def test_ticks_leave_what_is_kept_of_the_step_and_go_with_it(rest: Rest):
    reference = await filed(rest)
    (task,) = (await rest.get(f"/v1/dossiers/{reference}", CLERK)).json()["tasks"]
    await rest.ask(
        "PUT", f"/v1/user-tasks/{task['id']}/draft", CLERK, json={"note": "Chờ bản gốc", "values": {}}
    )
    clerk = await at_reception(rest, reference)
    await clerk.presses("Đã kiểm tra")
    draft = (await rest.get(f"/v1/user-tasks/{task['id']}/draft", CLERK)).json()
    assert (draft["note"], list(draft["values"]["_da_kiem_tra"].values())) == (
        "Chờ bản gốc",
        [{"ticked": True, "at": "2026-03-02T09:00:00+07:00"}],
    )
    address, fields = clerk.sent("Đã kiểm tra")
    await rest.done(f"/v1/dossiers/{reference}/acceptance", CLERK)
    assert await rest.world.one("select count(*) from officer_task where task_id = $1::uuid", task["id"]) == 0
    await clerk.posts(address, fields)
    assert clerk.page is not None
    assert (clerk.page.status_code, "không còn mở" in clerk.text) == (422, True)


async def test_who_does_not_receive_reads_the_ticks_and_makes_none(rest: Rest):
    reference = await filed(rest)
    clerk = await at_reception(rest, reference)
    address, fields = clerk.sent("Đã kiểm tra")
    await clerk.posts(address, fields)
    head = await at_reception(rest, reference, person("head", DESK))
    assert head.page is not None
    assert "Đã kiểm tra :" in head.text
    assert 'name="giay"' not in head.page.text
    await head.posts(address, {**fields, "_khoa": [str(uuid4())], "_di": ["bo"]})
    assert head.page.status_code == 403
    clerk = await at_reception(rest, reference)
    assert "Đã kiểm tra :" in clerk.text
    await clerk.posts(address, {**fields, "giay": ["khong-co"]})
    assert clerk.page is not None
    assert clerk.page.status_code == 404
