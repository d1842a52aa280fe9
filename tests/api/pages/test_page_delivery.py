"""Preferences about mail, from the own pages and over REST and CLI."""

from __future__ import annotations

import asyncio
from typing import Any

from hoso_workflows.organisation import credentials
from support.api_client import CLERK, Rest, problem
from support.command_line import hoso
from support.visitor import Visitor
from support.world import FOUNDED, World

PLACE = "/noi-bo/toi/nhan-thu"
USUAL = {"language": "vi", "digest": False, "quiet": False, "urgent_at_once": True}


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
    assert await kept(rest) == {"language": "en", "digest": True, "quiet": True, "urgent_at_once": False}
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


async def test_the_same_is_said_over_rest(rest: Rest) -> None:
    wish = {"language": "en", "digest": True, "quiet": False, "urgent_at_once": False}
    assert (await rest.ask("PUT", "/v1/me/delivery", CLERK, json=wish)).json() == wish
    assert await kept(rest) == wish
    refused = await rest.ask("PUT", "/v1/me/delivery", CLERK, json={"language": "fr"})
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
    assert "Thư tổng hợp đầu ngày làm việc" in (await told()).out
