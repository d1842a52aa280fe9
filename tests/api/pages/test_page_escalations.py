"""The escalation ladder in a browser without scripts."""

from __future__ import annotations

import asyncio
from uuid import UUID

from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.visitor import Visitor
from support.world import DESK, UNITS

PLACE = "/noi-bo/quan-tri/canh-bao"


async def test_an_administrator_sees_whom_the_next_sweep_tells_and_lets_it_run_once(rest: Rest) -> None:
    dossier = await rest.accepts()
    rest.clock.turn("2026-03-02 11:01")
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PLACE)
    assert (
        "Bước quá hạn mà chưa có người giữ, hoặc người giữ đã nghỉ thủ trưởng đơn vị có bước đó"
        in visitor.text
    )
    assert "Báo qua: danh sách thông báo của người nhận." in visitor.text
    assert "Chưa quét lần nào." in visitor.text
    (task,) = dossier["tasks"]
    line = f"{dossier['code']} 1.014464 Bước quá hạn, chưa ai nhận {task['name']} 11:00"
    assert line in visitor.text
    assert f"head 1 · {UNITS[DESK][0]}" in visitor.text
    address, fields = visitor.sent("Quét ngay")
    other = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PLACE)
    await asyncio.gather(visitor.posts(address, fields), other.posts(*other.sent("Quét ngay")))
    assert await rest.world.one("select count(*) from outbox where topic like 'escalation.%'") == 1
    assert visitor.path == f"{PLACE}?da-quet=co"
    assert "Lần quét tới không báo cho ai." in visitor.text
    rest.clock.turn("2026-03-02 11:02")
    await visitor.posts(address, fields)
    assert "Đã quét xong: không có ai phải báo thêm." in visitor.text
    await visitor.goes(f"{PLACE}/da-bao")
    assert line in visitor.text
    assert "Chờ gửi thư" in visitor.text


async def test_a_late_step_without_a_head_names_the_unit(rest: Rest) -> None:
    await rest.accepts()
    await rest.world.changed("update role_assignment set valid_to = '2026-03-01' where unit_code = $1", DESK)
    rest.clock.turn("2026-03-02 11:01")
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PLACE)
    name = await rest.world.one("select name from unit where code = $1", DESK)
    assert f"Không có ai để báo {name} chưa có thủ trưởng" in visitor.text
    await visitor.presses("Quét ngay")
    assert "1 việc chưa có người để báo; lượt quét sau thử lại." in visitor.text


async def test_who_administers_nothing_sees_and_sweeps_nothing(rest: Rest) -> None:
    visitor = await Visitor.of(rest, CLERK)
    for address in (PLACE, f"{PLACE}/da-bao"):
        await visitor.goes(address)
        assert visitor.page is not None
        assert visitor.page.status_code == 403
    await visitor.posts(f"{PLACE}/quet", {"_khoa": [str(UUID(int=7))]})
    assert visitor.page.status_code == 403
    assert await rest.world.one("select count(*) from watermark where job = 'escalate'") == 0
