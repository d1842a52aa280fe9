"""The page on which an officer sends the message that a dossier's procedure awaits."""

from collections.abc import Iterator
from typing import Any

import pytest

from hoso_models import postgres
from support.api_client import CLERK, FILING, Rest
from support.procedures import exchange
from support.procedures.exchange import CODE, OPINION, SPECIALIST
from support.visitor import Visitor


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """A world with the procedure that talks with the outside."""
    with exchange.founded(server) as url:
        yield url


async def waiting(rest: Rest) -> Any:
    """A dossier that waits for an opinion."""
    filed = await rest.done(
        "/v1/dossiers", CLERK, {**FILING, "procedure": CODE, "form": {}, "components": []}
    )
    return await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)


async def test_a_message_is_sent_once_by_who_may_and_the_page_then_says_what_is_awaited(rest: Rest):
    code = (await waiting(rest))["code"]
    specialist = await (await Visitor.of(rest, SPECIALIST)).goes(f"/noi-bo/ho-so/{code}")
    assert "Gửi thông điệp cho quy trình" in specialist.text
    await specialist.goes(f"/noi-bo/ho-so/{code}/thong-diep")
    assert OPINION in specialist.text
    await specialist.presses("Gửi thông điệp")
    assert "Chưa chọn thông điệp." in specialist.text
    chosen = f'["{OPINION}",null]'
    await specialist.presses("Gửi thông điệp", thong_diep=chosen, du_lieu="so ky")
    assert "Dòng “so ky” chưa có dạng tên = giá trị." in specialist.text
    await specialist.presses("Gửi thông điệp", thong_diep=chosen, du_lieu="so_ky = 3")
    assert specialist.page is not None
    assert '<a href="#f-du-lieu">' in specialist.page.text
    address, fields = specialist.sent("Gửi thông điệp", thong_diep=chosen, du_lieu="\nmuc = 9\n")
    await specialist.posts(address, fields)
    assert specialist.path.startswith(f"/noi-bo/ho-so/{code}?xong=")
    assert "Đã nhận thông điệp" in specialist.text
    await specialist.posts(address, fields)
    rows = await rest.world.db.rows(
        "select e.payload ->> 'message' as name from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.code = $1 and e.kind = 'message_received'",
        [code],
    )
    assert [row.name for row in rows] == [OPINION]
    await specialist.goes(f"/noi-bo/ho-so/{code}/thong-diep")
    assert "Không có thông điệp nào được chờ." in specialist.text
