"""Answers in groups and lists: where they lie, what hides them, what is said of them."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hoso_bpmn.checks import inspection
from hoso_bpmn.comparison import form_summary
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import forms
from hoso_calendar.messages import translated
from support.builders import packages

Json = dict[str, Any]


def form(*components: Json) -> forms.Form:
    return forms.read(written(*components))


def written(*components: Json) -> bytes:
    return json.dumps({"type": "default", "components": list(components)}).encode()


def text(key: str, **more: Any) -> Json:
    return {"type": "textfield", "key": key, "label": key.capitalize(), **more}


def told(faults: tuple[forms.FieldFault, ...]) -> list[tuple[str, str, str]]:
    return [(fault.path, fault.rule.value, fault.message) for fault in faults]


HOUSEHOLD = written(
    {"type": "text", "text": "# Hộ kinh doanh"},
    {
        "type": "radio",
        "key": "loai",
        "label": "Loại",
        "values": [{"value": "ho", "label": "Hộ"}, {"value": "ca_nhan"}],
    },
    {
        "type": "group",
        "path": "chu_ho",
        "label": "Chủ hộ",
        "components": [
            text("ho_ten", validate={"required": True}),
            text("ghi_chu", conditional={"hide": "=ho_ten = null"}),
        ],
    },
    {
        "type": "dynamiclist",
        "path": "thanh_vien",
        "label": "Thành viên",
        "conditional": {"hide": '=loai != "ho"'},
        "properties": {"hoso:min": "1", "hoso:max": "3"},
        "components": [
            text("ho_ten", validate={"required": True}),
            {"type": "checkbox", "key": "gop_von", "label": "Góp vốn"},
            {
                "type": "group",
                "path": "von",
                "conditional": {"hide": "=gop_von != true"},
                "components": [
                    {"type": "number", "key": "so_tien", "label": "Số tiền", "validate": {"min": "1"}}
                ],
            },
        ],
    },
    text("dia_chi.xa"),
)
ANSWERS: Json = {
    "loai": "ho",
    "chu_ho": {"ho_ten": "A", "ghi_chu": "x"},
    "thanh_vien": [{"ho_ten": "B", "gop_von": True, "von": {"so_tien": 5}}, {"ho_ten": "C"}],
    "dia_chi": {"xa": "18073"},
}


def test_answers_lie_in_objects_and_lists_as_the_form_says():
    household = forms.read(HOUSEHOLD)
    assert household.faults(ANSWERS) == ()
    assert household.kept(ANSWERS) == ANSWERS
    assert household.names == {"loai", "chu_ho", "thanh_vien", "dia_chi"}
    assert [field.path for field in household.fields] == [
        "loai",
        "chu_ho.ho_ten",
        "chu_ho.ghi_chu",
        "dia_chi.xa",
    ]
    assert household.title == "Hộ kinh doanh"


def test_each_fault_says_in_which_item_it_lies():
    wrong = {
        **ANSWERS,
        "chu_ho": {"tuoi": 5},
        "thanh_vien": [{"gop_von": True, "von": {"so_tien": 0}}, "D", {"ho_ten": "E", "von": {"so_tien": 1}}],
        "dia_chi.xa": "18073",
    }
    assert told(forms.read(HOUSEHOLD).faults(wrong)) == [
        ("chu_ho.ho_ten", "required", "Ho_ten is missing."),
        ("thanh_vien.0.ho_ten", "required", "Ho_ten is missing."),
        ("thanh_vien.0.von.so_tien", "range", "Số tiền must lie at or above 1."),
        ("thanh_vien.1", "type", "Thành viên must be an object."),
        ("thanh_vien.1.ho_ten", "required", "Ho_ten is missing."),
        ("chu_ho.tuoi", "unknown", "chu_ho.tuoi is not a question of the form."),
        ("thanh_vien.2.von", "unknown", "thanh_vien.2.von is not a question of the form."),
        ("dia_chi.xa", "unknown", "dia_chi.xa is not a question of the form."),
    ]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (None, [("thanh_vien", "required", "Thành viên is missing.")]),
        ([], [("thanh_vien", "required", "Thành viên is missing.")]),
        ([{"ho_ten": "B"}] * 3, []),
        ([{"ho_ten": "B"}] * 4, [("thanh_vien", "items", "Thành viên must have 1 to 3 items.")]),
        ("B", [("thanh_vien", "type", "Thành viên must be a list.")]),
    ],
)
def test_a_list_has_as_many_items_as_it_may(items: Any, said: list[tuple[str, str, str]]):
    assert told(forms.read(HOUSEHOLD).faults({**ANSWERS, "thanh_vien": items})) == said


def test_the_object_of_a_group_is_no_text():
    assert told(forms.read(HOUSEHOLD).faults({**ANSWERS, "chu_ho": "A"})) == [
        ("chu_ho", "type", "Chủ hộ must be an object."),
        ("chu_ho.ho_ten", "required", "Ho_ten is missing."),
    ]


def test_what_is_hidden_is_left_out_with_all_that_lies_in_it():
    household = forms.read(HOUSEHOLD)
    assert household.kept({**ANSWERS, "loai": "ca_nhan", "khac": 1}) == {
        "loai": "ca_nhan",
        "chu_ho": {"ho_ten": "A", "ghi_chu": "x"},
        "dia_chi": {"xa": "18073"},
    }
    assert household.kept({"loai": "ho", "thanh_vien": [{"gop_von": False, "von": {"so_tien": 5}}, {}]}) == {
        "loai": "ho",
        "thanh_vien": [{"gop_von": False}, {}],
    }


def test_what_depends_on_a_hidden_answer_sees_none():
    """The answer of B is stale; whoever files it without is to be asked the same questions."""
    chained = form(
        text("a"),
        text("b", conditional={"hide": '=a != "1"'}),
        text("c", conditional={"hide": "=b = null"}),
        text("d", conditional={"hide": "=b != null"}),
    )
    stale = {"a": "2", "b": "x", "c": "y", "d": "z"}
    assert chained.kept(stale) == {"a": "2", "d": "z"}
    assert [shown.path for shown in chained.visible(stale)] == ["a", "d"]


def test_of_two_questions_with_one_key_the_one_that_is_shown_keeps_the_answer():
    either = form(
        text("loai"),
        text("so", conditional={"hide": '=loai != "a"'}),
        {"type": "number", "key": "so", "label": "Số", "conditional": {"hide": '=loai = "a"'}},
    )
    assert either.kept({"loai": "b", "so": 5}) == {"loai": "b", "so": 5}
    assert told(either.faults({"loai": "a", "so": 5})) == [("so", "type", "So must be a text.")]


def test_a_form_begins_with_its_default_values_and_the_first_items_of_its_lists():
    begins = form(
        text("a", defaultValue="x"),
        {"type": "group", "path": "g", "components": [{"type": "number", "key": "n", "defaultValue": 3}]},
        {
            "type": "dynamiclist",
            "path": "l",
            "defaultRepetitions": 2,
            "components": [text("b", defaultValue="y"), text("c")],
        },
        {"type": "dynamiclist", "path": "none", "defaultRepetitions": 0, "components": [text("d")]},
    )
    assert begins.begun() == {"a": "x", "g": {"n": 3}, "l": [{"b": "y"}, {"b": "y"}]}


SEPARATOR = {"type": "separator"}


@pytest.mark.parametrize(
    ("components", "pages"),
    [
        (
            [text("a"), SEPARATOR, {"type": "text", "text": "## Hàng hóa\n"}, text("b")],
            [("", "a"), ("Hàng hóa", "b")],
        ),
        ([SEPARATOR, text("a"), SEPARATOR, {"type": "text", "text": "Hết"}], [("", "a")]),
        ([{"type": "filepicker", "id": "F"}], []),
        ([text("a", properties={"hoso:page": "Đầu"}), text("b")], [("Đầu", "ab")]),
        ([{"type": "group", "label": "Nhóm", "components": [text("a")]}], [("Nhóm", "a")]),
        (
            [
                text("a"),
                *(
                    {"type": "group", "label": f"Nhóm {n}", "components": [text(f"{n}{k}") for k in "uvwxyz"]}
                    for n in "bc"
                ),
                {"type": "text", "text": "Sau cùng"},
                text("d"),
            ],
            [("", "a"), ("Nhóm b", "bubvbwbxbybz"), ("Nhóm c", "cucvcwcxcycz"), ("", "d")],
        ),
    ],
)
def test_separators_make_pages_and_groups_do_where_there_are_many_questions(
    components: list[Json], pages: list[tuple[str, str]]
):
    assert [
        (
            page.title,
            "".join(each.path for _, each in forms.walk(page.components) if isinstance(each, forms.Field)),
        )
        for page in form(*components).pages
    ] == pages


def test_a_page_is_judged_by_itself_and_sees_the_answers_of_the_others():
    two = form(
        text("a", validate={"required": True}),
        SEPARATOR,
        text("b", validate={"required": True}, conditional={"hide": '=a = "1"'}),
    )
    assert [[fault.path for fault in two.faults({"khac": 1}, page=page)] for page in (0, 1)] == [["a"], ["b"]]
    assert two.visible({"a": "1"}, page=1) == ()
    assert two.faults({"a": "1"}, page=1) == ()


@pytest.mark.parametrize(
    ("component", "answer", "said"),
    [
        (
            {"type": "number", "increment": 5},
            7,
            ("increment", "F must be a multiple of 5; the nearest are 5 and 10."),
        ),
        ({"type": "number", "increment": "0.1"}, 0.3, None),
        (
            {"type": "number", "increment": 5},
            -7,
            ("increment", "F must be a multiple of 5; the nearest are -10 and -5."),
        ),
        (
            {"type": "number", "validate": {"min": "2", "max": "3.5"}},
            4,
            ("range", "F must lie between 2 and 3.5."),
        ),
        ({"type": "number", "validate": {"min": "=x"}}, -4, None),
        ({"type": "number", "serializeToString": True, "decimalDigits": 1}, "1250.5", None),
        ({"type": "number", "serializeToString": True}, "1.250,5", ("number", "F must be a number.")),
        ({"type": "number"}, "1250", ("number", "F must be a number.")),
        ({"type": "number", "decimalDigits": 10**400}, 1.5, None),
        (
            {"type": "datetime", "subtype": "date", "properties": {"hoso:partial": "year"}},
            "2010-13",
            ("instant", "F must be a date as in 2026-11-24."),
        ),
        ({"type": "datetime", "subtype": "date", "properties": {"hoso:partial": "year"}}, "2010-12", None),
        (
            {"type": "datetime", "subtype": "date", "properties": {"hoso:earliest": "2010-06-01"}},
            "2010-05-31",
            ("early", "F must not be before 2010-06-01."),
        ),
        (
            {"type": "datetime", "subtype": "datetime", "properties": {"hoso:latest": "2010-06-01"}},
            "2010-06-02T00:00",
            ("late", "F must not be after 2010-06-01."),
        ),
        (
            {"type": "datetime", "properties": {"hoso:latest": "2010-06-01", "hoso:partial": "year"}},
            "2011",
            ("late", "F must not be after 2010-06-01."),
        ),
        (
            {"type": "datetime", "subtype": "date"},
            "2026-02-30",
            ("day", "F must be a date as in 2026-11-24."),
        ),
        ({"type": "datetime", "subtype": "date"}, "24/11/26", ("year", "F must be a date as in 2026-11-24.")),
        ({"type": "select", "values": [{"value": 5, "label": "Năm"}]}, 5, None),
        ({"type": "select", "values": [{"value": 5}]}, 6, ("option", "F must be one of 5.")),
    ],
)
def test_what_form_js_says_of_numbers_and_dates_is_judged(
    component: Json, answer: Any, said: tuple[str, str] | None
):
    found = told(form({"key": "f", "label": "F", **component}).faults({"f": answer}))
    assert found == ([("f", *said)] if said else [])


def test_a_fault_is_said_in_vietnamese_as_well():
    (fault,) = form({"type": "number", "key": "f", "label": "Số tờ", "increment": 5}).faults({"f": 7})
    assert translated(fault.message, "vi") == "Số tờ phải là bội số của 5; gần nhất là 5 và 10."


@pytest.mark.parametrize(
    "component",
    [
        {"type": "dynamiclist", "components": [text("a")]},
        {"type": "dynamiclist", "path": "", "components": []},
        {"type": "dynamiclist", "path": "l", "properties": {"hoso:max": "vài"}},
        {"type": "dynamiclist", "path": "l", "defaultRepetitions": "2"},
        {"type": "textfield", "key": ""},
        {"type": "number", "key": "a", "validate": {"min": "ba"}},
        {"type": "datetime", "key": "a", "properties": {"hoso:latest": "hôm nay"}},
        {"type": "iframe", "id": "F1", "url": "https://example.org"},
        {"type": "iframe", "key": "a"},
    ],
)
def test_what_cannot_be_asked_is_no_form(component: Json):
    with pytest.raises(RefusedFile) as refused:
        form(component)
    assert refused.value.rule == "form-broken"


def test_groups_lie_in_each_other_as_deep_as_people_follow():
    def deep(times: int) -> Json:
        return text("a") if times == 0 else {"type": "group", "components": [deep(times - 1)]}

    assert form(deep(12)).fields
    with pytest.raises(RefusedFile, match="groups lie in each other more than 12 deep"):
        form(deep(13))


@pytest.mark.parametrize(
    ("component", "said"),
    [
        (text("a", readonly="=b"), "The component 'a' has readonly, which is not evaluated."),
        (text("a", validate={"maxLength": "=b"}), "The component 'a' has maxLength, which is not evaluated."),
        (text("_a"), "The key '_a' begins with an underscore; pages keep such names for themselves."),
        (
            {"type": "text", "id": "T", "text": "{{a}}"},
            "The text 'T' has a template in braces, which is shown as it stands.",
        ),
        (
            {"type": "html", "id": "H"},
            "The component 'H' is html, of which pages show little more than words.",
        ),
        (
            {"type": "image", "id": "I", "alt": "Dấu", "source": "https://example.org/a.png"},
            "The image 'I' lies outside of the form, so it is not shown.",
        ),
        (
            {"type": "image", "id": "I", "source": "data:image/png;base64,"},
            "The image 'I' says nothing to people who do not see it.",
        ),
        (
            {
                "type": "dynamiclist",
                "path": "a",
                "components": [{"type": "dynamiclist", "path": "b", "components": []}],
            },
            "The list 'a.*.b' lies in another list, where people lose their way.",
        ),
        (
            {"type": "group", "components": [text("a"), text("a")]},
            "2 components have the key 'a'; they share one answer.",
        ),
        (
            {"type": "expression", "id": "E"},
            "The component 'E' is a expression, which is neither shown nor judged.",
        ),
    ],
)
def test_what_people_would_see_otherwise_than_it_is_meant_is_said(component: Json, said: str):
    files = {"forms/a.form": written(component)}
    report = inspection.inspect_package(packages.package(files=files))
    assert [(f.rule, f.message) for f in report.findings if f.file == "forms/a.form"] == [
        ("form-unknown", said)
    ]
    assert report.ok


@pytest.mark.parametrize(
    ("components", "said"),
    [
        ([text("a"), text("b", conditional={"hide": "=a = 1"})], []),
        (
            [text("b", conditional={"hide": "=a = 1"}), text("a")],
            ["'B' depends on 'a', which is asked below it."],
        ),
        ([text("a", conditional={"hide": "=a = 1"})], ["'A' depends on 'a', which is asked below it."]),
        (
            [{"type": "group", "label": "G", "conditional": {"hide": "=a = 1"}, "components": [text("a")]}],
            ["'G' depends on 'a', which is asked below it."],
        ),
        (
            [
                {
                    "type": "dynamiclist",
                    "path": "l",
                    "components": [text("b", conditional={"hide": "=a = 1"}), text("a")],
                },
            ],
            ["'B' depends on 'a', which is asked below it."],
        ),
        (
            [
                text("a"),
                {
                    "type": "dynamiclist",
                    "path": "l",
                    "components": [text("b", conditional={"hide": "=a = 1"})],
                },
            ],
            [],
        ),
        ([text("b", conditional={"hide": "=z = 1"})], []),
    ],
)
def test_a_question_stands_below_what_it_depends_on(components: list[Json], said: list[str]):
    report = inspection.inspect_package(packages.package(files={"forms/a.form": written(*components)}))
    assert [(f.rule, f.message) for f in report.findings if f.file == "forms/a.form"] == [
        ("form-order", each) for each in said
    ]


def test_an_area_in_a_list_is_refused():
    listed = {
        "type": "dynamiclist",
        "path": "l",
        "components": [text("xa", properties={"area": "true"})],
    }
    report = inspection.inspect_package(packages.package(files={"forms/a.form": written(listed)}))
    assert [(f.rule, f.message) for f in report.findings] == [
        ("form-area", "The question 'Xa' gives an area for each item of a list.")
    ]


def test_a_comparison_names_the_questions_of_groups_and_lists_by_their_paths():
    assert form_summary.of(HOUSEHOLD) == {
        "text": "# Hộ kinh doanh (text)",
        "loai": "Loại (radio), chọn Hộ | ca_nhan",
        "chu_ho.ho_ten": "Ho_ten (textfield), bắt buộc",
        "chu_ho.ghi_chu": "Ghi_chu (textfield), ẩn khi ho_ten = null",
        "thanh_vien": 'Thành viên (dynamiclist), ít nhất (mục) 1, nhiều nhất (mục) 3, ẩn khi loai != "ho"',
        "thanh_vien.ho_ten": 'Ho_ten (textfield), bắt buộc, ẩn khi loai != "ho"',
        "thanh_vien.gop_von": 'Góp vốn (checkbox), ẩn khi loai != "ho"',
        "thanh_vien.von.so_tien": 'Số tiền (number), từ 1, ẩn khi loai != "ho" hoặc gop_von != true',
        "dia_chi.xa": "Dia_chi.xa (textfield)",
    }


VALUES = (
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "ho", "ca_nhan", "1"]) | st.just([])
)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "ho_ten": VALUES,
        "gop_von": VALUES,
        "von": st.fixed_dictionaries({}, optional={"so_tien": VALUES}),
    },
)
WILD = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ho_ten", "von", "x"]), inner)
    ),
    max_leaves=6,
)
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "loai": VALUES,
        "chu_ho": st.fixed_dictionaries({}, optional={"ho_ten": VALUES, "ghi_chu": VALUES}) | WILD,
        "thanh_vien": st.lists(MEMBERS | WILD, max_size=4) | WILD,
        "dia_chi": WILD,
        "dia_chi.xa": VALUES,
    },
)


@given(GIVEN)
@example({"thanh_vien": [[]]})
def test_whatever_is_answered_every_fault_has_a_place_and_a_sentence(answers: Json):
    for fault in forms.read(HOUSEHOLD).faults(answers):
        assert fault.path
        assert translated(fault.message, "vi") != ""


@given(GIVEN)
def test_what_is_kept_is_asked_for_and_is_kept_again(answers: Json):
    household = forms.read(HOUSEHOLD)
    kept = household.kept(answers)
    assert household.kept(kept) == kept
    assert [fault for fault in household.faults(kept) if fault.rule is forms.Rule.UNKNOWN] == []


def controlled() -> st.SearchStrategy[forms.Form]:
    """Forms of five questions, each hidden by another in whatever order, two of which may share a key."""
    keys = st.sampled_from("abcde")
    condition = st.builds(lambda key, sign: f'={key} {sign} "x"', keys, st.sampled_from(["=", "!="]))
    component = st.builds(
        lambda key, hide: text(key, conditional={"hide": hide} if hide else None), keys, st.none() | condition
    )
    return st.lists(component, min_size=1, max_size=6).map(lambda components: form(*components))


@given(controlled(), st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["x", "y"])))
def test_whatever_hides_what_the_answers_that_are_kept_ask_for_themselves(asked: forms.Form, answers: Json):
    kept = asked.kept(answers)
    assert asked.kept(kept) == kept
    assert {shown.path for shown in asked.visible(kept)} == {shown.path for shown in asked.visible(answers)}
    assert [fault.path for fault in asked.faults(kept)] == []
    assert kept.items() <= answers.items()


@given(controlled(), st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["x", "y"])))
def test_the_pages_show_together_what_the_form_shows(asked: forms.Form, answers: Json):
    apart = [each for page in range(len(asked.pages)) for each in asked.visible(answers, page)]
    assert tuple(apart) == asked.visible(answers)
