"""Preferences about mail, from the own pages and over REST and CLI."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from hoso_models import SessionKind
from hoso_workflows.organisation import credentials
from support.api_client import CLERK, Rest, problem
from support.browser_text import words
from support.command_line import hoso
from support.signing_in import signed_in
from support.visitor import Visitor
from support.world import CITIZEN, FOUNDED, World

PLACE = "/noi-bo/toi/nhan-thu"
OWN = "/cua-toi/nhan-thu"
HOURS = {"quiet_from": None, "quiet_until": None}
USUAL = {"language": "vi", "digest": False, "quiet": False, "urgent_at_once": True, **HOURS}


async def kept(rest: Rest) -> Any:
    return (await rest.get("/v1/me/delivery", CLERK)).json()


async def test_an_officer_chooses_a_digest_and_office_hours_and_takes_it_back(rest: Rest) -> None:
    assert await kept(rest) == USUAL
    visitor = await (await Visitor.of(rest, CLERK)).goes(PLACE)
    address, fields = visitor.sent("Lưu")
    assert (fields["khi"], fields["viec-gap"], fields["tieng"]) == (["ngay"], ["co"], ["vi"])
    said = {**fields, "khi": ["tong-hop"], "ngoai-gio": ["co"], "tieng": ["en"]}
    await visitor.posts(address, {name: value for name, value in said.items() if name != "viec-gap"})
    assert "Đã lưu. Áp dụng từ thư tiếp theo." in visitor.text
    chosen = {"language": "en", "digest": True, "quiet": True, "urgent_at_once": False}
    assert await kept(rest) == {**chosen, **HOURS}
    again = await visitor.goes(PLACE)
    assert again.sent("Lưu")[1]["khi"] == ["tong-hop"]
    await visitor.posts(address, fields)
    assert await kept(rest) == USUAL


async def test_a_choice_that_is_none_is_refused_and_what_was_chosen_stands(rest: Rest) -> None:
    visitor = await (await Visitor.of(rest, CLERK)).goes(PLACE)
    address, fields = visitor.sent("Lưu")
    await visitor.posts(address, {**fields, "khi": [], "tieng": ["fr"]})
    assert visitor.page is not None
    assert (visitor.page.status_code, "Chọn khi nào nhận thư." in visitor.text) == (422, True)
    assert await kept(rest) == USUAL


async def test_an_applicant_chooses_a_digest_and_hours_of_their_own_and_it_is_recorded(rest: Rest) -> None:
    by = await signed_in(rest.world.db, CITIZEN, at=rest.clock.at, kind=SessionKind.APPLICANT)
    assert OWN in (await rest.get("/cua-toi/tai-khoan", headers=by)).text
    assert "Hệ thống không đặt giờ chung nào." in (await rest.get(OWN, headers=by)).text
    said = {"_khoa": str(UUID(int=1)), "khi": "tong-hop", "gio": "rieng", "tieng": "vi", "viec-gap": "co"}

    async def posted(**more: str) -> Any:
        return await rest.client.post(OWN, data={**said, **more}, headers=by)

    refused = await posted(**{"tu-gio": "25:00", "den-gio": "6h30"})
    assert (refused.status_code, 'value="25:00"' in refused.text) == (422, True)
    same = await posted(**{"tu-gio": "21:00", "den-gio": "21h00"})
    assert (same.status_code, 'href="#f-den-gio"' in same.text) == (422, True)
    assert "Giờ kết thúc trùng giờ bắt đầu." in words(same)
    assert (await posted(**{"tu-gio": "21:00", "den-gio": "6h30"})).status_code == 303
    hours = {"quiet_from": "21:00", "quiet_until": "06:30"}
    assert (await rest.get("/v1/me/delivery", CITIZEN)).json() == {**USUAL, "digest": True, **hours}
    # The same again is no other choice.
    await posted(**{"tu-gio": "21:00", "den-gio": "6h30"})
    page = await rest.get(OWN, headers=by)
    assert ('value="06:30"' in page.text, 'aria-current="page">Tài khoản' in page.text) == (True, True)
    account = await rest.get("/cua-toi/tai-khoan", headers=by)
    assert f'href="{OWN}"' in account.text
    assert (
        "Khi nào nhận thư: Một thư tổng hợp, lúc mở đầu ngày làm việc Ngoài giờ làm việc: gửi cả ngoài giờ"
        " Giờ không báo gì: 21:00 – 06:30 Tiếng của thư: Tiếng Việt" in words(account)
    )
    await posted(gio="khong")
    rows = await rest.world.db.rows(
        "select principal_id, subject, detail from access_log where act = 'set_delivery_preference' order by id"
    )
    assert [(row.principal_id, row.subject, row.detail["quiet_from"]) for row in rows] == [
        (CITIZEN, str(CITIZEN), each) for each in ("21:00", "00:00")
    ]


async def test_the_same_is_said_over_rest(rest: Rest) -> None:
    wish = {"language": "en", "digest": True, "quiet": False, "urgent_at_once": False, **HOURS}
    assert (await rest.ask("PUT", "/v1/me/delivery", CLERK, json=wish)).json() == wish
    assert await kept(rest) == wish
    for wrong in ({"language": "fr"}, {"quiet_from": "24:00"}, {"quiet_from": "21:00"}):
        refused = await rest.ask("PUT", "/v1/me/delivery", CLERK, json=wrong)
        assert problem(refused)["status"] == 422
    assert (await rest.ask("PUT", "/v1/me/delivery", CLERK, json={})).json() == USUAL


async def test_the_same_is_said_at_the_shell(world: World, world_url: str) -> None:
    async with world.db.transaction() as tx:
        token = await credentials.give_token(tx, CLERK, "thử", at=FOUNDED)

    async def told(*words: str) -> Any:
        return await asyncio.to_thread(
            hoso, "notifications", "delivery", *words, url=world_url, HOSO_TOKEN=token
        )

    assert (await told("--json")).json == USUAL
    changed = (await told("--digest", "--language", "en", "--json")).json
    assert changed == {**USUAL, "digest": True, "language": "en"}
    hours = (await told("--hours", "21:00-06:00", "--json")).json
    assert hours == {**changed, "quiet_from": "21:00", "quiet_until": "06:00"}
    assert (await told("--hours", "21:00")).status == 2
    shown = (await told("--hours", "usual")).out
    assert ("Thư tổng hợp đầu ngày làm việc" in shown, "theo hệ thống" in shown) == (True, True)
