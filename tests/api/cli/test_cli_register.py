"""`hoso setup`, `units`, `people`, `roles`, `competences`: entered on somebody's word, listed in 80 columns, ended."""

from pathlib import Path

from support.command_line import Ran, hoso, stored
from support.world import PROVINCE, person

BY = ("--by", str(person("administrator", PROVINCE)))
UNIT = (
    *("units", "enter", "H27.XA01", "UBND xã 1", "--kind", "commune", "--level", "commune"),
    *("--calendar", "ha-tinh", "--parent", PROVINCE, "--authority"),
)


def done(url: str, *words: str) -> Ran:
    """A command that ends well, on the administrator's word."""
    ran = hoso(*words, *BY, url=url)
    assert ran.status == 0, ran.err
    return ran


def table(url: str, *words: str) -> str:
    """A list as a terminal of 80 columns shows it."""
    ran = hoso(*words, url=url, COLUMNS="80")
    assert ran.status == 0, ran.err
    assert max(map(len, ran.out.splitlines())) <= 80
    return ran.out


def test_a_unit_and_its_officer_are_entered_listed_and_ended(world_url: str) -> None:
    done(world_url, *UNIT)
    done(world_url, "people", "enter", "Cán bộ 1", "H27.XA01", "--code", "mc1", "--email", "mc1@xa01.example")
    done(world_url, "roles", "give", "mc1", "H27.XA01", "reception")
    done(
        world_url,
        "competences",
        "give",
        "H27.XA01",
        "receiving",
        "handling",
        "--procedure",
        "1.9",
        "--basis",
        "1/QĐ",
    )
    assert "H27.XA01" in table(world_url, "units", "list")
    done(world_url, "units", "change", "H27.XA01", "--telephone", "0239 3855 555")
    done(world_url, "units", "change", "H27.XA01", "--name", "UBND xã Một")
    assert stored(world_url, "select name, telephone from unit where code = 'H27.XA01'") == [
        ("UBND xã Một", "0239 3855 555")
    ]
    assert "mc1" in table(world_url, "people", "list", "--unit", "H27.XA01")
    assert "receiving" in table(world_url, "competences", "list", "--procedure", "1.9")
    (role,) = hoso("roles", "list", "--unit", "H27.XA01", "--json", url=world_url).json
    assert role["id"][:8] in table(world_url, "roles", "list", "--unit", "H27.XA01")
    done(world_url, "roles", "end", role["id"][:8])
    done(world_url, "people", "close", "mc1", "--reason", "Chuyển công tác")
    done(world_url, "units", "close", "H27.XA01", "--basis", "2/QĐ")
    kinds = "select kind from administration_event where authority = 'H27.XA01' order by number"
    assert [kind for (kind,) in stored(world_url, kinds)] == [
        "unit_entered", "person_entered", "contact_entered", "role_given", "competence_given", "competence_given",
        "unit_changed", "unit_changed", "role_ended", "person_closed", "unit_closed",
    ]  # fmt: skip
    assert "unit_closed" in hoso("units", "acts", url=world_url).out


def test_an_office_is_proposed_and_confirmed_by_the_operator_where_there_is_nobody_else(
    world_url: str,
) -> None:
    done(world_url, *UNIT)
    done(world_url, "people", "enter", "Kiểm tra 1", "H27.XA01", "--code", "kt1")
    done(world_url, "roles", "give", "kt1", "H27.XA01", "auditor")
    (proposal,) = hoso("roles", "proposals", "--json", url=world_url).json
    assert proposal["id"][:8] in table(world_url, "roles", "proposals")
    for words in (BY, ()):
        own = hoso("roles", "confirm", proposal["id"][:8], *words, url=world_url)
        assert (own.status, "second person" in own.err) == (1, True)
    done(world_url, "roles", "reject", proposal["id"][:8])
    assert hoso("roles", "proposals", "--json", url=world_url).json == []


def test_an_operator_alone_changes_nothing_where_somebody_administers(world_url: str) -> None:
    refused = hoso(*UNIT, url=world_url)
    assert (refused.status, "administrator" in refused.err) == (1, True)
    assert stored(world_url, "select count(*) from administration_event") == [(0,)]


def test_officers_are_imported_with_a_report_line_by_line(world_url: str, tmp_path: Path) -> None:
    sheet = tmp_path / "can-bo.csv"
    sheet.write_text(
        "Mã;Họ tên;Đơn vị;Vai trò\ncv7;Chuyên viên 7;H27.SYT;specialist\ncv8;Chuyên viên 8;H27.SYT;\n",
        "utf-8",
    )
    imported = hoso("people", "import", str(sheet), *BY, "--json", url=world_url)
    assert imported.json == [
        {"line": 2, "code": "cv7", "acts": ["person_entered", "role_given"]},
        {"line": 3, "code": "cv8", "acts": ["person_entered"]},
    ]
    again = hoso("people", "import", str(sheet), *BY, "--json", url=world_url)
    assert [line["acts"] for line in again.json] == [[], []]
    sheet.write_text("Mã;Họ tên;Đơn vị\ncv9;=1+1;H27.SYT\nc v;Chuyên viên;H27.SYT\n", "utf-8")
    refused = hoso("people", "import", str(sheet), *BY, url=world_url)
    assert (refused.status, "can-bo.csv:2.name" in refused.err, "can-bo.csv:3.code" in refused.err) == (
        1,
        True,
        True,
    )


def test_a_slip_in_a_setup_file_is_named_and_changes_nothing(world_url: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text('schema = "hoso-setup/1"\n[[unit]]\ncode = "H27.XA01"\nnam = "Xã"\n', "utf-8")
    refused = hoso("setup", str(file), *BY, url=world_url)
    assert (refused.status, "unit.0.nam" in refused.err) == (1, True)
    neither = hoso("setup", url=world_url)
    assert neither.status == 2
