"""`hoso escalations`: the ladder in 80 columns, its rungs entered and ended on somebody's word; `[[rung]]` in a setup file."""

from pathlib import Path

from support.command_line import Ran, hoso, stored
from support.world import DEPARTMENT, PROVINCE, person

BY = ("--by", str(person("administrator", PROVINCE)))
RUNG = (
    "escalations",
    "enter-rung",
    "late_by_five",
    "dossier",
    "agency_head",
    "--days",
    "5",
    "--basis",
    "QĐ 1",
)
SETUP = f"""
schema = "hoso-setup/1"
[[rung]]
level = "late_by_five"
subject = "dossier"
recipient = "agency_head"
days = 5
unit = "{DEPARTMENT}"
basis = "QĐ 1"
"""


def done(url: str, *words: str) -> Ran:
    ran = hoso(*words, url=url)
    assert ran.status == 0, ran.err
    return ran


def test_a_rung_is_entered_shown_and_ended(world_url: str) -> None:
    done(world_url, *RUNG, "--from", "2099-01-01", *BY)
    now = {each["level"] for each in done(world_url, "escalations", "ladder", "--json").json["rungs"]}
    every = done(world_url, "escalations", "ladder", "--all", "--json").json["rungs"]
    (found,) = [each for each in every if each["level"] == "late_by_five"]
    assert "late_by_five" not in now
    assert (found["days"], found["recipient"], found["valid_from"], found["basis"]) == (
        *(5, "agency_head"),
        *("2099-01-01", "QĐ 1"),
    )
    shown = hoso("escalations", "ladder", "--day", "2099-01-01", url=world_url, COLUMNS="80").out
    assert max(map(len, shown.splitlines())) <= 80
    wide = hoso("escalations", "ladder", "--day", "2099-01-01", url=world_url, COLUMNS="200").out
    assert "A dossier is late by 5 working days → the head of the agency" in wide

    done(world_url, "escalations", "end-rung", found["id"][:8], "--last", "2099-12-31", *BY)
    kinds = "select kind, on_behalf_of is not null from administration_event where kind like 'rung_%' order by number"
    assert [tuple(row) for row in stored(world_url, kinds)] == [("rung_entered", True), ("rung_ended", True)]


def test_a_rung_without_a_word_or_with_nonsense_is_refused_and_stores_nothing(world_url: str) -> None:
    before = stored(world_url, "select count(*) from escalation_rung")
    assert hoso(*RUNG, url=world_url).status == 2
    wrong = hoso(*RUNG, "--apology", *BY, url=world_url)
    assert wrong.status == 1
    assert "apology" in wrong.err
    assert (
        hoso("escalations", "end-rung", "00000000-0000-4000-8000-00000000ffff", *BY, url=world_url).status
        == 1
    )
    assert stored(world_url, "select count(*) from escalation_rung") == before


def test_a_setup_file_enters_a_rung_once_and_gives_it_back(world_url: str, tmp_path: Path) -> None:
    file = tmp_path / "ladder.toml"
    file.write_text(SETUP)
    first = done(world_url, "setup", str(file), *BY, "--json").json
    assert [(each["place"], each["kind"]) for each in first] == [("rung.0", "rung_entered")]
    assert done(world_url, "setup", str(file), *BY, "--json").json == []

    exported = done(world_url, "setup", "--export").out
    assert 'level = "late_by_five"' in exported
    (tmp_path / "present.toml").write_text(exported)
    assert done(world_url, "setup", str(tmp_path / "present.toml"), *BY, "--json").json == []

    file.write_text(SETUP.replace("days = 5", "days = 5\napology = true"))
    refused = hoso("setup", str(file), *BY, url=world_url)
    assert refused.status == 1
    assert "rung.0" in refused.err
