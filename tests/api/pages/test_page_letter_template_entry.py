"""Own templates of letters entered in a browser: faults at their lines, what was typed kept, samples as pictures."""

from __future__ import annotations

import pytest

from hoso_api.pages.administration import template_sources
from hoso_workflows.letters import forms, html, qr, samples
from hoso_workflows.letters.template_check import html_rules
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT

# Each test looks at templates of a form of its own.
pytestmark = pytest.mark.world("shared")

PLACE = "/noi-bo/quan-tri/mau-giay"
ENTRY = {
    "don-vi": [DEPARTMENT],
    "can-cu": ["Quyết định số 12/QĐ"],
    "tu-ngay": ["03/03/2026"],
    "loai": ["rieng"],
}
PNG, PDF = b"\x89PNG\r\n", b"%PDF-"


@pytest.mark.parametrize("form", forms.FORMS)
def test_the_page_to_begin_with_serves_every_form(form: str) -> None:
    values = samples.short(form)
    body = html.body(values, template_sources.STARTING)
    # The QR code is drawn by us.
    plain = body.replace(qr.svg(values.check_address), "") if values.check_address else body
    found = [*html_rules.of_source(template_sources.STARTING), *html_rules.of_output(plain)]
    assert found == []


async def test_a_template_is_begun_with_ours_refused_at_its_line_mended_and_entered_once(rest: Rest) -> None:
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{PLACE}/nhap?mau=suspension")
    address, fields = visitor.sent("Kiểm tra và lưu")
    assert fields["nguon-typst"] == [template_sources.house("suspension")[1]]
    fields = {**fields, **ENTRY}
    wrong = fields["nguon-typst"][0].replace("#title()", "#titel()")
    assert wrong != fields["nguon-typst"][0]
    await visitor.posts(address, {**fields, "nguon-typst": [wrong], "tu-ngay": ["31/02/2026"]})
    assert visitor.page is not None
    assert (visitor.page.status_code, visitor.text.count("Ghi ngày theo dạng")) == (422, 2)
    await visitor.posts(address, {**fields, "nguon-typst": [wrong]})
    line = wrong.splitlines().index("#titel()") + 1
    assert visitor.page.status_code == 422
    assert f"Dòng {line}: " in visitor.text
    assert visitor.sent("Kiểm tra và lưu")[1]["nguon-typst"] == [wrong]
    for _ in range(2):
        await visitor.posts(address, fields)
        assert "bản 1" in visitor.text
    rows = await rest.world.db.rows(
        "select number, html, typst, basis, approved_by from letter_template where form = 'suspension'"
    )
    (page,), (paper,) = fields["nguon-html"], fields["nguon-typst"]
    assert [tuple(row) for row in rows] == [(1, page, paper, "Quyết định số 12/QĐ", None)]
    place = visitor.path
    for address, begins in ((f"{place}/anh", PNG), (f"{place}/pdf", PDF)):
        await visitor.goes(address)
        assert visitor.page.content.startswith(begins)
    identity = place.rpartition("/")[2]
    made = [
        await rest.get(f"/v1/letter-templates/{identity}/sample.{kind}", CLERK) for kind in ("png", "pdf")
    ]
    assert [each.content[:5] for each in made] == [PNG[:5], PDF]


async def test_a_form_of_the_house_is_seen_with_sample_data_over_both_ways(rest: Rest) -> None:
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"{PLACE}/mau-chung/02")
    assert "Nhập mẫu riêng" not in clerk.text
    assert "Chưa cơ quan nào có mẫu riêng cho giấy tờ này." in clerk.text
    for word, begins in (("anh", PNG), ("pdf", PDF)):
        await clerk.goes(f"{PLACE}/mau-chung/02/{word}")
        assert clerk.page is not None
        assert clerk.page.content.startswith(begins)
    listed = (await rest.get("/v1/letter-forms", CLERK)).json()["items"]
    assert (listed[1], len(listed)) == (
        {
            "code": "02",
            "title": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
            "abbreviation": "PBS",
            "paper": "a5",
        },
        len(forms.FORMS),
    )
    made = [await rest.get(f"/v1/letter-forms/02/sample.{kind}", CLERK) for kind in ("png", "pdf")]
    assert [each.content[:5] for each in made] == [PNG[:5], PDF]
    assert (await rest.get("/v1/letter-forms/07/sample.png", CLERK)).status_code == 422


async def test_who_administers_nothing_enters_nothing_and_another_unit_is_a_fault_of_its_field(
    rest: Rest,
) -> None:
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"{PLACE}/nhap")
    assert clerk.page is not None
    assert clerk.page.status_code == 403
    visitor = await (await Visitor.of(rest, ADMINISTRATOR)).goes(f"{PLACE}/nhap?mau=02")
    address, fields = visitor.sent("Kiểm tra và lưu")
    house = {**fields, **ENTRY, "loai": ["chung"]}
    await visitor.posts(address, {**house, "don-vi": ["H99"]})
    assert "Chọn đơn vị mà bạn quản trị." in visitor.text
    await visitor.posts(address, house)
    assert "Bản này trả mẫu về mẫu chung." in visitor.text
    rows = await rest.world.db.rows("select html, typst from letter_template where form = '02'")
    assert [tuple(row) for row in rows] == [(None, None)]
