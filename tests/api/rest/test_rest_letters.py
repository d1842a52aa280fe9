"""Clients that write letters and their marks apart, as macOS does: what they send meets what is drawn, and is kept composed."""

import unicodedata

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS
from hoso_workflows import audit
from hoso_workflows.organisation import principals, units
from support.api_client import CLERK, FILING, SPECIALIST, Rest, problem
from support.builders import forms
from support.builders.forms import CODE
from support.world import DEPARTMENT, DESK, SINCE, person, publish_package


def apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


async def test_what_a_client_on_a_mac_files_is_kept_as_everybody_else_writes_it(rest: Rest):
    applicant = {**FILING["applicant"], "name": apart("Nguyễn Thị Mẫu")}
    form = {**FILING["form"], "hang_hoa": apart("Sách in tiếng Việt")}
    filed = await rest.files(applicant=applicant, form=form)
    read = (await rest.get(f"/v1/dossiers/{filed['reference']}", CLERK)).json()
    assert (read["applicant"]["name"], read["form"]["hang_hoa"]) == ("Nguyễn Thị Mẫu", "Sách in tiếng Việt")


async def test_a_name_of_as_many_letters_as_are_allowed_is_taken_however_it_is_written(rest: Rest):
    filed = await rest.files(applicant={**FILING["applicant"], "name": apart("ộ" * 300)})
    assert filed["status"] == "filed"


async def test_two_answers_whose_names_look_the_same_are_refused(rest: Rest):
    twice = {**FILING["form"], "tên": "a", apart("tên"): "b"}
    refused = await rest.post("/v1/dossiers", CLERK, {**FILING, "form": twice})
    assert (refused.status_code, [error["field"] for error in problem(refused)["errors"]]) == (422, ["form"])


async def test_a_procedure_that_was_written_on_a_mac_runs(rest: Rest):
    async with rest.world.db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
            units.competence(tx, CODE, unit, part, SINCE, basis="Quyết định công bố")
    drawn = forms.drawn()
    written = {path: apart(content.decode()).encode() for path, content in drawn.files.items()}
    await publish_package(rest.world.db, package.read(written))
    filed = await rest.files(procedure=CODE, form={}, components=[])
    accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    (task,) = accepted["tasks"]
    assert (task["name"], task["role"]) == ("Thẩm định", "specialist")
    variables = {"dia_diem": apart("Kho số 2"), "muc": 6}
    after = await rest.done(f"/v1/user-tasks/{task['id']}/completion", SPECIALIST, {"values": variables})
    assert [each["name"] for each in after["tasks"]] == ["Kiểm tra lại"]
    assert [each async for each in audit.differences(rest.world.service)] == []


async def test_a_person_is_found_by_a_name_in_whichever_way_it_is_written_or_kept(rest: Rest):
    world = rest.world
    head = person("agency_head")
    for kept in ("Lãnh đạo Sở mẫu", apart("Lãnh đạo Sở mẫu")):
        await world.changed("update principal set name = $1 where id = $2", kept, head)
        for asked in ("Lãnh đạo Sở mẫu", apart("Lãnh đạo Sở mẫu")):
            assert await principals.named(world.db, asked) == head
