"""Parts of a version on pages of their own: forms to be tried out, scenarios, the picture."""

import re
import tomllib
from pathlib import Path
from uuid import UUID

import pytest

from hoso_api.pages.rules import rule_pages
from hoso_bpmn.package import package
from hoso_workflows.scenarios import runner
from support.api_client import CLERK, Rest
from support.signing_in import OURS
from support.visitor import Visitor
from support.world import person

# Nothing here is stored.
pytestmark = pytest.mark.world("shared")

ROOT = Path(__file__).parents[3]
CODE = "1.014464"
PLACE = f"/noi-bo/thu-tuc/{CODE}/ban/1"
DECLARER = person("procedure_declarer")
FORM = f"{PLACE}/bieu-mau/nop-ho-so.form"
TRY = "Kiểm tra câu trả lời"


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


async def test_a_form_is_filled_and_judged_as_its_applicants_will_be_and_nothing_is_stored(rest: Rest):
    visitor = await at(rest, DECLARER, PLACE)
    assert f'href="{FORM}"' in markup(visitor)
    before = await rest.content()
    await visitor.goes(FORM)
    assert "không có gì được lưu" in visitor.text
    await visitor.presses(TRY, ma_so_thue="12")
    assert status(visitor) == 422
    assert re.search(
        r'id="f-thuong_nhan-loi"><span class="unseen">Lỗi: </span>Nhập tên thương nhân<', markup(visitor)
    )
    assert 'value="12"' in markup(visitor)
    said = {"thuong_nhan": "Công ty thử", "ma_so_thue": "3000123456", "hang_hoa": "Sách"}
    await visitor.presses(TRY, **said, nuoc_nhap_khau="Lào", so_ban_cfs="2")
    assert "Các câu trả lời được nhận." in visitor.text
    assert await rest.content() == before


async def test_the_scenarios_of_a_version_run_and_tell_which_flows_none_takes(rest: Rest):
    visitor = await at(rest, CLERK, PLACE)
    assert f'href="{PLACE}/kich-ban"' in markup(visitor)
    await visitor.goes(f"{PLACE}/kich-ban")
    results = runner.run(package.bundled(CODE))
    (covered,) = results.coverage
    count = len(results.scenarios)
    assert f"{count}/{count} kịch bản đạt" in visitor.text
    assert f"{covered.taken}/{covered.flows} hướng đi có kịch bản đi qua" in visitor.text
    linked = re.findall(r'href="#(el1-[^"]+)"', markup(visitor))
    assert linked == [f"el1-{each.flow}" for each in covered.untaken]
    assert all(f'<g id="{each}"><title>' in markup(visitor) for each in linked)
    before = await rest.content()
    await visitor.presses("Chạy lại")
    assert (visitor.path, f"{count}/{count} kịch bản đạt" in visitor.text) == (f"{PLACE}/kich-ban", True)
    assert await rest.content() == before


async def test_a_scenario_that_fails_tells_what_was_expected_and_what_came(rest: Rest):
    files = dict(package.bundled(CODE).files)
    first = min(path for path in files if path.startswith("scenarios/"))
    files[first] = files[first].replace(b'status = "in_process"', b'status = "refused"', 1)
    await rest.world.brings(CODE, 7, "draft", files)
    visitor = await at(rest, CLERK, PLACE.replace("ban/1", "ban/7") + "/kich-ban")
    assert "Có kịch bản không đạt" in visitor.text
    assert re.search(r"Mong đợi refused Thực tế in_process", visitor.text), visitor.text
    await rest.world.changed("delete from workflow_version where procedure_code = $1 and number = 7", CODE)


async def test_a_form_that_is_not_there_is_not_found_and_nobody_tries_one_without_signing_in(rest: Rest):
    for path in (f"{PLACE}/bieu-mau/khong-co.form", FORM.replace("ban/1", "ban/9")):
        assert status(await at(rest, CLERK, path)) == 404
    asked = await rest.get(FORM, headers=OURS)
    assert (asked.status_code, asked.headers["location"].partition("?")[0]) == (303, "/dang-nhap")


async def test_the_picture_stands_alone_in_five_sizes(rest: Rest):
    visitor = await at(rest, CLERK, PLACE)
    assert f'href="{PLACE}/so-do?truong-hop=default"' in markup(visitor)
    sizes = {}
    for asked in ("", "?co=200", "?co=50", "?co=1000"):
        await visitor.goes(f"{PLACE}/so-do{asked}")
        (found,) = re.findall(r'<svg xmlns[^>]* width="(\d+)" height="(\d+)"', markup(visitor))
        sizes[asked] = tuple(map(int, found))
        assert "Sơ đồ do máy xếp" not in visitor.text
    width, height = sizes[""]
    assert sizes == {
        "": (width, height),
        "?co=200": (2 * width, 2 * height),
        "?co=50": (width // 2, height // 2),
        "?co=1000": (width, height),
    }
    assert status(await visitor.goes(f"{PLACE}/so-do?truong-hop=khong")) == 404


async def test_every_rule_of_the_check_is_read_where_a_finding_names_it(rest: Rest):
    visitor = await at(rest, CLERK, "/noi-bo/quy-tac")
    listed = re.findall(r'href="/noi-bo/quy-tac/([a-z-]+)"', markup(visitor))
    described = sorted(path.stem for path in (ROOT / "docs" / "rules").glob("*.md") if path.stem != "README")
    assert sorted(listed) == described
    for language in ("vi", "en"):
        for rule in listed:
            text = str(rule_pages.description(rule, language))
            assert not re.search(r'href="[^"]*\.md|\]\(|<script', text), rule
            assert set(re.findall(r'href="/noi-bo/quy-tac/([^"]+)"', text)) <= set(listed)
    await visitor.goes("/noi-bo/quy-tac/timer")
    assert "Bị từ chối: " in visitor.text
    assert "15 ngày làm việc" in visitor.text
    for path in ("khong-co", "README", "..%2Fx"):
        assert status(await visitor.goes(f"/noi-bo/quy-tac/{path}")) == 404
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"] == {
        "docs/rules": "hoso_api/rules"
    }
