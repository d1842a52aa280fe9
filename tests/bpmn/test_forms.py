"""What a filing form asks for, and what is wrong with an answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_bpmn import forms, package
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.forms import FieldFault


def form(*components):
    return forms.read(json.dumps({"type": "default", "components": list(components)}).encode())


def question(kind="textfield", values=(), **validate):
    return {
        "type": kind,
        "key": "f",
        "label": "Tên",
        "validate": validate,
        "values": [{"label": value, "value": value} for value in values],
    }


CFS = forms.read(package.bundled("1.014464").files["forms/nop-ho-so.form"])
ANSWERS = {
    "thuong_nhan": "Công ty một thành viên A",
    "ma_so_thue": "3000123456",
    "hang_hoa": "Sách thiếu nhi",
    "nuoc_nhap_khau": "Lào",
    "so_ban_cfs": 2,
}


def test_complete_answers_have_no_fault():
    assert CFS.faults(ANSWERS) == ()


def test_missing_wrong_and_strange_answers_are_all_named_at_once():
    answers = {**ANSWERS, "ma_so_thue": "12", "so_ban_cfs": 0, "mau_sac": "đỏ"}
    del answers["hang_hoa"]
    assert CFS.faults(answers) == (
        FieldFault("ma_so_thue", "pattern", r"Mã số thuế does not match ^\d{10}(-\d{3})?$."),
        FieldFault("hang_hoa", "required", "Hàng hóa xuất khẩu is missing."),
        FieldFault("so_ban_cfs", "range", "Số bản CFS đề nghị cấp must lie between 1 and 100."),
        FieldFault("mau_sac", "unknown", "mau_sac is not a question of the form."),
    )


@pytest.mark.parametrize("code", package.codes())
def test_every_bundled_form_can_be_read(code):
    declared = package.bundled(code)
    for case in declared.cases:
        assert forms.read(declared.files[case.form]).fields


@pytest.mark.parametrize(
    ("component", "answer", "rules"),
    [
        (question(), 5, ["type"]),
        (question(maxLength=3), "dài quá", ["length"]),
        (question("number"), True, ["type"]),
        (question("number"), 0, []),
        (question("number", required=True), 0, []),
        (question("number"), float("nan"), ["type"]),
        (question("number", min=1), float("inf"), ["type"]),
        (question("number") | {"decimalDigits": 0}, 1.5, ["type"]),
        (question("number") | {"decimalDigits": 0}, 2.0, []),
        (question("number") | {"decimalDigits": 2}, 1.255, ["type"]),
        (question("number") | {"decimalDigits": 2}, 1.25, []),
        (question("datetime") | {"subtype": "date"}, "16:30", ["type"]),
        (question("datetime") | {"subtype": "date"}, "2026-11-24T16:30", ["type"]),
        (question("datetime") | {"subtype": "time"}, "2026-11-24", ["type"]),
        (question("datetime") | {"subtype": "time"}, "16:30", []),
        (question("datetime") | {"subtype": "datetime"}, "2026-11-24", ["type"]),
        (question("datetime") | {"subtype": "datetime"}, "2026-11-24T16:30+07:00", []),
        (question(validationType="email"), "không phải thư", ["pattern"]),
        (question(validationType="email"), "mot.cua@hatinh.gov.vn", []),
        (question(validationType="phone"), "gọi sau", ["pattern"]),
        (question(validationType="phone"), "+84 239 385 5518", []),
        (question("datetime"), "24/11/2026", ["type"]),
        (question("datetime"), "2026-11-24", []),
        (question("select", ["a", "b"]), "c", ["option"]),
        (question("checklist", ["a", "b"]), ["a", "c"], ["option"]),
        (question("checklist", ["a", "b"]), "a", ["type"]),
        (question("checkbox"), "yes", ["type"]),
        (question("checkbox", required=True), False, ["required"]),
        (question(required=True), "", ["required"]),
        (question(), None, []),
        ({"type": "group", "components": [question(required=True)]}, None, ["required"]),
        (question("somethingNew"), {"any": "thing"}, []),
    ],
)
def test_each_kind_of_question_judges_its_answers(component, answer, rules):
    assert [fault.rule for fault in form(component).faults({"f": answer})] == rules


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", b'{"components": [{}]}', b'{"components": [{"type": "number"}]}', b"[" * 10000],
)
def test_what_is_no_form_is_refused(document):
    with pytest.raises(RefusedFile, match="form-js"):
        forms.read(document)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*b", "(?=a)b", r"(a)\1", "a?b?c?d?", ".*.*.*.*x", "(a{1,9}){1,}", "(", "a{1,2}b*c+d?"],
)
def test_a_pattern_that_could_take_long_is_refused(pattern):
    with pytest.raises(RefusedFile) as refused:
        form(question(pattern=pattern))
    assert refused.value.rule == "form-pattern"


@pytest.mark.parametrize(
    "pattern", [r"^\d{10}(-\d{3})?$", r"^(0|\+84)\d{9,10}$", r"^[^@\s]+@[^@\s]+\.[a-z]+$", r"^\(\+\)$"]
)
def test_patterns_of_ordinary_forms_are_kept(pattern):
    assert form(question(pattern=pattern)).fields[0].bounds["pattern"] == pattern


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*ANSWERS, "mau_sac"]), JSON))
def test_no_answer_makes_a_form_stumble(answers):
    assert all(fault.field and fault.message for fault in CFS.faults(answers))


CONDITIONAL = b"""{"components": [
  {"type": "radio", "key": "loai", "label": "Lo\\u1ea1i", "values": [{"value": "ca_nhan"}, {"value": "to_chuc"}], "validate": {"required": true}},
  {"type": "group", "conditional": {"hide": "=loai != \\"to_chuc\\""}, "components": [
    {"type": "textfield", "key": "ma_so_thue", "label": "M\\u00e3 s\\u1ed1 thu\\u1ebf", "validate": {"required": true}},
    {"type": "number", "key": "von", "label": "V\\u1ed1n", "conditional": {"hide": "=ma_so_thue = null"}}]},
  {"type": "datetime", "key": "ngay", "label": "Ng\\u00e0y"},
  {"type": "checkbox", "key": "cam_ket", "label": "Cam k\\u1ebft"},
  {"type": "checklist", "key": "giay_to", "label": "Gi\\u1ea5y t\\u1edd", "values": [{"value": "a"}, {"value": "b"}]}]}"""


def test_what_is_hidden_is_neither_required_nor_taken():
    form = forms.read(CONDITIONAL)
    assert form.faults({"loai": "ca_nhan"}) == ()
    assert [(f.field, f.rule) for f in form.faults({"loai": "to_chuc"})] == [("ma_so_thue", "required")]
    assert [(f.field, f.rule) for f in form.faults({"loai": "ca_nhan", "von": 5})] == [("von", "unknown")]
    assert form.faults({"loai": "to_chuc", "ma_so_thue": "1", "von": 5}) == ()


def test_texts_of_a_page_become_answers_as_people_here_write_them():
    posted = {
        "loai": "to_chuc",
        "ma_so_thue": "0101234567",
        "von": "1.250,5",
        "ngay": "24/11/2026",
        "cam_ket": "on",
        "giay_to": "a",
        "khac": "x",
    }
    answers = forms.read(CONDITIONAL).answers(posted)
    assert answers == {
        "loai": "to_chuc",
        "ma_so_thue": "0101234567",
        "von": 1250.5,
        "ngay": "2026-11-24",
        "cam_ket": True,
        "giay_to": ["a"],
    }
    assert forms.read(CONDITIONAL).faults(answers) == ()


@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [
        ("number", "1.250.000", 1_250_000),
        ("number", "-3", -3),
        ("number", "1.25", "1.25"),
        ("number", "1e9", "1e9"),
        ("number", "mười", "mười"),
        ("datetime", "4/3/2026 7:30", "2026-03-04T07:30"),
        ("datetime", "16:30", "16:30"),
        ("datetime", "31/02/2026", "2026-02-31"),
        ("datetime", "hôm nay", "hôm nay"),
        ("datetime", "", ""),
        ("checkbox", "", False),
        ("textfield", "1.250,5", "1.250,5"),
    ],
)
def test_a_text_is_read_or_left_for_the_judge(kind: str, text: str, answer: object):
    field = forms.Field("k", kind, "K", False, {}, ())
    assert field.answer(text) == answer


def test_what_a_page_hides_or_leaves_empty_is_no_answer():
    form = forms.read(CONDITIONAL)
    assert form.answers({"loai": "ca_nhan", "ma_so_thue": "1", "von": "", "ngay": ""}) == {"loai": "ca_nhan"}
