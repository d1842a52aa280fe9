"""The auditor's page of the whole verification: ordered once, followed, what it found."""

from __future__ import annotations

from hoso_models import PrincipalKind
from hoso_workflows.jobs import runner
from hoso_workflows.organisation import principals, units
from support.api_client import ADMINISTRATOR, Rest
from support.visitor import Visitor
from support.world import FOUNDED, PROVINCE, SINCE, person

PAGE = "/noi-bo/kiem-toan/kiem-chung"
AUDITOR = person("auditor", PROVINCE)


async def test_an_auditor_has_everything_verified_once_and_reads_what_was_altered(rest: Rest) -> None:
    async with rest.world.db.transaction() as tx:
        principals.principal(
            tx, PrincipalKind.OFFICER, f"auditor 1 · {PROVINCE}", at=FOUNDED, identity=AUDITOR
        )
        await tx.flush()
        units.assign(tx, AUDITOR, PROVINCE, "auditor", SINCE)
    code = (await rest.accepts())["code"]
    await rest.world.changed("update unit set calendar = 'vn' where code = 'H27.SYT'")
    await rest.world.changed("alter table dossier_event disable trigger dossier_event_append_only")
    await rest.world.changed(
        """update dossier_event set payload = payload || '{"note": "khác"}'
           where kind = 'accepted' and dossier_id = (select id from dossier where code = $1)""",
        code,
    )
    auditor = await (await Visitor.of(rest, AUDITOR)).goes(PAGE)
    assert "Chưa kiểm chứng lần nào ở đây." in auditor.text
    address, fields = auditor.sent("Kiểm chứng toàn bộ")
    for _ in range(2):
        await auditor.posts(address, fields)
    assert (auditor.path, "đang chạy 0 %" in auditor.text) == (PAGE, True)
    await auditor.presses("Kiểm chứng toàn bộ")
    assert auditor.page is not None
    assert auditor.page.status_code == 409
    await runner.run(rest.world.service, clock=rest.clock)
    await auditor.goes(PAGE)
    assert (
        "Hồ sơ đã kiểm 1 / 1 Hồ sơ có sai khác 1 Chuỗi quản trị không khớp 0 Dữ liệu của hệ thống có sai khác 1"
        in auditor.text
    )
    told = "unit H27.SYT: calendar đang lưu là '\"vn\"', theo niêm phong là '\"ha-tinh\"' (niêm phong lúc "
    assert told in auditor.text
    assert f'href="/noi-bo/ho-so/{code}/nhat-ky"' in auditor.page.text
    found = (await rest.get("/v1/verifications", AUDITOR)).json()
    assert [each.partition(" (")[0] for each in found["house"]] == [
        "unit H27.SYT: calendar is stored as '\"vn\"', its seal says '\"ha-tinh\"'"
    ]
    assert ([each["code"] for each in found["differing"]], found["job"]["state"]) == ([code], "done")
    logged = await rest.world.one(
        "select count from access_log where act = 'list_verifications' order by id desc limit 1"
    )
    assert logged == 1
    administrator = await (await Visitor.of(rest, ADMINISTRATOR)).goes(PAGE)
    assert administrator.page is not None
    assert administrator.page.status_code == 403
