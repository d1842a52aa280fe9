"""The command line: tables for people, JSON for programs, exit 0 / 1 / 2, and never a traceback for the user's fault."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hoso_bpmn.package import archive, package
from hoso_models import migrations
from hoso_models.storage.database import Database
from hoso_workflows.operation import demonstration
from support import databases
from support.command_line import hoso

P1 = Path(__file__).parents[3] / "bpmn" / "hoso_bpmn" / "procedures" / "1.014464"


def test_a_deadline_is_explained_day_by_day() -> None:
    ran = hoso(
        "deadlines", "explain", "--calendar", "vn", "--from", "2026-02-11T10:00", "--term", "5 ngày làm việc"
    )
    assert ran.status == 0
    assert "hạn 17:00 25/02/2026" in ran.out
    assert ran.out.count("Tết Nguyên đán") >= 5


def test_a_deadline_as_json_is_the_calendar_s_explanation() -> None:
    arguments = (
        "--from",
        "2026-03-02T09:00",
        "--term",
        "3 ngày làm việc",
        "--pause",
        "2026-03-03T09:00/2026-03-05T09:00",
    )
    explained = hoso("deadlines", "explain", *arguments, "--policy", "cutoff=15:00", "--json").json
    assert (explained["schema"], explained["due"]) == ("hoso-deadline/1", "2026-03-09T17:00:00+07:00")
    assert explained["policy"]["cutoff"] == "15:00"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2027-12-28T09:00", "--term", "5 ngày làm việc"], "covers 2018–2027, not 2028"),
        (["--from", "yesterday", "--term", "5 ngày làm việc"], "--from yesterday: write it as"),
        (["--from", "2026-03-02T09:00", "--term", "5 bananas"], "5 bananas"),
        (["--from", "2026-03-02T09:00", "--term", "5 ngày làm việc", "--policy", "colour=red"], "colour"),
        (
            ["--from", "2026-03-02T09:00", "--term", "5 ngày làm việc", "--pause", "2026-03-03T09:00"],
            "write FROM/TO",
        ),
        (["--calendar", "mars", "--from", "2026-03-02T09:00", "--term", "1 ngày"], "no calendar 'mars'"),
        (
            ["--calendar", "nowhere.toml", "--from", "2026-03-02T09:00", "--term", "1 ngày"],
            "nowhere.toml: no such file",
        ),
        ([], "Name a dossier, or give both --from and --term"),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_sentence(arguments: list[str], said: str) -> None:
    ran = hoso("deadlines", "explain", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_a_number_that_is_no_decimal_is_refused_in_a_sentence() -> None:
    asked = ("deadlines", "explain", "--from", "2026-02-11T10:00", "--term", "5 ngày")
    ran = hoso(*asked, "--policy", "last_hour=²")
    assert (ran.status, "last_hour = '²'" in ran.err, "Traceback" in ran.err) == (2, True, False)


def test_the_bundled_calendars_are_sound_and_drawn() -> None:
    assert hoso("calendar", "check", "vn").status == 0
    drawn = hoso("calendar", "show", "vn", "--year", "2026")
    assert "249 ngày làm việc" in drawn.out


def test_a_declaration_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    unread, orphan = tmp_path / "xa.toml", tmp_path / "so.toml"
    unread.write_text("xã")
    orphan.write_text('schema = "lich-lam-viec/1"\nid = "so"\nextends = "sao-hoa"\n')
    found = [hoso("calendar", "check", str(file), "--json") for file in (unread, orphan)]
    assert [ran.status for ran in found] == [1, 1]
    assert [
        (finding["calendar"], finding["place"], finding["line"]) for ran in found for finding in ran.json
    ] == [
        ("xa", "document", 1),
        ("so", "extends", 3),
    ]
    assert hoso("calendar", "check", "sao-hoa").status == 2


def test_a_year_fits_a_terminal_of_eighty_columns() -> None:
    drawn = hoso("calendar", "show", "vn", "--year", "2026", COLUMNS="80").out.splitlines()
    assert [line for line in drawn if len(line) > 80] == []
    assert next(line for line in drawn if "31·" in line and "26" in line).startswith(
        "26  27  28  29  30  31·"
    )


def test_brackets_in_a_declared_name_are_text(tmp_path: Path) -> None:
    declared = tmp_path / "so.toml"
    declared.write_text(
        'schema = "lich-lam-viec/1"\nid = "so"\nname = "Sở [/x]"\nextends = "vn"\n'
        'closure = [{ date = 2026-03-04, name = "[/b] Bão", basis = "QĐ [bold]1" }]\n'
    )
    shown = hoso("calendar", "show", str(declared), "--year", "2026")
    changed = hoso("calendar", "diff", "vn", str(declared))
    explained = hoso(
        "deadlines",
        "explain",
        "--calendar",
        str(declared),
        "--from",
        "2026-03-03T09:00",
        "--term",
        "2 ngày làm việc",
    )
    assert [ran.err for ran in (shown, changed, explained)] == ["", "", ""]
    assert shown.out.startswith("Sở [/x] · 2026")
    assert "[/b] Bão" in changed.out
    assert "cơ quan đóng cửa: [/b] Bão (QĐ [bold]1)" in explained.out


def test_what_an_open_pause_has_left_has_its_unit() -> None:
    asked = ("deadlines", "explain", "--from", "2026-03-02T09:00", "--pause", "2026-03-03T09:00/", "--term")
    assert "đang tạm dừng, còn lại 240 phút" in hoso(*asked, "12 giờ làm việc").out
    assert "đang tạm dừng, còn lại 4 ngày làm việc" in hoso(*asked, "5 ngày làm việc").out


def test_days_survive_export_and_import(tmp_path: Path) -> None:
    ics, toml = tmp_path / "vn.ics", tmp_path / "phong.toml"
    assert hoso("calendar", "export", "vn", "-o", str(ics)).status == 0
    named = ("--calendar", "phong", "--name", "Phòng")
    assert hoso("calendar", "import", str(ics), *named, "-o", str(toml)).status == 0
    before, after = (hoso("calendar", "show", it, "--year", "2026").out for it in ("vn", str(toml)))
    assert (after.splitlines()[0], after.splitlines()[1:]) == (
        "Phòng · 2026 · 249 ngày làm việc",
        before.splitlines()[1:],
    )


def test_what_is_no_icalendar_file_is_refused_in_a_sentence() -> None:
    bad = hoso("calendar", "import", str(P1 / "procedure.toml"), "--calendar", "x", "--name", "X")
    assert (bad.status, bad.out, "Traceback" in bad.err) == (2, "", False)


def test_the_database_is_brought_up_to_date_and_says_where_it_stands(database_url: str) -> None:
    assert hoso("db", "upgrade", url=database_url).status == 0
    assert hoso("db", "current", "--json", url=database_url).json == {
        "current": migrations.head(),
        "head": migrations.head(),
    }


def test_a_bundled_package_has_nothing_to_mend() -> None:
    ran = hoso("procedures", "check", str(P1), "--json")
    assert (ran.status, ran.json["ok"], ran.json["findings"]) == (0, True, [])


def test_a_script_in_a_diagram_is_a_finding_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "1.014464"
    for source in P1.rglob("*"):
        if source.is_file():
            target = folder / source.relative_to(P1)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    diagram = folder / "process.bpmn"
    text = diagram.read_text(encoding="utf-8")
    broken = text.replace("<bpmn:userTask", "<bpmn:scriptTask", 1).replace(
        "</bpmn:userTask>", "</bpmn:scriptTask>", 1
    )
    diagram.write_text(broken, encoding="utf-8")
    ran = hoso("procedures", "check", str(folder), "--format", "github")
    assert ran.status == 1
    assert "::error file=process.bpmn,line=" in ran.out
    assert "script" in ran.out


def test_annotations_name_the_file_from_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = tmp_path / "quy, trình" / "a.bpmn"
    drawn.parent.mkdir()
    drawn.write_text("không phải XML", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = hoso("procedures", "check", "quy, trình/a.bpmn", "--format", "github")
    assert ran.out.startswith("::error file=quy%2C trình/a.bpmn,line=1,title=xml-broken::")


@pytest.mark.parametrize("name", ["goi.zip", "GOI.ZIP"])
def test_an_annotation_of_a_zip_names_the_zip_and_says_where_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    files = {**package.bundled("1.014464").files, "process.bpmn": b"kh\xc3\xb4ng"}
    (tmp_path / name).write_bytes(archive.to_zip(files))
    monkeypatch.chdir(tmp_path)
    ran = hoso("procedures", "check", name, "--format", "github")
    assert (ran.status, ran.out.count("\n")) == (1, 1)
    assert ran.out.startswith(f"::error file={name},line=1,title=xml-broken::process.bpmn:1: ")


def test_a_path_that_is_not_there_is_usage() -> None:
    ran = hoso("procedures", "check", "/nowhere/at/all")
    assert (ran.status, "no such file or folder" in ran.err) == (2, True)


def test_an_unknown_dossier_is_a_finding_with_a_remedy(database_url: str) -> None:
    ran = hoso("deadlines", "explain", "H27-261124-0001", url=database_url)
    assert (ran.status, "No dossier is known as H27-261124-0001" in ran.err) == (1, True)


def test_an_empty_installation_has_nothing_overdue_and_nothing_to_sweep(database_url: str) -> None:
    overdue = hoso("overdue", "--json", url=database_url).json
    assert (overdue["items"], overdue["receptions"]) == ([], [])
    assert hoso("audit", "--json", url=database_url).json == []
    swept = hoso("sweep", "--json", url=database_url).json
    assert (swept["escalation"]["messages"], swept["outbox"]["sent"]) == (0, 0)
    assert swept["files"] == {"objects": 0, "uploads": 0}
    kinds = (
        *(
            "answers",
            "contact_codes",
            "contact_points",
            "notices",
            "messages_gone",
            "accesses",
            "portal_answers",
            "attempts",
            "invitations",
            "sessions",
        ),
        *(
            "logout_tokens",
            "used_signatures",
            "unknown_people",
            "drafts",
            "forms",
            "jobs_gone",
            "feedback_gone",
            "sites_gone",
            "kept",
        ),
    )
    assert swept["expiry"] == dict.fromkeys(kinds, 0)
    report = hoso("report", "--from", "2026-10-01", "--to", "2026-10-31", "--json", url=database_url).json
    assert report["total"]["received"] + report["total"]["carried_over"] == 0


def test_a_database_that_is_made_is_told() -> None:
    with databases.home() as home:
        ran = [hoso("overdue", "--json", home=home) for _ in range(2)]
    assert [f"hoso makes an empty database in {home}" in each.err for each in ran] == [True, False]
    said = "The database has no tables, and this hoso needs"
    assert [(each.status, each.out, said in each.err) for each in ran] == [(2, "", True)] * 2


def test_a_period_that_ends_before_it_begins_is_usage(database_url: str) -> None:
    ran = hoso("report", "--from", "2026-10-31", "--to", "2026-10-01", url=database_url)
    assert (ran.status, "it ends before it begins" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--from", "0001-01-01", "--to", "2026-10-31"),
        ("report", "--from", "9999-12-31", "--to", "9999-12-31"),
        ("overdue", "--at", "0001-01-01T00:00"),
        ("letters", "waiting", "--from", "0001-01-01"),
        ("demo", "--until", "0001-01-05"),
        ("demo", "--from", "2018-01-02", "--until", "2018-03-01"),
    ],
)
def test_a_day_beyond_what_can_be_asked_about_is_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = hoso(*arguments, url="postgresql://hoso:none@127.0.0.1:9/hoso", home=tmp_path)
    assert (ran.status, "name a day" in ran.err, "Traceback" in ran.err) == (2, True, False)


@pytest.mark.parametrize("command", ["overdue", "report"])
def test_a_unit_that_is_none_is_not_found(database_url: str, command: str) -> None:
    ran = hoso(command, "--unit", "H27.NOWHERE", url=database_url)
    assert (ran.status, "No unit is known as H27.NOWHERE" in ran.err) == (1, True)


def test_a_database_that_is_away_is_said_without_a_traceback(tmp_path: Path) -> None:
    ran = hoso("overdue", url="postgresql://hoso:none@127.0.0.1:9/hoso", home=tmp_path)
    assert (ran.status, "The database is away" in ran.err, "Traceback" in ran.err) == (2, True, False)


@pytest.mark.parametrize(
    "url", ["hoso", "mysql://root@127.0.0.1/hoso", "postgresql://hoso@127.0.0.1:port/hoso"]
)
def test_an_address_of_no_database_is_said_without_a_traceback(tmp_path: Path, url: str) -> None:
    ran = hoso("overdue", url=url, home=tmp_path)
    looked = hoso("doctor", "--json", url=url, home=tmp_path)
    assert (ran.status, "must start with postgresql://" in ran.err, "Traceback" in ran.err) == (
        2,
        True,
        False,
    )
    states = {check["name"]: check["state"] for check in looked.json}
    assert (looked.status, states["database"]) == (1, "failing")


def test_a_home_that_is_another_users_is_said_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir(mode=0o777)
    (tmp_path / "postgres").chmod(0o777)
    ran = hoso("overdue", home=tmp_path)
    assert (ran.status, "set HOSO_HOME" in ran.err, "Traceback" in ran.err) == (2, True, False)


def test_the_doctor_sees_what_is_missing(database_url: str) -> None:
    checks = {check["name"]: check["state"] for check in hoso("doctor", "--json", url=database_url).json}
    assert checks["database"] == checks["migrations"] == checks["libraries"] == "ok"
    assert checks["procedures"] == checks["sweep"] == "warning"


def test_the_doctor_wonders_at_a_sweep_that_is_still_to_come(database_url: str) -> None:
    assert hoso("sweep", "--at", "2199-01-01T00:00", url=database_url).status == 0
    checks = {check["name"]: check for check in hoso("doctor", "--json", url=database_url).json}
    assert (checks["sweep"]["state"], "to come" in checks["sweep"]["remedy"]) == ("warning", True)


def test_the_doctor_tells_where_the_settings_are_wrong(tmp_path: Path, database_url: str) -> None:
    for written, said in (("colour = 'red'\n", "colour"), ("port = 'x", "hoso.toml cannot be read")):
        (tmp_path / "hoso.toml").write_text(written)
        ran = hoso("doctor", url=database_url, home=tmp_path)
        assert (ran.status, said in ran.out) == (1, True)


async def test_the_doctor_says_of_a_board_that_is_set_open_whether_it_is(
    tmp_path: Path, database_url: str, db: Database
) -> None:
    (tmp_path / "hoso.toml").write_text("open_board = true\n")

    async def board() -> tuple[str, str]:
        ran = await asyncio.to_thread(hoso, "doctor", "--json", url=database_url, home=tmp_path)
        (check,) = (check for check in ran.json if check["name"] == "board")
        return check["state"], check["detail"]

    real = await board()
    await demonstration.mark(db, at=datetime(2026, 3, 2, tzinfo=UTC))
    assert [real, await board()] == [
        ("warning", "open_board is set; closed, these are no demonstration's data"),
        ("warning", "open to all on this machine"),
    ]
