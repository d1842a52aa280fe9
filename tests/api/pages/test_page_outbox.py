"""Messages that were not sent, in a browser without scripts."""

from __future__ import annotations

from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.visitor import Visitor
from support.world import instant

PLACE = "/noi-bo/quan-tri/thu-gui"
LAST_ERROR = "the server refused the recipient (550)"
SET_ASIDE = (
    "update outbox set aside = 'refused', available_at = 'infinity', attempts = 3, last_error = $1, created_at = $2"
    " where id = (select min(id) from outbox)"
)


async def test_an_administrator_sees_what_was_set_aside_and_why_and_releases_it_once(rest: Rest) -> None:
    dossier = await rest.accepts()
    await rest.world.changed(SET_ASIDE, LAST_ERROR, instant("2026-03-02 09:00"))
    number = await rest.world.one("select id from outbox where aside = 'refused'")
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PLACE)
    assert f"Thư số {number} · {dossier['code']} · 1.014464 Máy chủ từ chối {LAST_ERROR}" in visitor.text
    assert "Chờ gửi" in visitor.text
    await visitor.goes(f"{PLACE}?loai=giu-lai")
    assert "Chờ gửi" not in visitor.text
    address, fields = visitor.sent("Gửi lại")
    clerk = await Visitor.of(rest, CLERK)
    await clerk.posts(address, fields)
    assert clerk.page is not None
    assert clerk.page.status_code == 403
    assert await rest.world.one("select aside from outbox where id = $1", number) == "refused"
    await visitor.posts(address, fields)
    assert visitor.path == f"{PLACE}?loai=giu-lai"
    assert "Không có thư nào bị giữ lại." in visitor.text
    released = await rest.world.db.rows("select aside, attempts from outbox where id = $1", [number])
    assert [tuple(row) for row in released] == [(None, 0)]
    await visitor.posts(address, fields)
    assert visitor.page is not None
    assert visitor.page.status_code == 409
    rows = await rest.world.db.rows(
        "select principal_id, act, granted from access_log"
        " where act in ('list_undelivered', 'release_message', 'releasing messages') order by at, id"
    )
    told = {tuple(row) for row in rows}
    assert told == {
        (ADMINISTRATOR, "list_undelivered", True),
        (CLERK, "release_message", False),
        (ADMINISTRATOR, "releasing messages", True),
    }


async def test_who_administers_nothing_sees_no_message(rest: Rest) -> None:
    visitor = await (await Visitor.of(rest, CLERK)).goes(PLACE)
    assert visitor.page is not None
    assert visitor.page.status_code == 403
