"""Questions of forms on pages: each component drawn, told what is wrong with it, and read back."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso_api.pages.shared import postings, question_words, questions
from hoso_api.pages.shared.questions import Mode, Sheet
from hoso_bpmn.package import forms, package
from hoso_bpmn.package.forms import FieldFault, Rule
from support import question_pages
from support.question_pages import drawn, parsed, sent, text

EVERY = forms.read((Path(question_pages.__file__).parent / "every_component.form").read_bytes())
FULL: dict[str, Any] = {
    "ho_ten": "Tên thử nghiệm",
    "ma_so_thue": "3000123456",
    "email": "mot.cua@example.org",
    "dien_thoai": "+84912345678",
    "ma_cu": "CU-1",
    "noi_dung": "Dòng một\nDòng hai",
    "so_tien": 1250.5,
    "ngay": "2026-11-24",
    "nam": "2010-11",
    "gio": "16:30",
    "luc": "2026-11-24T16:30+07:00",
    "hang": 2,
    "thang": "8",
    "xa": "18133",
    "giay": ["a", "b"],
    "nganh": ["i"],
    "cam_ket": True,
    "loai": "to_chuc",
    "dai_dien": {"ho_ten": "Người thử", "chuc_vu": "Giám đốc"},
    "thanh_vien": [{"ten": "Một", "gop_von": True}, {"ten": "Hai", "gop_von": False}],
}


def again(button: tuple[str, str], answers: dict[str, Any] | None = None, **typed: Any) -> questions.Received:
    """The page of these answers, after something was typed and a button pressed."""
    kept = FULL if answers is None else answers
    return postings.read(EVERY, sent(parsed(Sheet(EVERY, kept)), button, **typed), kept)


def test_all_answers_of_a_page_come_back_as_they_were():
    assert EVERY.faults(FULL) == ()
    received = again(("_di", "tiep"))
    assert received.answers == FULL
    assert (received.filed, received.faults(), received.again) == (FULL, (), False)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("answers", [{}, FULL, EVERY.begun()])
def test_a_page_is_whole_and_everything_on_it_is_named_and_reachable(answers: dict[str, Any], language: str):
    sheet = Sheet(EVERY, answers, EVERY.faults(answers, 0), language=language, papers_at="/giay-to")
    page = parsed(sheet)
    ids = page.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    for field in page.xpath(".//input[not(@type='hidden')] | .//select | .//textarea"):
        assert page.xpath(f".//label[@for='{field.get('id')}']"), field.get("name")
    for named in page.xpath("//@aria-describedby | //@aria-labelledby"):
        assert set(named.split()) <= set(ids)
    assert {href[1:] for href in page.xpath(".//a/@href") if href.startswith("#")} <= set(ids)
    assert all(field.xpath("./legend") for field in page.xpath(".//fieldset"))
    names = {field.get("name") for field in page.xpath(".//input | .//select | .//textarea")}
    assert {name for name in names if name.startswith("_")} == {
        "_khoa",
        "_hoi",
        "_gio.luc",
        "_q.xa",
        "_q.nganh",
    }


def test_nothing_on_a_page_runs_and_nothing_comes_from_elsewhere():
    page = drawn(Sheet(EVERY, {}, papers_at="/giay-to"))
    # Our own script stands on every page.
    lowered = re.sub(r'<script src="/static/[^"]*" defer></script>', "", page.lower())
    assert [
        each
        for each in ("<script", " style=", 'javascript:alert(1)"', "onclick", " required", "pattern=")
        if each in lowered
    ] == []
    assert "https://example.org/a.png" not in page
    assert "<h2>Tờ khai đủ loại</h2>" in page
    assert '<a href="https://example.org/huong-dan">hướng dẫn</a>' in page
    assert "<p>Ghi <strong>rõ</strong></p>" in page


HOSTILE = """"><script>alert(1)</script>'{{7*7}}"""


def test_what_people_type_is_shown_as_text():
    answers = {
        **FULL,
        "ho_ten": HOSTILE,
        "noi_dung": f"</textarea>{HOSTILE}",
        "ngay": HOSTILE,
        "hang": HOSTILE,
    }
    answers["thanh_vien"] = [{"ten": HOSTILE}]
    for mode in Mode:
        page = parsed(Sheet(EVERY, answers, EVERY.faults(answers), mode))
        assert page.xpath(".//script") == []
        assert HOSTILE in page.text_content() or mode in (Mode.EDIT, Mode.PREVIEW)
    assert parsed(Sheet(EVERY, answers)).xpath(".//input[@name='ho_ten']/@value") == [HOSTILE]


def test_the_button_that_enter_presses_goes_on_and_removes_nothing():
    for answers in ({}, FULL):
        (form,) = parsed(Sheet(EVERY, answers)).xpath(".//form")
        first = form.xpath(".//button")[0]
        assert (first.get("name"), first.get("value"), first.get("tabindex")) == ("_di", "tiep", "-1")
        assert form.get("novalidate") is not None


def test_the_summary_names_each_fault_leads_to_its_field_and_says_the_same_there():
    received = again(
        ("_di", "tiep"),
        {},
        ho_ten="A",
        ngay="24/11/26",
        so_tien="1,3",
        dien_thoai="gọi sau",
        noi_dung="x" * 101,
    )
    page = parsed(questions.received(received))
    links = [(link.get("href"), text(link)) for link in page.xpath(".//div[@id='loi']//a")]
    assert links == [
        ("#f-ho_ten", "Họ tên cần ít nhất 2 ký tự"),
        ("#f-dien_thoai", "Số điện thoại phải là số điện thoại, ví dụ 0912 345 678"),
        ("#f-noi_dung", "Nội dung có 101 ký tự, nhiều nhất 100"),
        ("#f-so_tien", "Số tiền: hai giá trị gần nhất là 1 và 1,5"),
        ("#f-ngay", "Ngày cấp: viết đủ bốn chữ số của năm"),
        ("#f-thang", "Chọn tháng"),
        ("#f-cam_ket", "Đánh dấu để xác nhận: Tôi cam kết"),
        ("#f-loai", "Chọn người nộp"),
        ("#c-thanh_vien", "Thêm ít nhất một mục vào thành viên hộ kinh doanh"),
    ]
    assert text(page.xpath(".//h2[@id='loi-td']")[0]) == "Chưa gửi được: còn 9 chỗ cần sửa"
    for href, said in links:
        if href.startswith("#f-"):
            (field,) = page.xpath(f".//*[@id='{href[1:]}']")
            described = field.get("aria-describedby").split()
            assert f"Lỗi: {said}" in [text(page.xpath(f".//*[@id='{each}']")[0]) for each in described]
            assert field.get("aria-invalid") == "true"
    assert page.xpath(".//*[@autofocus]/@id") == ["loi"]
    assert page.xpath(".//input[@name='ngay']/@value") == ["24/11/26"]
    assert page.xpath(".//input[@name='so_tien']/@value") == ["1,3"]


def test_faults_that_read_alike_say_in_the_summary_of_which_item_they_are():
    answers = {**FULL, "thanh_vien": [{"ten": "Một", "gop_von": True}, {}, {}]}
    page = parsed(questions.received(again(("_di", "tiep"), answers)))
    assert [(link.get("href"), text(link)) for link in page.xpath(".//div[@id='loi']//a")] == [
        ("#f-thanh_vien-1-ten", "Thành viên 2: Nhập tên"),
        ("#f-thanh_vien-2-ten", "Thành viên 3: Nhập tên"),
    ]
    at_the_field = page.xpath(".//*[@id='f-thanh_vien-1-ten-loi']")[0]
    assert text(at_the_field) == "Lỗi: Nhập tên"


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ({"ho_ten": "  Trần  Thị Ánh "}, {"ho_ten": "Trần  Thị Ánh"}),
        ({"noi_dung": "một\r\nhai"}, {"noi_dung": "một\nhai"}),
        ({"so_tien": "1.250,5"}, {"so_tien": 1250.5}),
        ({"ngay": "24112026"}, {"ngay": "2026-11-24"}),
        ({"dien_thoai": "0912.345.678"}, {"dien_thoai": "+84912345678"}),
        ({"luc": "4/1/2026", "_gio.luc": "1630"}, {"luc": "2026-01-04T16:30+07:00"}),
        ({"luc": "4/1/2026"}, {"luc": "4/1/2026"}),
        ({"hang": "2"}, {"hang": 2}),
        ({"giay": ["b", "a"]}, {"giay": ["b", "a"]}),
        ({"ma_cu": "thay"}, {}),
        ({"la": "1", "_la": "2", "cam_ket": ""}, {}),
        (
            {"thanh_vien.7.ten": "Ba", "thanh_vien.3.ten": "Hai"},
            {"thanh_vien": [{"ten": "Hai"}, {"ten": "Ba"}]},
        ),
    ],
)
def test_what_people_type_becomes_typed_answers_and_unknown_names_are_ignored(
    typed: dict[str, Any], answers: dict[str, Any]
):
    found = dict(again(("_di", "luu"), {}, **typed).answers)
    assert found.pop("cam_ket") is False
    assert found == answers


def test_what_people_may_not_change_stays_as_it_was_kept():
    assert again(("_di", "tiep"), ma_cu="thay").answers["ma_cu"] == "CU-1"
    assert text(parsed(Sheet(EVERY, FULL)).xpath(".//*[@id='f-ma_cu']")[0]) == "CU-1"


def test_a_box_without_a_tick_and_a_field_left_empty_take_the_answers_away():
    received = again(("_di", "tiep"), ho_ten="", cam_ket=[], giay=[])
    assert {name for name in FULL if name not in received.answers} == {"ho_ten", "giay"}
    assert received.answers["cam_ket"] is False


def test_a_page_that_does_not_say_what_it_asked_takes_nothing_away():
    received = postings.read(EVERY, [("ho_ten", "Khác")], FULL)
    assert (received.answers, received.again) == ({**FULL, "ho_ten": "Khác"}, False)


def test_answers_that_open_questions_are_judged_when_these_were_seen():
    before = {**FULL, "loai": "ca_nhan"}
    del before["dai_dien"]
    received = again(("_di", "tiep"), before, loai="to_chuc")
    assert received.opened == ("dai_dien.ho_ten", "dai_dien.chuc_vu")
    assert (received.again, received.faults()) == (True, ())
    page = parsed(questions.received(received))
    assert text(page.xpath(".//*[@class='notice']")[0]) == "Câu trả lời vừa rồi mở thêm 2 câu hỏi"
    assert page.xpath(".//*[@autofocus]/@id") == ["f-dai_dien-ho_ten"]
    sent_again = postings.read(EVERY, sent(page), received.answers)
    assert [(fault.path, fault.rule) for fault in sent_again.faults()] == [("dai_dien.ho_ten", Rule.REQUIRED)]


def test_an_answer_that_hides_questions_says_so_and_keeps_what_was_typed_for_another_day():
    received = again(("_hien", "loai"), loai="ca_nhan")
    page = parsed(questions.received(received))
    assert text(page.xpath(".//*[@class='notice']")[0]) == "Đã ẩn 2 câu hỏi"
    assert page.xpath(".//input[@name='dai_dien.ho_ten']") == []
    assert received.answers["dai_dien"] == FULL["dai_dien"]
    assert "dai_dien" not in received.filed
    back = postings.read(EVERY, sent(page, ("_hien", "loai"), loai="to_chuc"), received.answers)
    assert back.filed == FULL


def test_only_a_question_on_which_others_depend_has_a_button_for_them():
    assert parsed(Sheet(EVERY, FULL)).xpath(".//button[@name='_hien']/@value") == ["loai"]
    assert parsed(Sheet(EVERY, FULL, mode=Mode.PREVIEW)).xpath(".//button[@name='_hien']") == []


def test_an_item_is_added_and_has_the_focus_and_a_full_list_says_so():
    received = again(("_them", "thanh_vien"))
    assert received.answers["thanh_vien"] == [*FULL["thanh_vien"], {}]
    page = parsed(questions.received(received))
    assert text(page.xpath(".//*[@class='notice']")[0]) == "Đã thêm thành viên 3"
    assert page.xpath(".//*[@autofocus]/@name") == ["thanh_vien.2.ten"]
    full = postings.read(EVERY, sent(page, ("_them", "thanh_vien")), received.answers)
    assert len(full.answers["thanh_vien"]) == 3
    assert questions.received(full).news == "Danh sách đã đủ 3 mục"
    assert full.faults() == ()


def test_a_removed_item_closes_the_gap_and_comes_back():
    received = again(("_bo", "thanh_vien.0"), **{"thanh_vien.1.ten": "Ba"})
    assert received.answers["thanh_vien"] == [{"ten": "Ba", "gop_von": False}]
    page = parsed(questions.received(received))
    assert text(page.xpath(".//*[@class='notice']/p")[0]) == "Đã bỏ thành viên 1."
    assert page.xpath(".//*[@autofocus]/@id") == ["c-thanh_vien"]
    back = postings.read(EVERY, sent(page, ("_hoan_tac", "thanh_vien.0")), received.answers)
    assert back.answers["thanh_vien"] == [{"ten": "Một", "gop_von": True}, {"ten": "Ba", "gop_von": False}]
    assert questions.received(back).news == "Đã lấy lại thành viên 1"


@pytest.mark.parametrize("item", ["", "[]", "7", "{", '{"ten": {"x": 1}, "la": 5, "gop_von": null}'])
def test_an_item_that_comes_back_brings_nothing_that_is_not_asked_for(item: str):
    received = again(("_hoan_tac", "thanh_vien.0"), _muc=item)
    assert received.answers["thanh_vien"] in (FULL["thanh_vien"], [{}, *FULL["thanh_vien"]])


#: Households with their people; the commune and the nationality are given.
HOUSEHOLDS = forms.stored(
    orjson.dumps(
        {
            "components": [
                {
                    "type": "dynamiclist",
                    "path": "ho",
                    "components": [
                        {"type": "textfield", "key": "chu_ho", "defaultValue": "Chưa rõ"},
                        {"type": "textfield", "key": "xa", "readonly": True, "defaultValue": "Xã mẫu"},
                        {
                            "type": "dynamiclist",
                            "path": "nguoi",
                            "components": [
                                {"type": "textfield", "key": "ten"},
                                {"type": "textfield", "key": "nuoc", "readonly": True, "defaultValue": "VN"},
                            ],
                        },
                        {
                            "type": "dynamiclist",
                            "path": "ben",
                            "defaultRepetitions": 2,
                            "allowAddRemove": False,
                            "components": [{"type": "textfield", "key": "ten"}],
                        },
                    ],
                }
            ]
        }
    )
)


def test_an_item_comes_back_with_the_lists_in_it_and_what_is_given_of_it():
    people = [{"ten": "Một", "nuoc": "VN"}, {"ten": "Hai", "nuoc": "VN"}]
    house = {"xa": "Xã mẫu", "nguoi": people, "ben": [{"ten": "A"}, {"ten": "B"}]}
    kept = {"ho": [house, {"xa": "Xã mẫu", "chu_ho": "Ba", "ben": [{"ten": "C"}, {}]}]}
    page = parsed(Sheet(HOUSEHOLDS, kept))
    received = postings.read(HOUSEHOLDS, sent(page, ("_bo", "ho.0")), kept)
    assert received.answers == {"ho": kept["ho"][1:]}
    page = parsed(questions.received(received))
    back = postings.read(HOUSEHOLDS, sent(page, ("_hoan_tac", "ho.0")), received.answers)
    assert back.answers == kept


def test_an_item_that_comes_back_has_no_more_than_its_lists_hold_and_no_sign_that_is_not_seen():
    item = {
        "chu_ho": "Một\u202e",
        "xa": "Xã khác",
        "nguoi": [{"ten": "Hai", "nuoc": "LA", "la": [1]}, 7, *[{}] * 60],
        "ben": [{"ten": "A"}, {"ten": "B"}, {"ten": "C"}],
    }
    posted = [("_hoi", '["ho"]'), ("_hoan_tac", "ho.0"), ("_muc", orjson.dumps(item).decode())]
    back = postings.read(HOUSEHOLDS, posted)
    given = {"nuoc": "VN"}
    assert back.answers == {
        "ho": [
            {
                "xa": "Xã mẫu",
                "nguoi": [{"ten": "Hai", **given}, *[given] * 49],
                "ben": [{"ten": "A"}, {"ten": "B"}],
            }
        ]
    }


@pytest.mark.parametrize(
    "button",
    [
        ("_bo", "thanh_vien.9"),
        ("_bo", "thanh_vien.x"),
        ("_bo", "ho_ten.0"),
        ("_bo", ""),
        ("_them", "ho_ten"),
        ("_them", "dai_dien"),
        ("_tim", "la"),
        ("_hien", "la"),
        ("_hoan_tac", "."),
    ],
)
def test_a_button_that_no_page_has_changes_nothing(button: tuple[str, str]):
    received = again(button)
    assert (received.answers, received.faults()) == (FULL, ())
    assert drawn(questions.received(received))


def test_many_choices_are_searched_with_or_without_marks():
    received = again(("_tim", "xa"), **{"_q.xa": "duc th"}, xa=[])
    page = parsed(questions.received(received))
    assert [
        text(each) for each in page.xpath(".//fieldset[@id='c-xa']//label[contains(@class, 'lua-chon')]")
    ] == ["Xã Đức Thọ"]
    assert text(page.xpath(".//*[@class='tim']/p[@class='soft']")[0]) == "1 mục khớp với “duc th”"
    chosen = postings.read(EVERY, sent(page, xa="18133"), received.answers)
    assert (chosen.answers["xa"], chosen.again) == ("18133", False)


def test_who_searches_and_goes_on_at_once_is_shown_what_was_found():
    received = again(("_di", "tiep"), **{"_q.xa": "xa"}, xa=[])
    assert (received.step, received.again) == (postings.Step.SEARCHED, True)
    assert questions.received(received).news == "2 mục khớp với “xa”"


def test_a_value_that_is_no_longer_offered_is_shown_and_said_to_be_so():
    answers = {**FULL, "hang": 9, "giay": ["a", "c"]}
    page = parsed(Sheet(EVERY, answers, EVERY.faults(answers)))
    assert "9 (không còn trong danh sách)" in page.text_content()
    assert page.xpath(".//input[@name='giay'][@checked]/@value") == ["a", "c"]
    assert [text(link) for link in page.xpath(".//div[@id='loi']//a")] == [
        "Chọn một trong các mục của hạng",
        "Chọn một trong các mục của giấy kèm",
    ]


def test_answers_are_checked_in_the_order_of_asking_each_with_a_way_to_change_it():
    sheet = Sheet(
        EVERY, {**FULL, "email": ""}, mode=Mode.CHECK, today=date(2026, 11, 20), files={"TP01": ("don.pdf",)}
    )
    page = parsed(sheet, change="/to-khai/1?ve=kiem-tra")
    rows = [(text(row.xpath("./dt")[0]), text(row.xpath("./dd")[0])) for row in page.xpath(".//dl/div")]
    assert rows == [
        ("Họ tên", "Tên thử nghiệm"),
        ("Mã số thuế", "3000123456"),
        ("Thư điện tử", "Không trả lời"),
        ("Số điện thoại", "0912 345 678"),
        ("Mã cũ", "CU-1"),
        ("Nội dung", "Dòng một Dòng hai"),
        ("Số tiền", "1.250,5 đồng"),
        ("Ngày cấp", "24/11/2026, thứ Ba"),
        ("Năm cấp", "11/2010"),
        ("Giờ mở cửa", "16:30"),
        ("Lúc kiểm tra", "24/11/2026 16:30, thứ Ba"),
        ("Hạng", "Hạng hai"),
        ("Tháng", "Tháng 8"),
        ("Xã", "Xã Đức Thọ"),
        ("Giấy kèm", "Bản sao Bản chính"),
        ("Ngành", "In ấn"),
        ("Tôi cam kết", "Có"),
        ("Người nộp", "Tổ chức"),
        ("Họ tên người đại diện", "Người thử"),
        ("Chức vụ", "Giám đốc"),
        ("Tên", "Một"),
        ("Có góp vốn", "Có"),
        ("Tên", "Hai"),
        ("Có góp vốn", "Không"),
        ("Đơn đề nghị", "don.pdf"),
    ]
    ways = page.xpath(".//dd[@class='sua']/a")
    assert (ways[0].get("href"), text(ways[0])) == ("/to-khai/1?ve=kiem-tra#f-ho_ten", "Sửa Họ tên")
    assert [text(each) for each in ways[-4:]] == [
        "Sửa Thành viên 1: Tên",
        "Sửa Thành viên 1: Có góp vốn",
        "Sửa Thành viên 2: Tên",
        "Sửa Thành viên 2: Có góp vốn",
    ]
    assert [text(each) for each in page.xpath(".//h3 | .//h4")] == [
        "Người đại diện",
        "Thành viên hộ kinh doanh",
        "Thành viên 1",
        "Thành viên 2",
    ]


#: Two groups that ask the same, a list without a word for its items, and a second page that asks it once more.
ALIKE = forms.read(
    orjson.dumps(
        {
            "type": "default",
            "components": [
                {"type": "textfield", "key": "ten", "label": "Họ tên"},
                {
                    "type": "group",
                    "label": "Bên bán",
                    "components": [{"type": "textfield", "key": "ban", "label": "Địa chỉ"}],
                },
                {
                    "type": "group",
                    "label": "Bên mua",
                    "components": [{"type": "textfield", "key": "mua", "label": "Địa chỉ"}],
                },
                {
                    "type": "dynamiclist",
                    "path": "hang",
                    "label": "Hàng hóa",
                    "components": [{"type": "textfield", "key": "ten_hang", "label": "Tên"}],
                },
                {"type": "separator"},
                {
                    "type": "dynamiclist",
                    "path": "kho",
                    "label": "Kho hàng",
                    "components": [{"type": "textfield", "key": "ten_kho", "label": "Tên"}],
                },
            ],
        }
    )
)


def test_no_two_ways_to_change_an_answer_are_called_alike_on_any_page_of_a_form():
    answers = {"hang": [{"ten_hang": "Chè"}, {"ten_hang": "Cam"}], "kho": [{"ten_kho": "Kho số 2"}]}
    called = [
        [
            text(link)
            for link in parsed(Sheet(ALIKE, answers, mode=Mode.CHECK, page=page), change="/").xpath(".//a")
        ]
        for page in range(2)
    ]
    assert called == [
        [
            "Sửa Họ tên",
            "Sửa Bên bán: Địa chỉ",
            "Sửa Bên mua: Địa chỉ",
            "Sửa Hàng hóa: Mục 1: Tên",
            "Sửa Mục 2: Tên",
        ],
        ["Sửa Kho hàng: Mục 1: Tên"],
    ]


def test_on_paper_there_are_answers_only():
    page = parsed(Sheet(EVERY, FULL, mode=Mode.PRINT))
    assert page.xpath(".//form | .//input | .//button | .//a") == []
    assert len(page.xpath(".//dl/div")) == 25


def test_a_preview_asks_shows_the_papers_and_says_that_nothing_is_sent():
    page = parsed(Sheet(EVERY, EVERY.begun(), mode=Mode.PREVIEW))
    assert "Bản xem thử: không có gì được lưu hay gửi đi." in text(page)
    assert "Đơn đề nghị" in text(page)
    assert "Tổng: Không hiển thị được phần này" in text(page)
    assert page.xpath(".//button[@name='_them'] | .//button[@name='_bo']") == []


def test_on_an_english_page_what_stays_vietnamese_is_marked():
    answers = {"ngay": "31/02/2026"}
    found = EVERY.faults({"ngay": "2026-02-31"}, 0)
    page = parsed(Sheet(EVERY, answers, found, language="en"))
    assert text(page.xpath(".//label[@for='f-email']")[0]) == "Thư điện tử (optional)"
    assert text(page.xpath(".//label[@for='f-email']/span[@lang='vi']")[0]) == "Thư điện tử"
    fault = page.xpath(".//a[@href='#f-ngay']")[0]
    assert text(fault) == "Ngày cấp: month 2 of 2026 has no day 31"
    assert [text(each) for each in fault.xpath(".//*[@lang='vi']")] == ["Ngày cấp"]
    received = again(("_them", "thanh_vien"))
    added = parsed(questions.received(received, language="en"))
    assert text(added.xpath(".//div[@class='notice']")[0]) == "Added: thành viên 3"
    button = added.xpath(".//button[@name='_bo']")[0]
    assert text(button) == "Remove: thành viên 1: Một"
    for said in (button, added.xpath(".//div[@class='notice']")[0]):
        assert text(said.xpath(".//*[@lang='vi']")[0]).startswith("thành viên")


def test_what_a_form_says_is_no_markup_within_a_sentence():
    asked = forms.read(
        b'{"type": "default", "components": [{"type": "textfield", "key": "a", "label": "A <b> & c",'
        b' "validate": {"required": true}}]}'
    )
    (found,) = asked.faults({})
    page = parsed(Sheet(asked, {}, [found], language="en"))
    assert text(page.xpath(".//div[@id='loi']//li")[0]) == "Enter A <b> & c"


#: A fault of each rule, with a component that can have it.
FAULTS = {
    Rule.REQUIRED: ("ho_ten", {}),
    Rule.UNKNOWN: ("la", {}),
    Rule.TYPE: ("ho_ten", {}),
    Rule.NUMBER: ("so_tien", {}),
    Rule.DIGITS: ("so_tien", {"digits": 1}),
    Rule.INCREMENT: ("so_tien", {"step": 0.5, "below": 1, "above": 1.5}),
    Rule.RANGE: ("so_tien", {"least": 1, "most": None}),
    Rule.LENGTH: ("ho_ten", {"least": 2, "most": 40, "length": 41}),
    Rule.UNJUDGED: ("ho_ten", {"most": 1_000, "length": 1_001}),
    Rule.PATTERN: ("ho_ten", {"pattern": "a"}),
    Rule.EMAIL: ("email", {}),
    Rule.PHONE: ("dien_thoai", {}),
    Rule.INSTANT: ("gio", {}),
    Rule.DAY: ("ngay", {"year": 2026, "month": 13, "day": 1}),
    Rule.YEAR: ("ngay", {}),
    Rule.EARLY: ("ngay", {"earliest": "2000-01-01"}),
    Rule.LATE: ("ngay", {"latest": "2030-12-31"}),
    Rule.OPTION: ("hang", {}),
    Rule.ITEMS: ("thanh_vien", {"least": 1, "most": 3, "count": 4}),
}
KINDS = {
    path: each
    for path, each in forms.walk(EVERY.components)
    if isinstance(each, forms.Field | forms.List | forms.Group) and path
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("rule", Rule)
def test_each_rule_has_a_message_for_each_component_which_names_it(rule: Rule, language: str):
    data = FAULTS[rule][1]
    for path, component in KINDS.items():
        said = question_words.fault(
            FieldFault(path, rule, {"label": component.label, **data}), component, language
        )
        own = rule is Rule.PATTERN and path == "ma_so_thue"
        assert "{" not in said
        assert own or component.label.lower() in said.lower() or rule is Rule.UNKNOWN


def test_every_sentence_is_there_in_both_languages_and_fills_the_same_values():
    for words in (*question_words.FIXED.values(), *question_words.FAULTS.values()):
        fields = [
            {part.split("}")[0].lower() for part in said.split("{")[1:]} for said in (words.vi, words.en)
        ]
        assert fields[0] == fields[1]
        assert min(words.vi, words.en)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Họ tên", "họ tên"),
        ("CCCD của bạn", "CCCD của bạn"),
        ("UBND tỉnh", "UBND tỉnh"),
        ("Số bản CFS", "số bản CFS"),
        ("", ""),
    ],
)
def test_a_label_within_a_sentence_begins_small_unless_it_is_an_acronym(label: str, said: str):
    assert question_words.lowered(label) == said


@pytest.mark.parametrize("code", package.codes())
def test_each_page_of_the_bundled_forms_is_drawn_and_judged(code: str):
    declared = package.bundled(code)
    for case in declared.cases:
        asked = forms.read(declared.files[case.form])
        for number in range(len(asked.pages)):
            received = postings.read(asked, sent(parsed(Sheet(asked, {}, page=number))), {}, number)
            page = parsed(questions.received(received))
            required = {fault.path for fault in asked.faults(received.filed, number)}
            assert {link[1:] for link in page.xpath(".//div[@id='loi']//a/@href")} == {
                f"f-{path}" for path in required
            }


TYPED = st.text(max_size=12) | st.sampled_from(["24/11/2026", "1.250,5", "to_chuc", "a", "2", "on", ""])
NAMES = st.sampled_from(
    [
        *KINDS,
        "thanh_vien.0.ten",
        "thanh_vien.5.gop_von",
        "dai_dien.ho_ten",
        "_gio.luc",
        "_q.xa",
        "_hoi",
        "_muc",
        "_them",
        "_bo",
        "_tim",
        "_hien",
        "_hoan_tac",
        "la",
    ]
)


@settings(max_examples=40)
@given(st.lists(st.tuples(NAMES, TYPED), max_size=12))
def test_whatever_is_posted_is_read_judged_and_shown(posted: list[tuple[str, str]]):
    received = postings.read(EVERY, posted, {})
    assert set(received.answers) <= EVERY.names
    assert Rule.UNKNOWN not in {fault.rule for fault in received.faults()}
    assert drawn(questions.received(received))


@settings(max_examples=30)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.sampled_from([FULL[name], "", "sai", 5, None]) for name in FULL if name != "thanh_vien"
        },
    )
)
def test_a_page_that_is_sent_twice_says_the_same_twice(answers: dict[str, Any]):
    once = postings.read(EVERY, sent(parsed(Sheet(EVERY, answers))), answers)
    twice = postings.read(EVERY, sent(parsed(questions.received(once))), once.answers)
    assert (twice.answers, twice.filed) == (once.answers, once.filed)
