"""Correction of what is recorded of a dossier, on its page without scripts."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from support.api_client import CLERK, FILING, HEAD, Rest
from support.visitor import Visitor

pytestmark = pytest.mark.world("shared")


async def opened(rest: Rest, by: UUID, code: str) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(f"/noi-bo/ho-so/{code}/dinh-chinh")


async def recorded(rest: Rest, code: str) -> tuple[Any, Any, list[Any]]:
    """The applicant's name, the answers, and what was told of corrections."""
    found = (await rest.get(f"/v1/dossiers/{code}", CLERK)).json()
    happened = (await rest.get(f"/v1/dossiers/{code}/events", CLERK)).json()["items"]
    told = [each["payload"] for each in happened if each["kind"] == "rectified"]
    kept = [(each["reason"], each["fields"], each["own_fault"]) for each in told]
    return found["applicant"]["name"], found["form"], kept


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


RIGHT = {
    "ly_do": "Gõ sai tên",
    "np_loi": "co-quan",
    "np_ten": "Công ty xuất khẩu sách mẫu 2",
    "ma_so_thue": "3000000001",
}


async def test_what_was_recorded_wrongly_is_corrected_once_and_nothing_else(rest: Rest):
    code = (await rest.accepts())["code"]
    clerk = await opened(rest, CLERK, code)
    address, fields = clerk.sent("Đính chính", **RIGHT)
    for _ in range(2):
        await clerk.posts(address, fields)
        assert clerk.path.startswith(f"/noi-bo/ho-so/{code}/noi-dung?xong=")
    assert await recorded(rest, code) == (
        "Công ty xuất khẩu sách mẫu 2",
        {**FILING["form"], "ma_so_thue": "3000000001"},
        [("Gõ sai tên", ["applicant.name", "form.ma_so_thue"], True)],
    )


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"ly_do": " "}, "ly-do", "Ghi lý do."),
        ({"np_loi": []}, "np-loi", "Chọn ai đã ghi sai."),
        ({"np_ten": ""}, "np-ten", ""),
        ({"np_thu": "a@x.example, b@y.example"}, "np-thu", "Ghi một địa chỉ thư điện tử, ví dụ ten@vidu.vn."),
        ({"np_dia_ban": "zzz"}, "np-dia-ban", ""),
        ({"so_ban_cfs": "nhiều"}, "so_ban_cfs", ""),
    ],
)
async def test_a_correction_that_does_not_fit_comes_back_at_its_field(
    rest: Rest, said: dict[str, Any], field: str, words: str
):
    code = (await rest.accepts())["code"]
    clerk = await opened(rest, CLERK, code)
    await clerk.presses("Đính chính", **{**RIGHT, **said})
    assert clerk.page is not None
    assert (status(clerk), f'<a href="#f-{field}">{words}' in clerk.page.text) == (422, True), clerk.text
    assert 'value="3000000001"' in clerk.page.text
    assert (await recorded(rest, code))[2] == []


async def test_nothing_is_recorded_where_nothing_differs(rest: Rest):
    code = (await rest.accepts())["code"]
    clerk = await opened(rest, CLERK, code)
    await clerk.presses("Đính chính", ly_do="Gõ sai", np_loi="nguoi-nop")
    assert status(clerk) == 409
    assert (await recorded(rest, code))[2] == []


async def test_a_correction_of_what_changed_meanwhile_is_looked_at_again(rest: Rest):
    code = (await rest.accepts())["code"]
    clerk = await opened(rest, CLERK, code)
    first = {"reason": "Gõ sai", "applicant": {"address": "Số 1"}}
    await rest.done(f"/v1/dossiers/{code}/correction", CLERK, first)
    await rest.done(f"/v1/dossiers/{code}/suspension", HEAD, {"reason": "Chờ giám định", "basis": "Luật mẫu"})
    await clerk.presses("Đính chính", **RIGHT)
    assert (status(clerk), "Hồ sơ đã thay đổi trong khi bạn mở trang này" in clerk.text) == (409, True)
    assert len((await recorded(rest, code))[2]) == 1


async def test_a_head_reads_why_they_correct_nothing(rest: Rest):
    code = (await rest.accepts())["code"]
    head = await opened(rest, HEAD, code)
    assert "Việc này thuộc vai trò khác trong đơn vị." in head.text
    fields = {"_khoa": [str(uuid4())], "ly-do": ["Sai"], "np-loi": ["co-quan"], "np-ten": ["Tên khác"]}
    await head.posts(f"/noi-bo/ho-so/{code}/dinh-chinh", fields)
    assert (status(head), (await recorded(rest, code))[2]) == (403, [])
