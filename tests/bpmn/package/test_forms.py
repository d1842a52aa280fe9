"""Questions of a filing form, and errors in the answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import forms, package, patterns


def told(faults):
    """Places, rules and sentences for programs."""
    return [(fault.path, fault.rule.value, fault.message) for fault in faults]


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
    assert told(CFS.faults(answers)) == [
        ("ma_so_thue", "pattern", r"Mã số thuế does not match ^\d{10}(-\d{3})?$."),
        ("hang_hoa", "required", "Hàng hóa xuất khẩu is missing."),
        ("so_ban_cfs", "range", "Số bản CFS đề nghị cấp must lie between 1 and 100."),
        ("mau_sac", "unknown", "mau_sac is not a question of the form."),
    ]


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
        (question("number"), True, ["number"]),
        (question("number"), 0, []),
        (question("number", required=True), 0, []),
        (question("number"), float("nan"), ["number"]),
        (question("number", min=1), float("inf"), ["number"]),
        pytest.param(question("number", min=1), 10**400, [], id="no float"),
        pytest.param(question("number", max=9), 10**5000, ["range"], id="more digits than are written"),
        pytest.param(
            question("number") | {"decimalDigits": 2, "increment": 0.5},
            -(10**400),
            [],
            id="no float below zero",
        ),
        (question("number") | {"decimalDigits": 0}, 1.5, ["digits"]),
        (question("number") | {"decimalDigits": 0}, 2.0, []),
        (question("number") | {"decimalDigits": 2}, 1.255, ["digits"]),
        (question("number") | {"decimalDigits": 2}, 1.25, []),
        (question("datetime") | {"subtype": "date"}, "16:30", ["instant"]),
        (question("datetime") | {"subtype": "date"}, "2026-11-24T16:30", ["instant"]),
        (question("datetime") | {"subtype": "time"}, "2026-11-24", ["instant"]),
        (question("datetime") | {"subtype": "time"}, "16:30", []),
        (question("datetime") | {"subtype": "datetime"}, "2026-11-24", ["instant"]),
        (question("datetime") | {"subtype": "datetime"}, "2026-11-24T16:30+07:00", []),
        (question(validationType="email"), "không phải thư", ["email"]),
        (question(validationType="email"), "mot.cua@hatinh.gov.vn", []),
        (question(validationType="phone"), "gọi sau", ["phone"]),
        (question(validationType="phone"), "+84 239 385 5518", []),
        (question("datetime"), "24/11/2026", ["instant"]),
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


#: Each stopped a worker for seconds, minutes or hours with the letters of one short answer.
SLOW = ["^(?:a|aa){28}b$", "^(?:a|aa){60}b$", "(a+)+$", "(a|a)*b", "(a{1,9}){1,}b", ".*.*.*.*x", "a?b?c?d?z"]


@pytest.mark.parametrize("pattern", SLOW)
def test_no_pattern_of_a_form_stops_a_worker(pattern):
    asked = form(question(pattern=pattern))
    assert told(asked.faults({"f": "a" * 150})) == [
        ("f", "pattern", f"Tên does not match {pattern}."),
    ] * (pattern != "(a+)+$")


@pytest.mark.parametrize("pattern", SLOW)
def test_matching_ends_however_long_the_text_is(pattern):
    assert not patterns.compiled(pattern).found_in("a" * 100_000 + "!")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?=a)b", "it looks around"),
        ("(?<!a)b", "it looks around"),
        (r"(a)\1", "it refers back to a group"),
        (r"(?<x>a)\k<x>", "it refers back to a group"),
        ("(", "unclosed group"),
        ("a)", "unopened group"),
        ("[z-a]", "invalid character class range, the start must be <= the end"),
        ("a{3,2}", "invalid repetition count range, the start must be <= the end"),
        ("a**", "'*' is read differently elsewhere"),
        ("a{,5}", "'{,5}' is read differently elsewhere"),
        ("(?i)a", "'(?i)' is read differently elsewhere"),
        ("[[a]]", "'[[a]]' is read differently elsewhere"),
        ("[a-z&&b]", "'[a-z&&b]' is read differently elsewhere"),
        ("[]a]", "'[]a]' is read differently elsewhere"),
        ("[^]a]", "'[^]a]' is read differently elsewhere"),
        (r"\<", r"'\\<' is read differently elsewhere"),
        (r"\p{L}", r"'\\p{L' is read differently elsewhere"),
        (r"a\Z", r"'\\Z' is read differently elsewhere"),
        ("a{1001}", "written out it has 1,001 places, and 1,000 are matched"),
        ("(?:a{40}|b){40}", "written out it has 1,680 places, and 1,000 are matched"),
        ("x" * 1_001, "written out it has 1,001 places, and 1,000 are matched"),
    ],
)
def test_a_pattern_that_is_not_read_alike_everywhere_is_refused_with_a_way_out(pattern, why):
    with pytest.raises(RefusedFile) as refused:
        form(question(pattern=pattern))
    assert (refused.value.rule, refused.value.message) == (
        "form-pattern",
        f"The pattern of the field f is not accepted: {why}.",
    )
    assert refused.value.remedy


def test_the_patterns_of_one_form_are_bounded_together():
    asked = [question(pattern="^[a-z]{900}$") | {"key": f"f{number}"} for number in range(23)]
    assert form(*asked[:22]).fields[21].pattern
    with pytest.raises(RefusedFile, match=r"have 20,746 places; 20,000 are matched") as refused:
        form(*asked)
    assert refused.value.rule == "form-pattern"


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (r"^\d{10}(-\d{3})?$", "3000123456-001", "300012345"),
        (r"^(0|\+84)\d{9,10}$", "+84912345678", "84912345678"),
        (r"^[^@\s]+@[^@\s]+\.[a-z]+$", "mot.cua@hatinh.vn", "mot.cua@hatinh"),
        (r"^\(\+\)$", "(+)", "+"),
        (r"\d", "số 5", "số năm"),  # any part may match
        (r"^\w+( \w+)*$", "Trần Thị Ánh", "Trần-Thị"),  # letters are those of every script
        (r"^[A-ZÀ-Ỹ][a-zà-ỹ]+$", "Đức", "8"),
        (r"^a$", "a", "a\n"),  # the end is the very end, as in a browser
        (r"^(?<so>\d+)\/(\d{4})\/QĐ\-UBND$", "12/2026/QĐ-UBND", "12/26/QĐ-UBND"),
        (r"^[\[\]&~(){}.]+?$", "[(&)]", "<"),
        (r"^[\x41-\u005A]{2,}$", "AZ", "A"),
    ],
)
def test_patterns_of_ordinary_forms_match_as_form_js_would(pattern, right, wrong):
    asked = form(question(pattern=pattern))
    assert asked.faults({"f": right}) == ()
    assert told(asked.faults({"f": wrong})) == [("f", "pattern", f"Tên does not match {pattern}.")]


def test_an_answer_longer_than_a_pattern_judges_is_told_so():
    asked = form(question("textarea", pattern="^[a-z ]+$"))
    assert asked.faults({"f": "a" * 1_000}) == ()
    assert told(asked.faults({"f": "a" * 1_001})) == [
        ("f", "unjudged", "Tên has more than 1,000 characters, which is all that a pattern judges."),
    ]


def test_a_half_of_a_surrogate_pair_matches_nothing():
    assert not patterns.compiled("a").found_in("a\ud800")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*ANSWERS, "mau_sac"]), JSON))
def test_no_answer_makes_a_form_stumble(answers):
    assert all(fault.path and fault.message for fault in CFS.faults(answers))


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
    assert [(f.path, f.rule) for f in form.faults({"loai": "to_chuc"})] == [("ma_so_thue", "required")]
    assert [(f.path, f.rule) for f in form.faults({"loai": "ca_nhan", "von": 5})] == [("von", "unknown")]
    assert form.faults({"loai": "to_chuc", "ma_so_thue": "1", "von": 5}) == ()
