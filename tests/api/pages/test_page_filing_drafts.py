"""Interrupted filings at the desk: kept with all that was typed, listed with their age, taken up again, filed once."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from support.api_client import CLERK, FILING, HEAD, Rest
from support.visitor import Visitor
from support.world import DESK, person

# Each test leaves no draft behind, or counts from its own.
pytestmark = pytest.mark.world("shared")

CODE = FILING["procedure"]
FORM = f"/noi-bo/mot-cua/nop-ho?thu-tuc={CODE}"
LIST = "/noi-bo/mot-cua/nop-ho/ban-nhap"
ANSWERS = {name: str(value) for name, value in FILING["form"].items()}
#: Half of a filing, and something in it that is wrong.
TYPED: dict[str, Any] = {
    "np_ten": "Người nộp 1",
    "np_dia_chi": "Thôn 1, xã 1",
    "np_thu": "không phải thư",
    "np_kenh": "post",
    "np_dien_tu": "co",
    "np_giay": ["TP01"],
    **ANSWERS,
    "so_ban_cfs": "hai",
}


async def kept(rest: Rest) -> Visitor:
    """The desk's officer at the list, with a draft just kept."""
    clerk = await (await Visitor.of(rest, CLERK)).goes(FORM)
    return await clerk.presses("Lưu bản nháp", **TYPED)


async def listed(rest: Rest) -> list[Any]:
    items = (await rest.get("/v1/drafts", CLERK)).json()["items"]
    return [each for each in items if each["reference"] is None]


async def cleared(rest: Rest) -> None:
    for each in await listed(rest):
        await rest.ask("DELETE", f"/v1/drafts/{each['id']}", CLERK)


async def test_an_interrupted_filing_is_kept_once_and_taken_up_with_everything_typed(rest: Rest):
    await cleared(rest)
    rest.clock.turn("2026-03-02 09:00")
    clerk = await (await Visitor.of(rest, CLERK)).goes(FORM)
    address, fields = clerk.sent("Lưu bản nháp", **TYPED)
    for _ in range(2):
        await clerk.posts(address, fields)
        assert clerk.path == f"{LIST}?xong=luu"
    assert ("Đã lưu bản nháp." in clerk.text, "Người nộp 1" in clerk.text, "hôm nay" in clerk.text) == (
        True,
    ) * 3
    (draft,) = await listed(rest)
    found = (await rest.get(f"/v1/drafts/{draft['id']}", CLERK)).json()
    assert found["content"] == {
        "case": "default",
        "channel": "post",
        "applicant": {
            "kind": "person",
            "name": "Người nộp 1",
            "address": "Thôn 1, xã 1",
            "email": "không phải thư",
        },
        "form": {**found["content"]["form"], "so_ban_cfs": "hai"},
        "components": ["TP01"],
        "delivery_mode": "counter",
        "e_result_consent": True,
    }
    assert {"applicant.email", "form.so_ban_cfs"} <= {each["field"] for each in found["findings"]}
    rest.clock.turn("2026-03-05 09:00")
    clerk = await (await Visitor.of(rest, CLERK)).goes(LIST)
    assert "3 ngày trước" in clerk.text
    await clerk.goes(f"{LIST}/{draft['id']}")
    again = clerk.form("Kiểm tra")[0].fields
    before = {
        name.replace("_", "-") if name.startswith("np_") else name: said for name, said in TYPED.items()
    }
    # A browser takes the first break of a text of several lines away.
    assert {name: [each.removeprefix("\n") for each in again[name]] for name in before} == {
        name: said if isinstance(said, list) else [said] for name, said in before.items()
    }


async def test_a_draft_is_gone_on_with_and_filed_once(rest: Rest):
    await cleared(rest)
    await kept(rest)
    (draft,) = await listed(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"{LIST}/{draft['id']}")
    await clerk.presses("Lưu bản nháp", np_thu="", so_ban_cfs=ANSWERS["so_ban_cfs"], np_so="000000000009")
    assert len(await listed(rest)) == 1
    await clerk.goes(f"{LIST}/{draft['id']}")
    assert clerk.form("Kiểm tra")[0].fields["np-so"] == ["000000000009"]
    await clerk.presses("Kiểm tra", np_giay=FILING["components"])
    address, fields = clerk.sent("Chỉ nộp")
    for _ in range(2):
        await clerk.posts(address, fields)
        assert re.fullmatch(r"/noi-bo/ho-so/[^/]+/tiep-nhan(\?xong=.*)?", clerk.path), clerk.text
    filed = "select count(*) from dossier d join party p on p.id = d.applicant_id where p.identifier = $1"
    assert await rest.world.one(filed, "000000000009") == 1
    assert await listed(rest) == []
    await clerk.goes(f"{LIST}/{draft['id']}")
    assert clerk.path.endswith("/tiep-nhan")


async def test_what_another_window_has_kept_is_not_overwritten_unseen(rest: Rest):
    await cleared(rest)
    await kept(rest)
    (draft,) = await listed(rest)
    first = await (await Visitor.of(rest, CLERK)).goes(f"{LIST}/{draft['id']}")
    second = await (await Visitor.of(rest, CLERK)).goes(f"{LIST}/{draft['id']}")
    await first.presses("Lưu bản nháp", np_ten="Tên thứ nhất")
    await second.presses("Lưu bản nháp", np_ten="Tên thứ hai")
    assert second.page is not None
    assert (second.page.status_code, "ở cửa sổ khác" in second.text) == (409, True)
    assert [each["applicant"] for each in await listed(rest)] == ["Tên thứ nhất"]
    await second.presses("Lưu bản nháp")
    assert [each["applicant"] for each in await listed(rest)] == ["Tên thứ hai"]


async def test_a_draft_is_its_officers_alone_and_is_discarded_once(rest: Rest):
    await cleared(rest)
    clerk = await kept(rest)
    (draft,) = await listed(rest)
    address, fields = clerk.sent("Bỏ bản nháp")
    colleague = await (await Visitor.of(rest, person("reception", DESK, 2))).goes(LIST)
    assert "Không có bản nháp nào" in colleague.text
    await colleague.goes(f"{LIST}/{draft['id']}")
    assert colleague.page is not None
    assert colleague.page.status_code == 404
    await colleague.posts(address, {"_khoa": [str(uuid4())]})
    assert len(await listed(rest)) == 1
    head = await (await Visitor.of(rest, HEAD)).goes(LIST)
    assert head.page is not None
    assert head.page.status_code == 403
    for _ in range(2):
        await clerk.posts(address, fields)
        assert "Đã bỏ bản nháp." in clerk.text
    assert await listed(rest) == []


async def test_a_draft_that_is_gone_is_kept_anew_with_what_was_typed(rest: Rest):
    await cleared(rest)
    await kept(rest)
    (draft,) = await listed(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"{LIST}/{draft['id']}")
    await cleared(rest)
    await clerk.presses("Lưu bản nháp", np_ten="Tên mới")
    assert [each["applicant"] for each in await listed(rest)] == ["Tên mới"]
