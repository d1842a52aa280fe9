"""The README claims what holds: its example prints what it says, and its commands are there."""

import re
from importlib import import_module
from pathlib import Path

import typer
from fastapi.routing import iter_route_contexts

from hoso_api.app import create_app
from hoso_api.cli import main
from support.command_line import hoso

README = Path(__file__).parents[2] / "README.md"
EXAMPLE = ("--calendar", "vn", "--from", "2026-02-11T10:00", "--term", "5 ngày làm việc")


def test_the_example_prints_what_the_readme_says_of_it() -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    assert f'hoso deadlines explain {" ".join(EXAMPLE[:5])} "{EXAMPLE[5]}"' in text
    assert (
        "prints the fifteen days from the receipt to the due date: five that count, two of them before Tết and three after it,"
        " and nine days off with what makes each one."
    ) in text
    days = hoso("deadlines", "explain", *EXAMPLE, "--json").json["days"]
    counted = [day["date"] for day in days if day["counted"]]
    assert len(days) == 15
    assert counted == ["2026-02-12", "2026-02-13", "2026-02-23", "2026-02-24", "2026-02-25"]
    off = [day["reason"] for day in days if not day["working"]]
    assert (
        len(off),
        [reason for reason in off if "nghỉ hằng tuần" not in reason and "ngày lễ" not in reason],
    ) == (9, [])


def test_every_page_stands_on_the_list_of_pages_and_no_other() -> None:
    assert "[docs/pages.md](docs/pages.md)" in README.read_text(encoding="utf-8")
    listed = re.findall(r"`(/[^`]*)`", (README.parent / "docs" / "pages.md").read_text(encoding="utf-8"))
    probes = {"/health/live", "/health/ready", "/metrics"}
    pages = {
        way.path
        for way in iter_route_contexts(create_app().routes)
        if way.path and way.methods and "GET" in way.methods and not way.path.startswith("/v1")
    }
    assert sorted(listed) == sorted(pages - probes)


def test_every_command_of_the_readme_is_there() -> None:
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"hoso ([a-z]+)(?: ([a-z]+))?", text))
    # Several of a kind share a line: `hoso letters · signing · verify`.
    together = re.findall(r"^hoso ([a-z]+(?: · [a-z]+)+)  ", text, re.MULTILINE)
    assert len(together) >= 3
    named |= {(each, "") for line in together for each in line.split(" · ")}
    groups = {
        name: set(
            getattr(typer.main.get_command(import_module(f"hoso_api.cli.{part.module}").app), "commands", {})
        )
        for name, part in main.COMMANDS.items()
    }
    commands = {(group, word) for group, word in named if group in groups}
    assert {group for group, _ in commands} >= {
        "serve",
        "demo",
        "doctor",
        "procedures",
        "deadlines",
        "overdue",
        "setup",
        "drafts",
        "dossiers",
        "tasks",
        "letters",
        "signing",
        "verify",
        "notifications",
        "privacy",
        "disclosures",
    }
    wrong = [
        (group, word) for group, word in commands if word and groups[group] and word not in groups[group]
    ]
    assert wrong == []


#: What people do with a browser, in the words of the README, and the page on which they do it.
IN_A_BROWSER = {
    "applicants file": "/nop/{code}",
    "answer": "/ho-so/{key}/bo-sung",
    "file for people at the counter": "/noi-bo/mot-cua",
    "correct records": "/noi-bo/ho-so/{key}/dinh-chinh",
    "reply to applicants": "/noi-bo/ho-so/{key}/hoi-dap",
    "hold and destroy": "/noi-bo/quan-tri/tieu-huy",
    "partners' keys": "/noi-bo/quan-tri/khoa",
    "the ladder of reminders": "/noi-bo/quan-tri/canh-bao/bac",
}


def test_what_a_browser_does_has_its_page_and_nothing_is_said_to_have_none() -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    paragraph = text.partition("**What a browser does:**")[2].partition("([docs/pages.md]")[0]
    pages = {way.path for way in iter_route_contexts(create_app().routes) if way.path}
    assert [said for said in IN_A_BROWSER if said not in paragraph] == []
    assert sorted(set(IN_A_BROWSER.values()) - pages) == []
    assert "at the command line" not in text


def test_each_command_is_told_once() -> None:
    told = re.findall(r"^(hoso .*?)  +#", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [each for each in told if told.count(each) > 1] == []


def test_what_make_test_needs_and_leaves_out_is_said_as_it_is() -> None:
    root = README.parent
    for page in ("README.md", "CONTRIBUTING.md", "Makefile"):
        text = (root / page).read_text(encoding="utf-8").lower()
        assert "every test, on" not in text, page
        assert "all tests but the long search" in text, page
    assert (root / "tools" / "system-packages").exists()
    assert "(tools/system-packages)" in README.read_text(encoding="utf-8")
