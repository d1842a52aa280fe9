"""Long jobs in a browser: ordered by other pages, followed, stopped; and over REST and at the shell."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows.jobs import runner, works
from support import calendars
from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Rest, problem
from support.calendars import SECOND, Way
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, OTHER, PROVINCE, person

# Each test moves dossiers of its own: none stays behind on what another one moves from.
pytestmark = pytest.mark.world("shared")

CODE, JOBS = "1.014464", "/noi-bo/viec-chay"
#: The procedure of the other department.
ANOTHER = "1.013871"
APPROVER = person("procedure_approver", PROVINCE)
MOVING = f"/noi-bo/thu-tuc/{CODE}/chuyen-ban?tu=1&den=2"
MIGRATION = {"kind": "migration", "procedure": CODE, "source": 1, "target": 2}


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    """Portions of two dossiers."""
    with pytest.MonkeyPatch.context() as patched:
        for each in (works.Migrate, works.Rehome, works.Revise):
            patched.setattr(each, "most", 2)
        yield


@pytest.fixture
async def three(rest: Rest) -> list[str]:
    """The references of three dossiers on the first version, and a second version that they may move to."""
    await rest.world.brings(CODE, 2)
    return sorted([(await rest.files())["reference"] for _ in range(3)])


async def at(rest: Rest, by: UUID, path: str) -> Visitor:
    """A person at an address."""
    return await (await Visitor.of(rest, by)).goes(path)


def markup(visitor: Visitor) -> str:
    """The markup of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.text


def status(visitor: Visitor) -> int:
    """The status of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.status_code


async def advances(rest: Rest) -> None:
    """One portion, as a process in the background does it."""
    await runner.advance(rest.world.service, at=rest.clock())


async def ends(rest: Rest) -> None:
    """All portions."""
    await runner.run(rest.world.service, clock=rest.clock)


async def on_second(rest: Rest, references: list[str]) -> int:
    """Number of these dossiers that run on the second version."""
    found: int = await rest.world.one(
        "select count(*) from dossier d join workflow_version v on v.id = d.workflow_version_id"
        " where v.number = 2 and d.reference = any($1::text[])",
        references,
    )
    return found


async def test_many_dossiers_move_to_a_version_by_a_job_that_tells_how_far_it_is(
    rest: Rest, three: list[str]
):
    approver = await at(rest, APPROVER, MOVING)
    address, fields = approver.sent("Chuyển mọi hồ sơ chuyển được")
    for _ in range(2):
        await approver.posts(address, fields)
        assert re.fullmatch(rf"{JOBS}/[0-9a-f-]{{36}}", approver.path)
    place = approver.path
    assert await rest.world.one("select count(*) from job where ended_at is null") == 1
    assert "Chờ chạy Đã xem 0 trên 3 hồ sơ (0 %) Xem lại" in approver.text
    await advances(rest)
    await approver.goes(place)
    assert "Đang chạy Đã xem 2 trên 3 hồ sơ (66 %) · còn chưa đến 1 phút Xem lại" in approver.text
    polling = 'hx-get="" hx-trigger="every 2s" hx-select="#tien-do" hx-swap="outerMorph"'
    assert f'<section class="sheet" id="tien-do" aria-labelledby="tien-do-h" {polling}>' in markup(approver)
    assert '<progress max="3" value="2"' in markup(approver)
    assert f'href="{place}">Xem lại' in markup(approver)
    reads = "select count(*) from access_log where act = 'list_job_items' and subject = $1"
    assert await rest.world.one(reads, place.rpartition("/")[2]) == 0
    await ends(rest)
    await approver.goes(place)
    assert "Xong Đã xem 3 trên 3 hồ sơ (100 %)" in approver.text
    assert (polling in markup(approver), "Dừng" in approver.text) == (False, False)
    assert sorted(re.findall(r'href="/noi-bo/ho-so/([^"]+)"', markup(approver))) == three
    assert await on_second(rest, three) == 3
    assert await rest.world.one(reads, place.rpartition("/")[2]) == 1
    await approver.goes(JOBS)
    assert f"Chuyển hồ sơ sang bản thủ tục khác {CODE}: 1 → 2" in approver.text
    assert "3/3 (100 %) Xong" in approver.text


async def test_a_job_is_stopped_once_and_what_it_has_done_stays(rest: Rest, three: list[str]):
    approver = await at(rest, APPROVER, MOVING)
    await approver.presses("Chuyển mọi hồ sơ chuyển được")
    await advances(rest)
    await approver.goes(approver.path)
    address, fields = approver.sent("Dừng")
    for _ in range(2):
        await approver.posts(address, fields)
        assert "Đã dừng Đã xem 2 trên 3 hồ sơ (66 %)" in approver.text
        assert "Đã dừng theo lệnh của procedure_approver 1" in approver.text
    await ends(rest)
    rows = await rest.world.db.rows("select state, done from job where cancelled_by is not null")
    assert [tuple(row) for row in rows] == [("cancelled", 2)]
    await rest.done("/v1/jobs", APPROVER, MIGRATION)
    await ends(rest)
    assert await on_second(rest, three) == 3


async def test_who_has_nothing_to_do_with_a_job_learns_not_that_it_is_there(rest: Rest, three: list[str]):
    job = await rest.done("/v1/jobs", APPROVER, MIGRATION)
    assert (job["state"], job["total"], job["unit"], job["stoppable"]) == ("waiting", 3, DEPARTMENT, True)
    for stranger in (SPECIALIST, CITIZEN, person("head", OTHER)):
        for way in ("", "/items"):
            refused = problem(await rest.get(f"/v1/jobs/{job['id']}{way}", stranger))
            assert refused["type"] == "urn:hoso:problem:not-found"
        refused = problem(await rest.post(f"/v1/jobs/{job['id']}/cancel", stranger))
        assert refused["type"] == "urn:hoso:problem:not-found"
        assert (await rest.get("/v1/jobs", stranger)).json()["items"] == []
    officer = await at(rest, SPECIALIST, JOBS)
    assert "Không có việc đang chạy." in officer.text
    assert status(await officer.goes(f"{JOBS}/{job['id']}")) == 404
    again = problem(await rest.post("/v1/jobs", ADMINISTRATOR, MIGRATION))
    assert again["type"] == "urn:hoso:problem:job-underway"
    await ends(rest)
    for reader in (APPROVER, ADMINISTRATOR):
        found = (await rest.get(f"/v1/jobs/{job['id']}", reader)).json()
        assert (found["state"], found["done"], found["moved"], found["left"]) == ("done", 3, 3, 0)
        items = (await rest.get(f"/v1/jobs/{job['id']}/items?limit=2", reader)).json()
        assert [each["outcome"] for each in items["items"]] == ["moved"] * 2
        rest_of = await rest.get(f"/v1/jobs/{job['id']}/items?after={items['page']['after']}", reader)
        both = [*items["items"], *rest_of.json()["items"]]
        assert sorted(each["reference"] for each in both) == three
    ended = problem(await rest.post(f"/v1/jobs/{job['id']}/cancel", ADMINISTRATOR))
    assert ended["type"] == "urn:hoso:problem:job-ended"
    bad = problem(await rest.get(f"/v1/jobs/{job['id']}/items?after=x", ADMINISTRATOR))
    assert bad["type"] == "urn:hoso:problem:bad-cursor"


async def test_the_same_key_orders_a_job_once(rest: Rest, three: list[str]):
    key: Any = {"Idempotency-Key": "viec-1"}
    first, again = [await rest.post("/v1/jobs", APPROVER, MIGRATION, headers=key) for _ in range(2)]
    assert (first.status_code, again.json()) == (202, first.json())
    other = await rest.post("/v1/jobs", APPROVER, {**MIGRATION, "target": 1}, headers=key)
    assert problem(other)["type"] == "urn:hoso:problem:key-reused"
    await ends(rest)


async def test_the_dossiers_of_a_unit_move_by_a_job_and_its_administrators_follow_it(rest: Rest):
    for _ in range(3):
        filed = await rest.files(procedure=ANOTHER, form={})
        said = {"confirm_missing": True}
        await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK, said)
    await rest.world.changed(
        "insert into competence (procedure_code, field, unit_code, part, valid_from, basis)"
        " select procedure_code, field, $2, part, valid_from, basis from competence where unit_code = $1",
        OTHER,
        DEPARTMENT,
    )
    place = f"/noi-bo/quan-tri/don-vi/{OTHER}/chuyen-ho-so"
    admin = await at(rest, ADMINISTRATOR, place)
    await admin.presses("Chuyển hồ sơ", ke_thua=DEPARTMENT, can_cu="Nghị quyết 1")
    job = admin.path
    assert f"{OTHER} → {DEPARTMENT} Căn cứ Nghị quyết 1" in admin.text
    await ends(rest)
    await admin.goes(job)
    left = await rest.world.one(
        "select count(*) from dossier d join engine_state e on e.dossier_id = d.id"
        " where d.handling_unit = $1 and not e.finished",
        OTHER,
    )
    assert ("Xong" in admin.text, "(100 %)" in admin.text, left) == (True, True, 0)
    await admin.goes(place)
    assert f"{OTHER} → {DEPARTMENT} Nghị quyết 1" in admin.text
    assert f'href="{place}"' in markup(await admin.goes(job))
    assert 'href="/noi-bo/viec-chay"' in markup(await admin.goes("/noi-bo/quan-tri"))


async def test_a_calendar_is_applied_by_a_job_that_is_not_stopped_halfway(rest: Rest):
    rest.clock.turn("2026-03-03 11:00")
    await calendars.administrators(rest.world.db)
    way = Way(rest.world)
    await way.entered(calendars.closed("2026-03-04"))
    await way.previewed()
    await way.approved()
    second = await at(rest, SECOND, "/noi-bo/quan-tri/lich/ha-tinh/ban/1")
    await second.presses("Áp dụng")
    assert ("Chờ chạy" in second.text, "Áp dụng bản lịch" in second.text) == (True, True)
    job, sent = second.path, second.sent("Dừng")
    await advances(rest)
    await second.posts(*sent)
    assert (status(second), "đang được áp dụng" in second.text) == (409, True)
    await second.goes(job)
    assert "Không dừng được" in second.text
    await ends(rest)
    assert "(100 %)" in (await second.goes(job)).text
    assert await rest.world.one("select status from calendar_revision") == "applied"
