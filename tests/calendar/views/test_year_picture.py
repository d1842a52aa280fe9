import xml.etree.ElementTree as ET

import pytest

import hoso_calendar as wt
from hoso_calendar.views import year

VN = wt.load("vn")


def test_the_year_in_the_terminal_marks_every_kind_by_a_sign():
    lines = year.text(VN, 2026).splitlines()
    assert lines[0] == "Lịch công chức toàn quốc · 2026 · 249 ngày làm việc"
    assert lines[3].startswith("T2  T3  T4  T5  T6  T7  CN")
    assert lines[4].startswith("             1●  2↔  3·  4·")
    assert any(line.startswith("27○ 28  29  30●") for line in lines)
    assert any("22+ 23·" in line for line in lines)
    assert any("23  24●?25" in line for line in lines)
    assert lines[-1].endswith("? dự kiến")


@pytest.mark.parametrize(("width", "months"), [(200, 4), (100, 3), (90, 3), (80, 2), (40, 1)])
def test_the_year_is_no_wider_than_the_terminal(width, months):
    lines = year.text(VN, 2026, width).splitlines()
    assert max(map(len, lines[1:])) <= width
    assert [line.count("Tháng") for line in lines if "Tháng" in line] == [months] * (12 // months)
    assert [word for word in " ".join(lines).split() if word == "×"] == ["×"]
    assert "× đóng cửa" in "\n".join(lines)


def test_every_day_of_the_year_stands_in_the_text_once():
    body = year.text(VN, 2024).split("\n", 2)[2]
    numbers = [
        word
        for line in body.splitlines()
        if not line.startswith("T2")
        for word in "".join(c if c.isdigit() else " " for c in line).split()
    ]
    assert sorted(map(int, numbers)) == sorted(
        [*range(1, 13), *(day.date.day for day in VN.days if day.date.year == 2024)]
    )


def test_the_signs_tell_all_kinds_apart_without_colour():
    assert len({mark for mark, _, _, _ in year.SIGNS.values()}) == len(wt.Kind) == len(year.SIGNS)


def test_the_signs_of_the_svg_stand_out_from_their_cells():
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    contrasts = {
        kind: (light(fill) + 0.05) / (light(ink) + 0.05)
        for kind, (mark, _, fill, ink) in year.SIGNS.items()
        if mark.strip()
    }
    assert {kind: contrast for kind, contrast in contrasts.items() if contrast < 4.5} == {}


def test_the_svg_is_well_formed_and_names_each_day():
    root = ET.fromstring(year.svg(VN, 2026))  # noqa: S314 - our own text
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == 366
    assert titles[0] == "Lịch công chức toàn quốc 2026: 249 ngày làm việc"
    assert (
        "thứ Bảy 22/08/2026 · làm bù · Làm bù cho 31/08/2026 · Bộ Nội vụ lịch nghỉ 2026 (en.baobacninhtv.vn 433917; gói holidays)"
        in titles
    )
    assert any(
        title.startswith("thứ Ba 24/11/2026 · ngày lễ (dự kiến) · Ngày Văn hóa Việt Nam") for title in titles
    )


def test_names_cannot_break_out_of_the_svg():
    child = b'schema = "lich-lam-viec/1"\nid = "x"\nextends = "vn"\nname = "<script>&\\""\nclosure = [{ date = 2026-06-01, name = "<b>" }]'
    drawn = year.svg(wt.compile(wt.sources("vn") | {"x": child}, "x"), 2026)
    ET.fromstring(drawn)  # noqa: S314 - drawn by ourselves
    assert "<script>" not in drawn
    assert "<b>" not in drawn


def test_a_year_outside_the_calendar_has_no_picture():
    with pytest.raises(wt.MissingCalendarData):
        year.text(VN, 2028)
    with pytest.raises(wt.MissingCalendarData):
        year.svg(VN, 2017)
