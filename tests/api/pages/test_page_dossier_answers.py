"""The contents of a dossier: what was answered at its filing and its steps, in the words of the forms."""

from typing import Any

import orjson

from hoso_api.pages.officer import dossier_contents
from hoso_bpmn.package import forms as forms_of
from support.api_client import CLERK, SPECIALIST, Rest
from support.builders import forms
from support.visitor import Visitor

KIND: dict[str, Any] = {
    "type": "select",
    "key": "loai",
    "label": "Loại hình",
    "values": [{"value": "ca_nhan", "label": "Cá nhân"}, {"value": "to_chuc", "label": "Tổ chức"}],
}
#: Who files: a choice, a group with an answer of its own, and a question that may be left empty.
FILING: tuple[dict[str, Any], ...] = (
    KIND,
    {
        "type": "group",
        "path": "dai_dien",
        "label": "Người đại diện",
        "components": [{"type": "textfield", "key": "ten", "label": "Tên người đại diện"}],
    },
    {"type": "textfield", "key": "khac", "label": "Ý kiến khác"},
)
#: What is appraised: many choices, and places, each with a date and a sum.
MORE: tuple[dict[str, Any], ...] = (
    {
        "type": "checklist",
        "key": "kiem",
        "label": "Đã kiểm",
        "values": [{"value": "a", "label": "Kho"}, {"value": "b", "label": "Xưởng"}],
    },
    {
        "type": "dynamiclist",
        "path": "noi",
        "label": "Nơi kiểm tra",
        "properties": {"hoso:item": "Nơi"},
        "components": [
            {"type": "datetime", "key": "luc", "dateLabel": "Ngày đến"},
            {"type": "number", "key": "phi", "label": "Chi phí", "appearance": {"suffixAdorner": "đồng"}},
        ],
    },
)


async def contents(rest: Rest, code: str) -> str:
    """The text of the page, from the answers of the filing on."""
    officer = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/ho-so/{code}/noi-dung")
    return " ".join(officer.text.partition("Tờ khai ")[2].partition("Số liệu lúc")[0].split())


async def test_answers_are_read_in_the_words_of_their_forms_and_never_as_codes(rest: Rest):
    filed = {"loai": "to_chuc", "dai_dien": {"ten": "Người thử"}}
    standing = await forms.accepted(rest, more=MORE, filing=FILING, form=filed)
    places = [{"luc": "2026-03-05", "phi": 1250000}, {"luc": "2026-02-27"}]
    values = {**forms.SOUND, "ngay": "2026-03-02", "kiem": ["a", "b"], "noi": places}
    task = standing["tasks"][0]["id"]
    await rest.done(f"/v1/user-tasks/{task}/completion", SPECIALIST, {"values": values})
    assert await contents(rest, standing["code"]) == (
        "Lối vào: Trực tiếp Loại hình Tổ chức Người đại diện Tên người đại diện Người thử Ý kiến khác Không trả lời"
        " Thẩm định specialist 1 · Sở Văn hóa, Thể thao và Du lịch, 09:00 02/03/2026"
        " Địa điểm Kho số 2 Mức 3 Ngày kiểm tra 02/03/2026, thứ Hai Đã kiểm Kho Xưởng"
        " Nơi kiểm tra Nơi 1 Ngày đến 05/03/2026, thứ Năm Chi phí 1.250.000 đồng"
        " Nơi 2 Ngày đến 27/02/2026 Chi phí Không trả lời"
    )


def test_what_no_form_asks_for_stands_behind_the_answers():
    form = forms_of.stored(orjson.dumps({"components": [*FILING, *MORE]}))
    given = {"loai": "ca_nhan", "so": 12000, "noi": [{"phi": 5, "cu": True}], "la": [{"x": None}, "y"]}
    found = dossier_contents.Answers.of(form, given)
    assert found.rest == (("so", "12.000"), ("noi.0.cu", "Có"), ("la", "x: –; y"))
    assert dossier_contents.Answers.of(None, given).rest[0] == ("loai", "ca_nhan")
    assert not dossier_contents.Answers.of(form, {})


def test_an_answer_that_its_form_hides_is_told_by_the_words_of_its_question():
    hidden = {**FILING[-1], "conditional": {"hide": '=loai = "ca_nhan"'}}
    form = forms_of.stored(orjson.dumps({"components": [KIND, hidden]}))
    found = dossier_contents.Answers.of(form, {"loai": "ca_nhan", "khac": "Không"})
    assert found.rest == (("Ý kiến khác", "Không"),)
