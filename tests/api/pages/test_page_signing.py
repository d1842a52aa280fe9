"""Decisions and signatures that wait for heads and leaders, on pages without scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.monitoring import escalation
from support import api_client, files, signing_in, signing_keys
from support.acts_of_law import AGENCY_HEAD, GROUND, TO_THE_RESULT, acts, completed
from support.api_client import CLERK, HEAD, LEADER, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, PROVINCE, World, instant

pytestmark = pytest.mark.world("shared")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A key of the province, and one of the department's head alone."""
    folder, root = tmp_path_factory.mktemp("keys"), signing_keys.issued("Gốc chứng thực mẫu")
    (folder / "root.pem").write_text(root.pem)
    found = []
    for unit, whose in ((PROVINCE, None), (DEPARTMENT, AGENCY_HEAD)):
        file, phrase = signing_keys.pkcs12_file(folder, unit, signing_keys.issued(unit, root), root)
        found.append({"name": unit, "unit": unit, "person": whose, "file": file, "passphrase_file": phrase})
    return {"signing": found, "trusted_roots_file": folder / "root.pem"}


@pytest.fixture
async def rest(
    world_url: str, keys: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Rest]:
    """The API with keys."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    clock = api_client.Clock(instant("2026-03-02 09:00"))
    async with database.connect(world_url) as db:
        transport = api_client.application(World(DossierService(db)), clock, **keys)
        async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
            yield Rest(World(DossierService(db)), client, clock, api_client.Contract())


async def to_decide(rest: Rest) -> Any:
    """A dossier at the step of the province's leader."""
    *before, last = TO_THE_RESULT[:-1]
    standing = await completed(rest, await rest.accepts(), *before)
    rest.clock.at += timedelta(minutes=1)
    return await completed(rest, standing, last)


def waits(standing: Any) -> str:
    (task,) = standing["tasks"]
    return str(task["id"])


async def kinds(rest: Rest, code: str) -> list[str]:
    rows = await rest.world.db.rows(
        "select e.kind from dossier_event e join dossier d on d.id = e.dossier_id where d.code = $1 order by e.seq",
        [code],
    )
    return [row.kind for row in rows]


async def test_a_leader_decides_several_alike_each_with_its_own_outcome_and_once(rest: Rest):
    first, second, slower = [await to_decide(rest) for _ in range(3)]
    leader = await (await Visitor.of(rest, LEADER)).goes("/noi-bo")
    assert leader.path == "/noi-bo/ky"
    (head,) = await rest.world.db.rows("select name from principal where id = $1", [AGENCY_HEAD])
    assert f"{first['code']} " in leader.text
    assert head.name in leader.text
    ticked = [waits(each) for each in (first, second, slower)]
    for said, field in (
        ({}, "viec"),
        ({"viec": ticked}, "so-ho-so"),
        ({"viec": ticked, "so_ho_so": "2"}, "so-ho-so"),
        ({"viec": ticked, "so_ho_so": "3"}, "ket-qua"),
        ({"viec": ticked, "so_ho_so": "3", "ket_qua": "not_eligible"}, "ly-do"),
    ):
        await leader.presses("Quyết định các hồ sơ", **said)
        assert leader.page is not None
        assert leader.page.status_code == 422
        assert f'href="#f-{field}"' in leader.page.text
        assert leader.form("Quyết định các hồ sơ")[0].fields.get("viec", []) == said.get("viec", [])
    address, fields = leader.sent("Quyết định các hồ sơ", viec=ticked, so_ho_so="3", ket_qua="granted")
    await rest.completes(slower, LEADER)
    before = await kinds(rest, slower["code"])
    for _ in range(2):
        await leader.posts(address, fields)
        assert leader.page is not None
        assert leader.page.status_code == 409
        assert "Đã xong 2, chưa xong 1" in leader.text
        assert f"{first['code']} : đã xong" in leader.text
        assert [(await kinds(rest, each["code"])).count("result_ready") for each in (first, second)] == [1, 1]
        assert await kinds(rest, slower["code"]) == before


async def test_decisions_are_walked_one_by_one_and_completing_one_leads_to_the_next(rest: Rest):
    made = {waits(each) for each in [await to_decide(rest) for _ in range(2)]}
    leader = await (await Visitor.of(rest, LEADER)).goes("/noi-bo/ky")
    assert leader.page is not None
    first = next(each for each in leader.page.text.split('href="') if each.startswith("/noi-bo/viec/"))
    await leader.goes(first.partition('"')[0])
    assert "‹ Quyết định 1/2 Sau" in leader.text
    await leader.presses("Hoàn thành", ket_qua="granted")
    assert leader.path.partition("?")[0].rpartition("/")[2] in made
    assert "‹ Quyết định 1/1" in leader.text


async def test_who_may_not_decide_sees_nothing_of_it_and_is_told_no_name(rest: Rest):
    standing = await to_decide(rest)
    officer = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/ky")
    assert "Không có gì chờ ký." in officer.text
    assert officer.page is not None
    assert 'href="/noi-bo/ky"' not in officer.page.text.partition("<main")[0]
    leader = await (await Visitor.of(rest, LEADER)).goes("/noi-bo/ky")
    address, fields = leader.sent("Quyết định các hồ sơ", viec=waits(standing), ket_qua="granted")
    await officer.posts(address, fields)
    assert officer.page.status_code == 409
    assert "Hồ sơ:" in officer.text
    assert standing["code"] not in officer.text
    assert "result_ready" not in await kinds(rest, standing["code"])
    (row,) = await rest.world.db.rows(
        "select act, granted from access_log where principal_id = $1 and not granted order by at desc, id desc limit 1",
        [SPECIALIST],
    )
    assert tuple(row) == ("Complete", False)


async def signed(rest: Rest, principal: UUID) -> Visitor:
    """Somebody who has just proved who they are."""
    return Visitor(rest, await signing_in.signed_in(rest.world.db, principal, at=rest.clock.at))


async def test_letters_are_signed_together_and_a_missing_key_is_told(rest: Rest):
    standings = [await rest.accepts() for _ in range(2)]
    for each in standings:
        await acts(rest, each, "suspension", HEAD, "2026-03-02 09:10", **GROUND)
    keyless = await (await signed(rest, HEAD)).goes("/noi-bo/ky/giay")
    assert "Chưa có chứng thư để bạn ký cho Sở Văn hóa, Thể thao và Du lịch" in keyless.text
    rows = await rest.world.db.rows(
        "select l.id, d.code from letter l join dossier d on d.id = l.dossier_id"
        " where l.form = 'suspension' and d.code = any($1::text[]) order by l.issued_at, l.id",
        [[each["code"] for each in standings]],
    )
    ticked = [f"{row.code}/{row.id}" for row in rows]
    head = await (await signed(rest, AGENCY_HEAD)).goes("/noi-bo/ky/giay")
    address, fields = head.sent("Ký các mục đã chọn", giay=ticked, so_ho_so="2")
    for _ in range(2):
        await head.posts(address, fields)
        assert "Đã xong 2, chưa xong 0" in head.text
        assert [(await kinds(rest, each["code"])).count("letter_signed") for each in standings] == [1, 1]
    await keyless.posts(address, fields)
    assert keyless.page is not None
    assert keyless.page.status_code == 409
    assert "Không có chứng thư nào để bạn ký" in keyless.text


async def test_a_file_is_signed_to_be_the_result_once(rest: Rest):
    standing = await to_decide(rest)
    sent = await files.sends(
        rest, standing["reference"], LEADER, files.pdf(), "quyet-dinh.pdf", internal=True
    )
    assert sent.status_code == 201, sent.text
    file = sent.headers["location"].rpartition("/")[2]
    leader = await (await signed(rest, LEADER)).goes("/noi-bo/ky/tep")
    assert "quyet-dinh.pdf" in leader.text
    address, fields = leader.sent("Ký các mục đã chọn", tep=f"{standing['code']}/{file}")
    for _ in range(2):
        await leader.posts(address, fields)
        assert "Đã xong 1, chưa xong 0" in leader.text
        (row,) = await rest.world.db.rows(
            "select count(*) from attachment where supersedes = $1 and signed", [UUID(file)]
        )
        assert row[0] == 1
    await leader.goes("/noi-bo/ky/tep")
    assert "quyet-dinh.pdf" not in leader.text


async def test_files_and_letters_are_nobodys_without_a_tick(rest: Rest):
    standing = await to_decide(rest)
    await acts(rest, standing, "supplement-request", CLERK, "2026-03-02 09:20", reason="Thiếu bản sao")
    leader = await (await signed(rest, LEADER)).goes("/noi-bo/ky/giay")
    assert leader.page is not None
    assert leader.page.status_code == 200
    await leader.goes("/noi-bo/ky?sau=khong-phai")
    assert leader.path == "/noi-bo/ky"


async def test_letters_of_apology_wait_for_the_head_and_are_issued_as_drafted_or_as_changed(rest: Rest):
    standings = [await rest.accepts() for _ in range(3)]
    found = await rest.world.service.reference_data.unit_calendars()
    await escalation.sweep(rest.world.db, found, at=instant("2026-03-04 08:00"))
    rest.clock.turn("2026-03-04 08:05")
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/ky/xin-loi")
    codes = sorted(each["code"] for each in standings)
    issued = "select count(*) from letter l join dossier d on d.id = l.dossier_id where l.form = '04' and d.code = any($1)"
    assert all(f"{code} 1.014464" in head.text for code in codes)
    assert "ký chậm nhất 04/03/2026" in head.text

    await head.goes(f"/noi-bo/ho-so/{codes[0]}/xin-loi")
    assert 'value="09/03/2026"' in head.page.text
    address, fields = head.sent("Xem trước giấy", ngay_hen="10/03/2026")
    await head.posts(address, fields)
    assert "BẢN XEM TRƯỚC" in head.page.text
    assert "10/03/2026" in head.text
    assert await rest.world.one(issued, codes) == 0

    await head.goes("/noi-bo/ky/xin-loi")
    address, fields = head.sent("Ký các mục đã chọn", thu=codes[:2], so_ho_so="2")
    await head.posts(address, fields)
    assert "Đã xong 2, chưa xong 0" in head.text
    promised = await rest.world.db.rows(
        "select due_promised from dossier where code = any($1) order by code", [codes]
    )
    assert [row.due_promised for row in promised] == [
        instant("2026-03-09 17:00"), instant("2026-03-09 17:00"), instant("2026-03-05 17:00")
    ]  # fmt: skip
    await head.posts(address, fields)
    assert "Thư này không còn chờ ký." in head.text
    assert await rest.world.one(issued, codes) == 2
