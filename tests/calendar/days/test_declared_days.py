"""The bundled calendars say what was announced, and calendars add to their parents."""

import csv
from datetime import date

import hoso_calendar as wt
from support import shared
from support.builders.calendars import SOURCE, child

VN = wt.load("vn")


def test_the_national_calendar_equals_the_collected_days_and_their_sources():
    with shared.required("vn_days_off.csv").open(encoding="utf-8") as file:
        collected = {
            (row["date"], row["kind"], "expected" if row["confidence"] == "medium" else "official")
            for row in csv.DictReader(file)
        }
    declared = {
        (day.date.isoformat(), str(day.kind), str(day.status))
        for day in VN.days
        if day.kind not in (wt.Kind.WORKING, wt.Kind.WEEKEND)
    }
    assert declared == collected
    assert all(
        day.basis and day.name for day in VN.days if day.kind not in (wt.Kind.WORKING, wt.Kind.WEEKEND)
    )


def test_each_year_has_its_known_number_of_working_days():
    days = {year: VN.count_days(date(year - 1, 12, 31), date(year, 12, 31)) for year in range(2019, 2028)}
    days[2018] = VN.count_days(date(2018, 1, 1), date(2018, 12, 31))
    assert days == {
        2018: 250,
        2019: 252,
        2020: 252,
        2021: 250,
        2022: 249,
        2023: 249,
        2024: 251,
        2025: 250,
        2026: 249,
        2027: 249,
    }


def test_the_expected_days_are_those_without_a_text():
    assert [day.date.isoformat() for day in VN.days if day.status is wt.Status.EXPECTED] == [
        "2026-11-24",
        "2027-02-04",
        "2027-02-09",
        "2027-02-10",
        "2027-09-03",
        "2027-11-24",
    ]


def test_the_bundled_calendars_load_and_say_whether_their_hours_are_confirmed():
    assert {name: wt.load(name).confirmed for name in wt.names()} == {
        "cao-bang": False,
        "ha-tinh": False,
        "nghe-an": False,
        "vn": True,
    }


def test_a_calendar_is_compiled_once_for_each_version():
    assert wt.load("ha-tinh") is wt.load("ha-tinh")
    assert wt.compile(wt.sources("ha-tinh"), "ha-tinh") is wt.load("ha-tinh")


def test_the_version_changes_with_every_byte_declared_up_the_chain():
    edited = wt.sources("ha-tinh") | {"vn": SOURCE.replace("# Lịch", "#  Lịch").encode()}
    assert (
        len({wt.load("ha-tinh").version, wt.load("vn").version, wt.compile(edited, "ha-tinh").version}) == 3
    )


def test_a_calendar_in_a_file_finds_its_parents_beside_it_and_among_the_bundled(tmp_path):
    (tmp_path / "so.toml").write_text(
        'schema = "lich-lam-viec/1"\nid = "so"\nextends = "tinh"\n', encoding="utf-8"
    )
    (tmp_path / "tinh.toml").write_text(
        'schema = "lich-lam-viec/1"\nid = "tinh"\nextends = "vn"\n', encoding="utf-8"
    )
    cal = wt.load_file(tmp_path / "so.toml")
    assert (cal.id, cal.is_working(date(2026, 8, 22)), sorted(wt.file_sources(tmp_path / "so.toml"))) == (
        "so",
        True,
        ["so", "tinh", "vn"],
    )


def test_nation_province_unit_type_and_unit_each_add_to_their_parent():
    level = 'schema = "lich-lam-viec/1"\nid = "{0}"\nlevel = "{1}"\nextends = "{2}"\n{3}\n'
    chain = [
        ("hue", "province", "vn", 'hours = [{ slots = ["07:30-11:30", "13:00-17:00"] }]'),
        (
            "hue-mot-cua",
            "unit_type",
            "hue",
            'hours = [{ slots = ["08:00-11:30", "13:00-17:30"], valid_from = 2026-01-01 }]',
        ),
        ("hue-so", "unit", "hue-mot-cua", 'closure = [{ date = 2026-10-12, name = "Lũ" }]'),
    ]
    documents = wt.sources("vn") | {row[0]: level.format(*row).encode() for row in chain}
    cal = wt.compile(documents, "hue-so")
    assert [str(slot) for slot in cal.slots(date(2025, 12, 31))] == ["07:30-11:30", "13:00-17:00"]
    assert [str(slot) for slot in cal.slots(date(2026, 1, 5))] == ["08:00-11:30", "13:00-17:30"]
    assert cal.day(date(2026, 10, 12)).kind is wt.Kind.CLOSURE
    assert cal.day(date(2026, 2, 16)).name == "Tết Nguyên đán"


def test_a_child_that_declares_nothing_equals_its_parent():
    nghe_an = wt.load("nghe-an")
    assert nghe_an.days == VN.days
    assert nghe_an.nominal_day == VN.nominal_day == 480


def test_seasons_change_the_hours_through_the_year():
    cal = wt.compile(
        child(
            """hours = [
              { slots = ["07:00-11:30", "13:30-17:00"], season = ["04-16", "10-15"] },
              { slots = ["07:30-12:00", "13:00-16:30"], season = ["10-16", "04-15"] },
            ]"""
        ),
        "unit",
    )
    hours = {
        day: str(cal.slots(date.fromisoformat(day))[0])
        for day in ("2026-04-15", "2026-04-16", "2026-10-15", "2026-10-16")
    }
    assert hours == {
        "2026-04-15": "07:30-12:00",
        "2026-04-16": "07:00-11:30",
        "2026-10-15": "07:00-11:30",
        "2026-10-16": "07:30-12:00",
    }


def test_a_child_with_a_six_day_week_inherits_swaps_and_holidays():
    cal = wt.compile(child("week = { working = [1, 2, 3, 4, 5, 6] }"), "unit")
    worked = {
        day: cal.is_working(date.fromisoformat(day))
        for day in ("2026-08-22", "2026-08-29", "2026-08-31", "2026-05-02")
    }
    assert worked == {"2026-08-22": True, "2026-08-29": True, "2026-08-31": False, "2026-05-02": True}


def test_the_format_of_the_reference_is_read():
    document = b"""
schema = "lich-lam-viec/1"
id = "small"
name = "A week"
timezone = "Asia/Ho_Chi_Minh"
statute = "none"
coverage = { from = 2026, to = 2027 }
[week]
working = [1, 2, 3, 4, 5]
[[hours]]
slots = ["07:00-11:30", "13:30-17:00"]
[[day_off]]
from = 2026-02-16
to = 2026-02-20
name = "T\xe1\xba\xbft"
lunar = "1/1"
[[swap]]
off = 2026-01-02
work = 2026-01-10
announced = 2025-12-25
basis = "12729/VPCP-KGVX"
"""
    cal = wt.compile({"small": document}, "small")
    assert (cal.is_working(date(2026, 1, 10)), cal.is_working(date(2026, 2, 18)), cal.nominal_day) == (
        True,
        False,
        480,
    )
