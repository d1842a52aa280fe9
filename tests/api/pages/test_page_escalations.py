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
        "Bước xử lý quá hạn, chưa có người giữ, hoặc người giữ đã nghỉ thủ trưởng đơn vị có bước đó"
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
    # The sweep of the other may have gone on when this one was told that one runs.
    await visitor.goes(visitor.path)
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


async def test_a_rung_is_entered_on_a_page_told_in_a_sentence_and_ended(rest: Rest) -> None:
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{PLACE}/bac/moi")
    said = {"muc": "tre_5_ngay", "doi-tuong": "dossier", "khi": "sau", "so": "5", "tinh-theo": "ngay"}
    said |= {"bao-cho": "agency_head", "viec": "bao", "thu-tuc": "1.014464", "can-cu": "QĐ 1"}
    address, fields = visitor.sent("Lưu mức", **said)
    for _ in range(2):  # the same button twice enters one rung
        await visitor.posts(address, fields)
        assert visitor.path == f"{PLACE}/bac"
    assert await rest.world.one("select count(*) from escalation_rung where level = 'tre_5_ngay'") == 1
    line = (
        "tre_5_ngay Hồ sơ quá hạn 5 ngày làm việc thủ tục 1.014464 thủ trưởng cơ quan 02/03/2026 – nay QĐ 1"
    )
    assert line in visitor.text
    await visitor.goes(PLACE)
    assert "Hồ sơ quá hạn 5 ngày làm việc thủ tục 1.014464 thủ trưởng cơ quan" in visitor.text
    await visitor.goes(f"{PLACE}/bac")
    address, fields = visitor.sent("Kết thúc tre_5_ngay, thủ tục 1.014464")
    await visitor.posts(address, fields)
    assert "02/03/2026 – 02/03/2026" in visitor.text


async def test_a_form_of_a_rung_that_is_refused_comes_back_filled_with_faults_at_its_fields(
    rest: Rest,
) -> None:
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{PLACE}/bac/moi")
    await visitor.presses("Lưu mức")
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    for fault in (
        "Ghi tên mức.",
        "Chọn đối tượng theo dõi.",
        "Chọn khi nào.",
        "Chọn người được báo.",
        "Ghi căn cứ.",
    ):
        assert fault in visitor.text
    said = {
        "muc": "Trễ",
        "doi-tuong": "dossier",
        "khi": "sau",
        "so": "năm",
        "bao-cho": "head",
        "can-cu": "QĐ 1",
    }
    await visitor.presses("Lưu mức", **said)
    assert "Ghi một số nguyên lớn hơn 0." in visitor.text
    await visitor.presses("Lưu mức", **{**said, "so": "5"})
    assert "gồm 2 đến 40 chữ thường không dấu" in visitor.text
    assert 'value="Trễ"' in visitor.page.text
    assert await rest.world.one("select count(*) from escalation_rung") == 13


async def test_officers_read_the_rungs_and_change_none(rest: Rest) -> None:
    visitor = await (await Visitor.of(rest, CLERK)).goes(f"{PLACE}/bac")
    assert visitor.page is not None
    assert visitor.page.status_code == 200
    assert "Thêm hoặc thay một mức" not in visitor.text
    assert "Kết thúc" not in visitor.text.replace("Căn cứ Kết thúc", "")
    await visitor.goes(f"{PLACE}/bac/moi")
    assert visitor.page.status_code == 403
