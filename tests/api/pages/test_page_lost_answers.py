"""A form whose commit was not confirmed: the page says so, offers it again under its key, and tells what was stored."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from hoso_api.pages.shared import templating
from support import api_client, cut_line, world
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.cut_line import CutLine
from support.visitor import Visitor
from support.world import DEPARTMENT, PROVINCE

NEW = "/noi-bo/quan-tri/nguoi-dung/moi"
SAID = {"ten": "Đặng Thị Mới", "email": "moi@so.example", "ma": "CV9", "don_vi": DEPARTMENT}
MOMENTS = pytest.mark.parametrize("forwarded", [False, True], ids=["never arrived", "was stored"])


@pytest.fixture
async def line(world_url: str) -> AsyncIterator[CutLine]:
    async with cut_line.before(world_url) as opened:
        yield opened


@pytest.fixture
async def far(line: CutLine) -> AsyncIterator[Rest]:
    """The API at the end of the line."""
    url = line.url.render_as_string(hide_password=False)
    async with api_client.opened(url, world.instant("2026-03-02 09:00")) as rest:
        yield rest


async def at(rest: Rest, by: UUID, path: str) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(path)


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


@MOMENTS
async def test_an_act_on_a_dossier_is_offered_again_and_done_once(
    rest: Rest, line: CutLine, far: Rest, forwarded: bool
) -> None:
    reference = (await rest.files())["reference"]
    clerk = await at(far, CLERK, f"/noi-bo/ho-so/{reference}/trao-doi")
    cut = line.cut("insert into idempotency", forwarded=forwarded)
    await clerk.presses("Ghi chú", noi_dung="Đã gọi điện cho người nộp.")
    assert (cut.done, status(clerk)) == (True, 504)
    assert "Chưa rõ đã ghi hay chưa" in clerk.text
    await clerk.presses("Gửi lại")
    assert status(clerk) == 200
    noted = await rest.world.db.rows("select 1 from dossier_event where kind = 'noted'")
    assert len(noted) == 1


@MOMENTS
async def test_an_act_of_administration_is_offered_again_and_done_once(
    rest: Rest, line: CutLine, far: Rest, forwarded: bool
) -> None:
    admin = await at(far, ADMINISTRATOR, NEW)
    form = admin.sent("Thêm người dùng", **SAID)
    cut = line.cut("COMMIT", forwarded=forwarded)
    await admin.posts(*form)
    assert (cut.done, status(admin)) == (True, 504)
    assert "Chưa rõ đã ghi hay chưa" in admin.text
    await admin.presses("Gửi lại")
    # To the page of what was entered, by either; and once more, as when somebody goes back in the browser.
    assert (status(admin), "Đặng Thị Mới" in admin.text) == (200, True)
    await admin.posts(*form)
    assert (status(admin), "Đặng Thị Mới" in admin.text) == (200, True)
    entered = await rest.world.db.rows("select 1 from principal where name = 'Đặng Thị Mới'")
    assert len(entered) == 1


async def test_what_has_changed_the_state_is_not_refused_because_of_that(line: CutLine, far: Rest) -> None:
    admin = await at(far, ADMINISTRATOR, f"/noi-bo/quan-tri/don-vi/moi?cap-tren={PROVINCE}")
    said = {"ma": "H27.SXD", "ten": "Sở Xây dựng", "loai": "department", "cap": "province", "lich": "ha-tinh"}
    form = admin.sent("Thêm đơn vị", **said, tu_ngay="01/03/2026")
    line.cut("COMMIT", forwarded=True)
    await admin.posts(*form)
    assert status(admin) == 504
    await admin.presses("Gửi lại")
    assert (status(admin), "Việc này đã được ghi" in admin.text) == (409, True)


@MOMENTS
async def test_a_token_of_ones_own_is_made_once(
    rest: Rest, line: CutLine, far: Rest, forwarded: bool
) -> None:
    clerk = await at(far, CLERK, "/tai-khoan/ma-truy-cap")
    line.cut("COMMIT", forwarded=forwarded)
    await clerk.presses("Tạo mã", ten="Báo cáo tuần")
    assert (status(clerk), "Chưa rõ đã ghi hay chưa" in clerk.text) == (504, True)
    await clerk.presses("Gửi lại")
    assert ("Việc này đã được ghi" in clerk.text) == forwarded
    made = await rest.world.db.rows("select 1 from api_token where label = 'Báo cáo tuần'")
    assert len(made) == 1


def test_every_form_that_acts_carries_a_key() -> None:
    environment = templating.ENVIRONMENT
    assert environment.loader
    found = {
        (name, form): len(re.findall(r"hidden\(|_khoa", form))
        for name in environment.list_templates(extensions=["html"])
        for form in re.findall(
            r"<form\b[^>]*post.*?</form>",
            environment.preprocess(environment.loader.get_source(environment, name)[0]),
            re.DOTALL,
        )
    }
    assert len(found) > 200
    assert [name for (name, _), keys in found.items() if keys != 1] == []
