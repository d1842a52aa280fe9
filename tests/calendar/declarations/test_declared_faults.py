"""Errors in a declaration, each refused with file, table and line."""

import re

import pytest

import hoso_calendar as wt
from support.builders.calendars import SOURCE, child


def without(text: str, *fragments: str) -> dict[str, bytes]:
    """The national calendar without the lines that hold one of the fragments."""
    kept = [line for line in text.splitlines() if not any(fragment in line for fragment in fragments)]
    return {"vn": "\n".join(kept).encode()}


def refusal(documents: dict[str, bytes], calendar: str = "vn") -> str:
    with pytest.raises(wt.BadCalendar) as bad:
        wt.compile(documents, calendar)
    return str(bad.value)


@pytest.mark.parametrize("year", range(2018, 2028))
def test_a_forgotten_tet_is_a_load_error(year):
    first = wt.lunar.first_of_lunar_year(year)
    said = refusal(
        without(
            SOURCE,
            f"from = {year}-{first.month:02}-",
            f"from = {year}-01-2",
            f"date = {year}-02-04",
            f"to = {year}-02-0",
        )
    )
    assert f"Tết {year}: lunar 1/1 to 3/1 begin on {first}" in said


@pytest.mark.parametrize(
    ("fragment", "says"),
    [
        ("date = 2026-04-26", "Giỗ Tổ Hùng Vương, lunar 10/3 (2026-04-26) is no declared holiday"),
        ("date = 2026-04-30", "Ngày Chiến thắng (2026-04-30) is no declared holiday"),
        ("date = 2026-05-01", "Quốc tế Lao động (2026-05-01) is no declared holiday"),
        ("date = 2026-09-02", "Quốc khánh (2026-09-02) is no declared holiday"),
        ("date = 2026-09-01", "Quốc khánh 2026 is two days"),
        ("date = 2026-01-01", "Tết Dương lịch (2026-01-01) is no declared holiday"),
        ("date = 2026-04-27", "2026 has 1 holidays on weekly rest days and 0 substitutes"),
    ],
)
def test_a_forgotten_holiday_or_substitute_is_a_load_error(fragment, says):
    said = refusal(without(SOURCE, fragment))
    assert says in said
    assert said.startswith("vn.toml, day_off:")


def test_a_wrong_lunar_date_is_refused_on_its_line():
    moved = SOURCE.replace('date = 2026-04-30, name = "', 'date = 2026-04-30, lunar = "10/3", name = "')
    line = next(n for n, text in enumerate(moved.splitlines(), 1) if "date = 2026-04-30" in text)
    assert f"vn.toml, line {line}, day_off" in refusal({"vn": moved.encode()})
    assert "lunar 10/3 of 2026 is 2026-04-26" in refusal({"vn": moved.encode()})


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("colour = 1", "unit.toml, line 4, colour", "unknown key"),
        ('note = "x"\nconfirmed = "no"', "unit.toml, line 5, confirmed", "a value of type bool"),
        ("name = 5", "unit.toml, line 4, name", "a value of type str"),
        ('level = "district"', "unit.toml, line 4, level", "one of nation, province"),
        ('statute = "us"', "unit.toml, line 4, statute", "one of vn, none"),
        ("week = { working = [1, 8] }", "unit.toml, line 4, week", "1 (Monday) to 7 (Sunday)"),
        ("week = { resting = [1] }", "unit.toml, line 4, week", "unknown key 'resting'"),
        (
            "coverage = { from = 2027, to = 2026 }",
            "unit.toml, line 4, coverage",
            "the first not after the last",
        ),
        ("coverage = { from = 2030, to = 2031 }", "unit.toml, coverage", "none in common"),
        ('hours = [{ slots = ["8:00-11:00"] }]', "unit.toml, line 4, hours 1", "is no session"),
        ('hours = [{ slots = ["13:00-11:00"] }]', "unit.toml, line 4, hours 1", "is no session"),
        ('hours = [{ slots = ["07:00-11:00", "10:00-12:00"] }]', "unit.toml, line 4, hours 1", "overlap"),
        ("hours = [{ slots = [] }]", "unit.toml, line 4, hours 1", "slots is a list"),
        (
            'hours = [{ slots = ["07:00-11:00"], season = ["04-31", "10-15"] }]',
            "unit.toml, line 4, hours 1",
            "no day of the year",
        ),
        (
            'hours = [{ slots = ["07:00-11:00"], season = ["04-16", "10-15"] }]',
            "unit.toml, line 4, hours",
            "no hours apply",
        ),
        (
            'hours = [{ slots = ["07:00-11:00"] }, { slots = ["08:00-11:00"] }]',
            "unit.toml, line 4, hours",
            "hours 1 and hours 2 both apply",
        ),
        (
            'hours = [{ slots = ["07:00-11:00"], valid_from = 2026-02-01, valid_to = 2026-01-01 }]',
            "hours 1",
            "is before valid_from",
        ),
        ('hours = [{ slots = ["07:00-11:00"], valid_from = "2026" }]', "hours 1", "valid_from is a date"),
        ('duty = [{ slots = ["07:00-11:00"] }]', "unit.toml, line 4, duty 1", "on weekdays or on one date"),
        (
            "day_off = [{ date = 2026-06-01, to = 2026-06-02 }]",
            "unit.toml, line 4, day_off 1",
            "either date, or from and to",
        ),
        (
            "day_off = [{ from = 2026-06-05, to = 2026-06-02 }]",
            "unit.toml, line 4, day_off 1",
            "no span of days",
        ),
        ("day_off = [{ date = 2026-06-01T00:00:00 }]", "unit.toml, line 4, day_off 1", "date is a date"),
        (
            'day_off = [{ date = 2026-06-01, kind = "closure" }]',
            "unit.toml, line 4, day_off 1",
            "kind is holiday or substitute",
        ),
        (
            'day_off = [{ date = 2026-06-01, status = "likely" }]',
            "unit.toml, line 4, day_off 1",
            "official, expected",
        ),
        (
            'day_off = [{ date = 2026-06-01, lunar = "31/1" }]',
            "unit.toml, line 4, day_off 1",
            "lunar is day/month",
        ),
        (
            'day_off = [{ date = 2026-06-06, kind = "substitute" }]',
            "unit.toml, line 4, day_off 1",
            "which is no working weekday",
        ),
        (
            "day_off = [{ date = 2031-06-06 }]",
            "unit.toml, line 4, day_off 1",
            "outside the covered years 2018–2027",
        ),
        (
            "closure = [{ date = 2026-06-01 }, { date = 2026-06-01 }]",
            "closure 2",
            "declared already in closure 1",
        ),
        ("closure = [5]", "unit.toml, line 4, closure 1", "a table is expected"),
        (
            "swap = [{ off = 2026-06-01, work = 2026-06-02 }]",
            "unit.toml, line 4, swap 1",
            "which is a working weekday",
        ),
        (
            "swap = [{ off = 2026-06-06, work = 2026-06-07 }]",
            "unit.toml, line 4, swap 1",
            "which is no working weekday",
        ),
        (
            "swap = [{ off = 2026-06-01, work = 2026-08-01 }]",
            "unit.toml, line 4, swap 1",
            "more than 31 days apart",
        ),
        (
            "swap = [{ off = 2026-06-01, work = 2026-06-01 }]",
            "unit.toml, line 4, swap 1",
            "off and work are both",
        ),
        ("swap = [{ off = 2026-06-01 }]", "unit.toml, line 4, swap 1", "work is a date"),
        (
            'special = [{ date = 2026-06-01, slots = ["07:00-11:00"], counts = 2 }]',
            "unit.toml, line 4, special 1",
            "counts is 0.5 or 1",
        ),
        ("opt_out = [{ swap = 2026-06-01 }]", "unit.toml, line 4, opt_out 1", "no parent swaps 2026-06-01"),
        ("day_off = [", "unit.toml", "Invalid value"),
    ],
)
def test_a_faulty_declaration_is_refused_with_file_table_and_line(text, place, says):
    said = refusal(child(text), "unit")
    assert place in said
    assert says in said


def test_a_fault_in_the_second_table_of_its_name_is_found_on_its_line():
    text = '[[closure]]\ndate = 2026-06-01\n\n[[closure]]\ndate = "2026-06-02"\n'
    assert "unit.toml, line 7, closure 2: date is a date such as" in refusal(child(text), "unit")


def test_all_problems_are_reported_at_once():
    documents = child('closure = [{ date = 1 }]\nswap = [{ off = 2 }]\ncolour = "red"')
    assert [problem.place for problem in wt.check(documents, "unit")] == ["colour", "closure 1", "swap 1"]
    assert wt.check(wt.sources("vn"), "vn") == ()


def test_a_root_that_leaves_out_what_nobody_else_declares_is_refused():
    bare = b'schema = "lich-lam-viec/1"\nid = "bare"\n'
    assert [problem.place for problem in wt.check({"bare": bare}, "bare")] == [
        "coverage",
        "week",
        "hours",
        "timezone",
    ]


def test_a_document_in_another_schema_or_under_another_name_is_refused():
    said = refusal({"x": b'schema = "other/2"\nid = "y"\n'}, "x")
    assert "x.toml, line 1, schema: the schema is 'lich-lam-viec/1', not 'other/2'" in said
    assert "x.toml, line 2, id: filed under 'x', the document calls itself 'y'" in said


def test_a_mangled_document_is_refused_and_nothing_else():
    sound = """week = { working = [1, 2, 3, 4, 5] }
coverage = { from = 2020, to = 2026 }
hours = [{ slots = ["07:00-11:30", "13:30-17:00"], season = ["04-16", "10-15"], valid_from = 2020-01-01 },
  { slots = ["07:30-12:00"], season = ["10-16", "04-15"] }]
duty = [{ slots = ["07:30-11:00"], weekdays = [6] }]
special = [{ date = 2024-12-31, slots = ["07:30-12:00"], counts = 0.5 }]
closure = [{ from = 2024-09-09, to = 2024-09-11, name = "storm", status = "expected", announced = 2024-09-08 }]
swap = [{ off = 2024-06-03, work = 2024-06-08 }]
opt_out = [{ swap = 2026-08-31 }]"""
    assert wt.check(child(sound), "unit") == ()
    value = re.compile(r'"[^"\n]*"|\d{4}-\d\d-\d\d|\d+(?:\.\d+)?|\[[^\[\]\n]*\]')
    junk = [
        "1",
        "-1",
        '"x"',
        "true",
        "[]",
        "{}",
        "[[]]",
        "0.5",
        "nan",
        "99999999999999999999",
        "07:00:00",
        '["a"]',
        "2024-01-01T00:00:00",
    ]
    for found in value.finditer(sound):
        for wrong in junk:
            documents = child(sound[: found.start()] + wrong + sound[found.end() :])
            assert all(problem.message for problem in wt.check(documents, "unit"))


def test_a_calendar_of_a_thousand_years_is_refused():
    assert "at most 60" in refusal(child("coverage = { from = 1901, to = 2101 }"), "unit")


def test_bytes_that_are_no_utf8_are_refused():
    assert "x.toml, document: 'utf-8' codec" in refusal({"x": b"\xff\xfe"}, "x")


def test_inheritance_in_a_circle_or_from_nowhere_is_refused():
    circle = {
        name: f'schema = "lich-lam-viec/1"\nid = "{name}"\nextends = "{other}"\n'.encode()
        for name, other in (("a", "b"), ("b", "a"))
    }
    assert "inheritance runs in a circle: a → b → a" in refusal(circle, "a")
    with pytest.raises(wt.UnknownCalendar, match="no calendar 'vn'; known are unit"):
        wt.compile({"unit": child("")["unit"]}, "unit")
    with pytest.raises(
        wt.UnknownCalendar, match="no calendar 'mars'; known are cao-bang, ha-tinh, nghe-an, vn"
    ):
        wt.load("mars")


def test_a_parent_outside_the_folder_is_not_read():
    said = refusal({"x": b'schema = "lich-lam-viec/1"\nid = "x"\nextends = "../secret"\n'}, "x")
    assert said == "x.toml, line 3, extends: '../secret' is no id; letters, digits, - and _ only"


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("closure = [{ date = 2026-03-04, name = 5 }]", "closure 1: name is text, not 5"),
        ("closure = [{ date = 2026-03-04, basis = ['QĐ 1'] }]", "closure 1: basis is text, not ['QĐ 1']"),
        ('closure = [{ date = 2026-03-04, name = "\\u0001" }]', "closure 1: name is text, not '\\x01'"),
        ('name = "\\uffff"', "name: text is expected, not '\\uffff'"),
        ("nominal_day = -480", "nominal_day: the minutes of an ordinary day are 1 to 1440, not -480"),
        ("nominal_day = 0", "nominal_day: the minutes of an ordinary day are 1 to 1440, not 0"),
        ("timezone = 'Asia/Vinh'", "timezone: no time zone 'Asia/Vinh'"),
        (
            "hours = [{ slots = ['07:00-11:00'], season = ['04-16', '10-15'] }]",
            "hours: on 2018-01-01 no hours apply; seasons and validity together cover each day once",
        ),
        ("note = " + "[" * 9000, "document: it is nested too deeply"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(declared, said):
    refused = refusal(child(declared), "unit")
    assert refused.startswith("unit.toml")
    assert refused.endswith(said)


def test_a_byte_order_mark_is_no_fault():
    documents = child("")
    marked = documents | {"unit": b"\xef\xbb\xbf" + documents["unit"]}
    assert wt.compile(marked, "unit").days == wt.compile(documents, "unit").days


def test_an_absent_parent_is_named_with_the_document_that_extends_it(tmp_path):
    documents = {"unit": child("")["unit"]}
    line = documents["unit"].decode().splitlines().index('extends = "vn"') + 1
    with pytest.raises(wt.UnknownCalendar) as refused:
        wt.compile(documents, "unit")
    assert str(refused.value) == f"unit.toml, line {line}, extends: no calendar 'vn'; known are unit"
    assert wt.check(documents, "unit") == (refused.value.problem,)
    (tmp_path / "so.toml").write_text('schema = "lich-lam-viec/1"\nid = "so"\nextends = "sao-hoa"\n')
    with pytest.raises(wt.UnknownCalendar, match=r"so\.toml, line 3, extends: no calendar 'sao-hoa'"):
        wt.load_file(tmp_path / "so.toml")


def test_a_level_does_not_stand_below_a_lower_one():
    documents = wt.sources("ha-tinh") | {
        "x": b'schema = "lich-lam-viec/1"\nid = "x"\nlevel = "nation"\nextends = "ha-tinh"\n'
    }
    assert "a nation does not stand below the province 'ha-tinh'" in refusal(documents, "x")


@pytest.mark.parametrize(
    ("zone", "says"), [("Europe/Sofia", "changes its offset"), ("Asia/Vinh", "no time zone")]
)
def test_a_zone_that_changes_its_clocks_or_does_not_exist_is_refused(zone, says):
    assert says in refusal({"vn": SOURCE.replace("Asia/Ho_Chi_Minh", zone).encode()})
