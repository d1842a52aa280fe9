"""Receivers of webhooks, in a browser without scripts."""

from __future__ import annotations

import re
from typing import Any

from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.visitor import Visitor
from support.world import PROVINCE

PLACE = "/noi-bo/quan-tri/webhook"
SAID = {
    "don-vi": [PROVINCE],
    "ten": ["Cổng dịch vụ công"],
    "dia-chi": ["https://cong.example.vn/hoso"],
    "loai": ["system"],
    "su-kien": ["filed", "accepted"],
}


def secret(visitor: Visitor) -> str:
    assert visitor.page is not None
    (found,) = re.findall(r"whsec_[\w+/=]+", visitor.page.text)
    return str(found)


async def entry(visitor: Visitor) -> tuple[str, dict[str, Any]]:
    await visitor.goes(f"{PLACE}/moi")
    address, fields = visitor.sent("Thêm")
    return address, {**fields, **SAID}


async def test_an_administrator_enters_a_receiver_once_and_sees_its_secret_once(rest: Rest) -> None:
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PLACE)
    assert "Chưa có hệ thống nào nhận tin." in visitor.text
    address, fields = await entry(visitor)
    await visitor.posts(address, {**fields, "dia-chi": ["http://10.0.0.1/"], "su-kien": []})
    assert "Chọn ít nhất một sự kiện." in visitor.text
    await visitor.posts(address, {**fields, "dia-chi": ["http://10.0.0.1/"]})
    assert visitor.page is not None
    assert (visitor.page.status_code, 'value="Cổng dịch vụ công"' in visitor.page.text) == (422, True)
    assert await rest.world.one("select count(*) from webhook_receiver") == 0
    await visitor.posts(address, fields)
    shown = secret(visitor)
    await visitor.posts(address, fields)
    assert secret(visitor) == shown
    await visitor.goes(PLACE)
    assert ("Cổng dịch vụ công" in visitor.text, "Đang dùng" in visitor.text) == (True, True)
    assert await rest.world.one("select count(*) from webhook_receiver") == 1
    await visitor.posts(*await entry(visitor))
    await visitor.goes(PLACE)
    assert visitor.page is not None
    links = re.findall(rf'<a href="{PLACE}/[0-9a-f-]+" lang="vi">([^<]*)</a>', visitor.page.text)
    assert links == ["Cổng dịch vụ công (1)", "Cổng dịch vụ công (2)"]


async def test_a_receiver_shows_its_messages_and_is_tried_turned_and_ended(rest: Rest) -> None:
    visitor = await Visitor.of(rest, ADMINISTRATOR)
    await visitor.posts(*await entry(visitor))
    first = secret(visitor)
    dossier = await rest.accepts()
    receiver = await rest.world.one("select id from webhook_receiver")
    place = f"{PLACE}/{receiver}"
    await visitor.goes(place)
    assert f"{dossier['code']}" in visitor.text
    assert ("Đã nộp" in visitor.text, "Đã tiếp nhận" in visitor.text) == (True, True)

    await visitor.posts(*visitor.sent("Gửi tin thử"))
    assert ("Tin thử đang chờ gửi" in visitor.text, visitor.path) == (True, f"{place}?xong=thu")
    await visitor.posts(*visitor.sent("Tạo khóa bí mật mới"))
    assert (secret(visitor) == first, "Khóa cũ còn dùng được đến" in visitor.text) == (False, True)
    await visitor.goes(place)
    ending = visitor.sent("Ngừng gửi đến hệ thống này")
    trying = visitor.sent("Gửi tin thử")
    await visitor.posts(*ending)
    assert ("Đã ngừng" in visitor.text, "Không cần gửi nữa" in visitor.text) == (True, True)
    await visitor.posts(*trying)
    assert visitor.page is not None
    assert visitor.page.status_code == 409


async def test_an_administrator_changes_a_receiver_and_loses_nothing_that_was_typed(rest: Rest) -> None:
    visitor = await Visitor.of(rest, ADMINISTRATOR)
    await visitor.posts(*await entry(visitor))
    receiver = await rest.world.one("select id from webhook_receiver")
    place = f"{PLACE}/{receiver}"
    await visitor.goes(f"{place}/sua")
    address, fields = visitor.sent("Lưu")
    assert {name: fields[name] for name in ("ten", "dia-chi", "su-kien")} == {
        name: SAID[name] for name in ("ten", "dia-chi", "su-kien")
    }
    moved = {**fields, "ten": ["Cổng mới"], "dia-chi": ["https://moi.example.vn/hoso"]}
    await visitor.posts(address, {**moved, "dia-chi": ["http://10.0.0.1/"]})
    assert visitor.page is not None
    assert (visitor.page.status_code, 'value="Cổng mới"' in visitor.page.text) == (422, True)
    await visitor.posts(address, moved)
    assert (visitor.path, "Đã lưu." in visitor.text) == (f"{place}?xong=sua", True)
    assert "https://moi.example.vn/hoso" in visitor.text
    # From the page that was read before.
    await visitor.posts(address, {**moved, "ten": ["Tên khác"]})
    assert (visitor.page.status_code, 'value="Tên khác"' in visitor.page.text) == (412, True)
    assert await rest.world.one("select name from webhook_receiver") == "Cổng mới"
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"{place}/sua")
    assert clerk.page is not None
    assert clerk.page.status_code == 403


async def test_who_administers_nothing_sees_and_enters_no_receiver(rest: Rest) -> None:
    administrator = await Visitor.of(rest, ADMINISTRATOR)
    address, fields = await entry(administrator)
    visitor = await (await Visitor.of(rest, CLERK)).goes(PLACE)
    assert visitor.page is not None
    assert visitor.page.status_code == 403
    await visitor.posts(address, fields)
    assert visitor.page.status_code == 403
    assert await rest.world.one("select count(*) from webhook_receiver") == 0
