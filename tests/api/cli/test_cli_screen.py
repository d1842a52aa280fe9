"""The terminal shows every text and obeys none: what others wrote cannot colour, move or hide what stands there."""

import json
from pathlib import Path

import pytest

from hoso_api.cli import console
from support.builders import packages
from support.command_line import hoso

HOSTILE = "Phép\x1b[2J\x9b31m\x07\u202egnp.exe\u2069\x7f\r\ud800 ổn"
SHOWN = r"Phép\x1b[2J\x9b31m\x07\u202egnp.exe\u2069\x7f\r\ud800 ổn"


def test_what_a_terminal_would_obey_is_written_out_and_no_letter_is_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert console.visible(HOSTILE) == SHOWN
    assert console.visible("Một\ndòng\tvà [b]ngoặc[/b] 👩‍💻 ế") == "Một\ndòng\tvà [b]ngoặc[/b] 👩‍💻 ế"
    console.table(HOSTILE, ("Tên", "Số"), [(HOSTILE, 1)])
    console.out.print(HOSTILE, markup=False, soft_wrap=True)
    console.line(HOSTILE)
    out = capsys.readouterr().out
    assert out.count(SHOWN) == 4
    assert [sign for sign in out if sign < " " and sign != "\n"] == []


def test_an_id_stays_whole_in_80_columns_with_its_text_below_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "out", console.Screen(width=80, highlight=False))
    task, reference = "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "pWnQ0Bf1T6u2Xk9sJ4aZrg"
    named = console.below(task, "Thẩm định hồ sơ,\ndự thảo kết quả giải quyết")
    assert named == f"{task}\nThẩm định hồ sơ, dự thảo kết quả\ngiải quyết"
    assert console.below(task, None) == task
    columns, row = ("id\nViệc", "Hồ sơ", "Hạn"), (named, reference, "17:00 09/03/2026")
    console.table("", columns, [row], whole=(0, 1))
    lines = capsys.readouterr().out.splitlines()
    assert ({len(each) for each in lines}, len(lines)) == ({80}, 8)
    assert lines[4].split() == ["│", task, "│", reference, "│", "17:00", "│"]


def test_a_table_without_names_of_columns_has_no_row_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    console.table("", ("", ""), [("Mã", "H27")])
    assert [line.strip("┌─┬┐└┴┘") for line in capsys.readouterr().out.splitlines()] == [
        "",
        "│ Mã │ H27 │",
        "",
    ]


def test_json_says_the_same_without_a_sign_that_a_terminal_obeys(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    said = {HOSTILE.replace("\ud800", ""): "ổn"}
    console.json(said)
    out = capfdbinary.readouterr().out.decode()
    assert json.loads(out) == said
    assert console.visible(out) == out
    assert "ổn" in out


def test_neither_an_error_nor_a_finding_reaches_the_terminal_unread(tmp_path: Path) -> None:
    ran = hoso("procedures", "check", "\x1b[31m\udcff/không có")
    assert (ran.status, ran.err) == (2, "hoso: \\x1b[31m\\udcff/không có: no such file or folder\n")
    drawing = tmp_path / "a.bpmn"
    drawing.write_bytes(
        packages.drawing('<scriptTask id="T" name="Tính&#x9b;2J"><script>1</script></scriptTask>')
    )
    for way in ((), ("--format", "github"), ("--json",)):
        ran = hoso("procedures", "check", str(drawing), *way)
        assert (ran.status, "\x9b" in ran.out + ran.err, "9b2J" in ran.out) == (1, False, True)
