"""Incidents on their page: what holds a run up, and letting it go on."""

from collections.abc import Iterator

import pytest

from hoso_models import postgres
from hoso_workflows.dossiers import due_timers
from support.api_client import CLERK, FILING, Rest
from support.procedures import exchange
from support.procedures.exchange import CODE, OPINION, PARTNER, REMINDER, SPECIALIST
from support.visitor import Visitor
from support.world import OTHER, person

HEAD = person("head")


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the procedure in it."""
    with exchange.founded(server) as url:
        yield url


async def held_up(rest: Rest) -> str:
    """The code of a dossier whose timer could not fire."""
    filing = {**FILING, "procedure": CODE, "form": {}, "components": []}
    filed = await rest.done("/v1/dossiers", CLERK, filing)
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    messages = f"/v1/dossiers/{standing['code']}/messages"
    standing = await rest.done(messages, SPECIALIST, {"name": OPINION})
    (call,) = standing["tasks"]
    await rest.done(f"/v1/user-tasks/{call['id']}/completion", PARTNER)
    await rest.done(messages, SPECIALIST, {"name": REMINDER})
    rest.clock.turn("2026-03-03 10:00")
    await due_timers.fire(rest.world.service, at=rest.clock.at)
    return str(standing["code"])


async def test_a_head_lets_a_run_go_on_with_the_value_that_was_missing(rest: Rest):
    code = await held_up(rest)
    stranger = await (await Visitor.of(rest, person("head", OTHER))).goes("/noi-bo/su-co-quy-trinh")
    assert "Không có hồ sơ nào bị dừng vì sự cố." in stranger.text
    officer = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/su-co-quy-trinh")
    assert code in officer.text
    assert "Chạy lại" not in officer.text
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/su-co-quy-trinh")
    await head.presses("Chạy lại", gia_tri="chín")
    assert head.page is not None
    assert head.page.status_code == 422
    assert head.form("Chạy lại")[0].fields["gia-tri"] == ["chín"]
    address, fields = head.sent("Chạy lại", gia_tri="muc = 9")
    await officer.posts(address, fields)
    assert officer.page is not None
    assert officer.page.status_code == 403
    await head.posts(address, fields)
    assert f"· {code}" in head.text
    assert "Không có hồ sơ nào bị dừng vì sự cố." in head.text
    rows = await rest.world.db.rows(
        "select count(*) as n from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.code = $1 and e.kind = 'incident_resolved'",
        [code],
    )
    await head.posts(address, fields)
    assert (rows[0].n, head.page.status_code) == (1, 200)
