"""Days out to iCalendar and back, and what a stranger's file may not smuggle in."""

import unicodedata
from datetime import date

import icalendar
import pytest

import hoso_calendar as wt
from hoso_calendar.declarations import ics

VN = wt.load("vn")
BARE = b"""
schema = "lich-lam-viec/1"
id = "bare"
timezone = "Asia/Ho_Chi_Minh"
statute = "none"
coverage = { from = 2018, to = 2027 }
week = { working = [1, 2, 3, 4, 5] }
hours = [{ slots = ["07:00-11:30", "13:30-17:00"], basis = "b" }]
"""
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
BEGIN:VEVENT
UID:one
DTSTAMP:20260101T000000Z
SUMMARY:Bão
{0}
END:VEVENT
END:VCALENDAR
"""
WHOLE_DAY = "DTSTART;VALUE=DATE:20260909\nDTEND;VALUE=DATE:20260912\nCATEGORIES:closure"


def read(body: str) -> tuple[ics.IcsDay, ...]:
    return ics.read(EVENT.format(body).replace("\n", "\r\n").encode(), date(2018, 1, 1), date(2027, 12, 31))


def test_every_declared_day_goes_out_and_comes_back():
    exported = ics.export(VN)
    assert ics.read(exported, VN.first, VN.last) == ics.days_of(VN)
    assert len(ics.days_of(VN)) == 146
    assert exported == ics.export(VN)


def test_toml_to_ics_to_toml_declares_the_same_days():
    extra = b"""
schema = "lich-lam-viec/1"
id = "more"
extends = "vn"
special = [{ date = 2026-12-31, slots = ["07:00-11:30"], counts = 0.5, name = 'nua "ngay" \\', basis = "x" }]
closure = [{ date = 2026-09-09, name = "storm", announced = 2026-09-08 }]
"""
    cal = wt.compile(wt.sources("vn") | {"more": extra}, "more")
    document = ics.document(ics.read(ics.export(cal), cal.first, cal.last), "copy", "bare", "A copy")
    copy = wt.compile({"bare": BARE, "copy": document}, "copy")
    assert [day.slots for day in copy.days] == [day.slots for day in cal.days]
    assert ics.days_of(copy) == ics.days_of(cal)
    assert ics.document(ics.days_of(copy), "copy", "bare", "A copy") == document


def test_an_exported_event_says_kind_status_and_basis():
    calendar = icalendar.Calendar.from_ical(ics.export(VN))
    event = next(e for e in calendar.walk("VEVENT") if e["uid"].startswith("vn-2026-11-24"))
    assert (event["uid"], event["status"], event["categories"].cats, event["dtend"].dt) == (
        "vn-2026-11-24-holiday@vn",
        "TENTATIVE",
        ["holiday"],
        date(2026, 11, 25),
    )
    assert "Nghị quyết 80-NQ/TW" in event["description"]


def test_the_end_of_an_event_is_not_part_of_it():
    assert [day.date.day for day in read(WHOLE_DAY)] == [9, 10, 11]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("DTSTART:20260909T080000\nDTEND:20260909T170000\nCATEGORIES:closure", "it has hours"),
        ("DTEND;VALUE=DATE:20260909\nCATEGORIES:closure", "it has hours"),
        (
            "DTSTART;VALUE=DATE:20260909\nDTEND;VALUE=DATE:20260909\nCATEGORIES:closure",
            "give DTSTART and a later DTEND",
        ),
        (
            "DTSTART;VALUE=DATE:20260909\nDTEND;VALUE=DATE:20290909\nCATEGORIES:closure",
            "give DTSTART and a later DTEND",
        ),
        (WHOLE_DAY + "\nRRULE:FREQ=YEARLY", "it repeats"),
        (WHOLE_DAY.replace("closure", "party"), "CATEGORIES is one of closure, holiday"),
        (WHOLE_DAY.replace("closure", "working"), "CATEGORIES is one of closure, holiday"),
        ("DTSTART;VALUE=DATE:20260909", "not nothing"),
        (WHOLE_DAY + "\nSTATUS:CANCELLED", "STATUS is CONFIRMED or TENTATIVE, not CANCELLED"),
        (WHOLE_DAY + "\nX-HOSO-ANNOUNCED:soon", "X-HOSO-ANNOUNCED is a date"),
        (WHOLE_DAY + "\nX-HOSO-HALVES:many", "X-HOSO-HALVES is 1 or 2"),
        ("DTSTART;VALUE=DATE:20261399\nCATEGORIES:closure", "DTSTART is no date"),
        (WHOLE_DAY.replace("20260912", "soon"), "DTEND is no date"),
        (WHOLE_DAY + "\nDTSTART;VALUE=DATE:20260910", "DTSTART is there 2 times"),
        (WHOLE_DAY + "\nCATEGORIES:holiday", "CATEGORIES is there 2 times"),
        (WHOLE_DAY + "\nSTATUS:CONFIRMED\nSTATUS:CANCELLED", "STATUS is there 2 times"),
        ("DTSTART;VALUE=DATE:99991231\nCATEGORIES:closure", "give DTSTART and a later DTEND"),
        ("DTSTART;VALUE=DATE:20310909\nCATEGORIES:closure", "outside 2018-01-01 – 2027-12-31"),
    ],
)
def test_an_event_that_is_no_declared_day_is_refused_by_name(body, says):
    with pytest.raises(wt.BadIcs) as refused:
        read(body)
    assert str(refused.value).startswith("event one (Bão): ")
    assert says in str(refused.value)


def test_a_day_given_twice_is_refused():
    twice = WHOLE_DAY + "\nEND:VEVENT\nBEGIN:VEVENT\nUID:two\nDTSTART;VALUE=DATE:20260910\nCATEGORIES:holiday"
    with pytest.raises(wt.BadIcs, match=r"event two .*2026-09-10 is there twice"):
        read(twice)


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VCALENDAR"])
def test_bytes_that_are_no_calendar_are_refused(data):
    with pytest.raises(wt.BadIcs, match="this is no iCalendar file"):
        ics.read(data, date(2026, 1, 1), date(2026, 12, 31))


def test_a_parameter_with_two_values_is_refused():
    with pytest.raises(wt.BadIcs, match="this is no iCalendar file"):
        read("DTSTART;VALUE=DATE,PERIOD:20260909\nCATEGORIES:closure")


def test_another_encoding_is_refused_and_a_byte_order_mark_is_not():
    said = EVENT.format(WHOLE_DAY).replace("\n", "\r\n")
    for encoding in ("utf-16", "latin-1"):
        with pytest.raises(wt.BadIcs, match="this is no iCalendar file in UTF-8"):
            ics.read(said.encode(encoding), VN.first, VN.last)
    assert ics.read(said.encode("utf-8-sig"), VN.first, VN.last) == read(WHOLE_DAY)


def test_a_line_that_is_folded_within_a_letter_is_made_whole():
    said = EVENT.format(WHOLE_DAY).replace("\n", "\r\n").encode()
    letter = said.index("ã".encode())
    for cut in range(letter, letter + 3):
        for fold in (b"\r\n ", b"\n\t"):
            folded = said[:cut] + fold + said[cut:]
            assert ics.read(folded, VN.first, VN.last) == read(WHOLE_DAY)


def test_a_swap_keeps_its_own_name():
    named = b"""
schema = "lich-lam-viec/1"
id = "more"
extends = "bare"
swap = [{ off = 2026-03-04, work = 2026-03-07, name = "Ng\xc3\xa0y h\xe1\xbb\x99i" }]
"""
    cal = wt.compile({"bare": BARE, "more": named}, "more")
    document = ics.document(ics.read(ics.export(cal), cal.first, cal.last), "copy", "bare", "A copy")
    assert ics.days_of(wt.compile({"bare": BARE, "copy": document}, "copy")) == ics.days_of(cal)


def test_a_calendar_and_an_ics_file_that_were_written_on_a_mac_name_their_days_as_everybody_else_does():
    named = BARE + 'closure = [{ date = 2026-09-09, name = "Bão lũ", announced = 2026-09-08 }]'.encode()
    apart = unicodedata.normalize("NFD", named.decode()).encode()
    days = [wt.compile({"bare": written}, "bare").day(date(2026, 9, 9)) for written in (named, apart)]
    assert days[0].name == days[1].name == "Bão lũ"
    event = EVENT.format(WHOLE_DAY).replace("\n", "\r\n")
    read_days = ics.read(unicodedata.normalize("NFD", event).encode(), date(2018, 1, 1), date(2027, 12, 31))
    assert {day.name for day in read_days} == {"Bão"}


def test_a_day_without_a_name_comes_back_without_one():
    nameless = b"""
schema = "lich-lam-viec/1"
id = "more"
extends = "bare"
closure = [{ date = 2026-03-04 }]
special = [{ date = 2026-03-05, slots = ["07:00-11:30"], counts = 0.5 }]
"""
    cal = wt.compile({"bare": BARE, "more": nameless}, "more")
    assert b"SUMMARY:closure" in ics.export(cal)
    assert ics.read(ics.export(cal), cal.first, cal.last) == ics.days_of(cal)


def test_a_special_day_with_sessions_that_are_none_becomes_no_document():
    days = read("DTSTART;VALUE=DATE:20260909\nCATEGORIES:special\nX-HOSO-SLOTS:morning")
    with pytest.raises(wt.BadCalendar, match=r"copy\.toml, line 7, special 1: 'morning' is no session"):
        ics.document(days, "copy", "bare", "A copy")


def test_half_a_swap_is_refused():
    half = [day for day in ics.days_of(VN) if day.date != date(2026, 8, 22)]
    with pytest.raises(wt.BadIcs, match="2026-08-31: swap_off without the other day"):
        ics.document(half, "copy", "bare", "A copy")


def test_a_calendar_that_declares_again_what_it_inherits_differs_from_it_in_no_day():
    again = ics.document(ics.read(ics.export(VN), VN.first, VN.last), "again", "vn", "Again")
    assert wt.diff(VN, wt.compile(wt.sources("vn") | {"again": again}, "again")) == ()
