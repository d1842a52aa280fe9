"""`hoso procedures restore` and `hoso calendar restore`: what is damaged is put right from a copy that fits, and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command_line import Ran, hoso, owner, stored
from support.world import PROVINCE, person

pytestmark = pytest.mark.slow

ADMINISTRATOR = person("administrator", PROVINCE)
BY = ("--by", str(ADMINISTRATOR))
PACKAGE, CALENDAR = ("procedures", "restore", "1.014464", "1"), ("calendar", "restore", "ha-tinh")
BYTE = "update workflow_version set package = set_byte(package, 400, get_byte(package, 400) # 1) where procedure_code = '1.014464'"
DIGEST = "update workflow_version set sha256 = repeat('0', 64) where procedure_code = '1.014464'"
EMPTIED = "update calendar_version set documents = '{}' where calendar = 'ha-tinh'"
RENAMED = "update calendar_version set version = 'khác' where calendar = 'ha-tinh'"
#: What the doctor says of both.
DAMAGED = (
    "The procedure 1.014464, version 1, is damaged where it is kept."
    " The working calendar ha-tinh is damaged where it is kept."
)
#: What is repaired, as one digest.
RULES = """
select md5(string_agg(w.package::text || w.sha256, '' order by w.id)), (
  select md5(string_agg(c.documents::text || c.version, '' order by c.id)) from calendar_version c)
from workflow_version w
"""
ACTS = "select kind, subject, on_behalf_of from administration_event where kind like '%restored' order by at, kind"


def changed(url: str, statement: str) -> None:
    """Alter rows as by hand: nothing is sealed."""
    of_the_owner = owner(url)["HOSO_DATABASE_OWNER_URL"]
    unsealed = f"with changed as ({statement} returning set_config('hoso.sealing', 'off', true))"
    stored(of_the_owner, f"{unsealed} select count(*) from changed")  # noqa: S608 - statements of this module


def asked(url: str, *words: str) -> Ran:
    return hoso(*words, *BY, url=url, **owner(url))


def doctor(url: str) -> tuple[str, str]:
    checks = {each["name"]: each for each in hoso("doctor", "--json", url=url, **owner(url)).json}
    found = checks["stored packages and calendars"]
    return found["state"], found["detail"]


def test_what_is_damaged_is_put_right_from_the_bundle_or_a_backup(world_url: str, tmp_path: Path) -> None:
    sound = stored(world_url, RULES)
    backup = tmp_path / "backup"
    taken = hoso(
        "backup", str(backup), url=world_url, **owner(world_url), HOSO_STORE_FOLDER=str(tmp_path / "files")
    )
    assert taken.status == 0, taken.err
    assert (asked(world_url, *PACKAGE).status, asked(world_url, *CALENDAR).status) == (1, 1)

    for package, calendar, way in [(BYTE, EMPTIED, ()), (DIGEST, RENAMED, ("--from", str(backup)))]:
        changed(world_url, package)
        changed(world_url, calendar)
        assert doctor(world_url) == ("failing", DAMAGED)
        for words in (PACKAGE, CALENDAR):
            done = asked(world_url, *words, *way)
            assert done.status == 0, done.err
        assert (stored(world_url, RULES), doctor(world_url)[0]) == (sound, "ok")

    told = hoso("audit", "--json", url=world_url, HOSO_STORE_FOLDER=str(tmp_path / "files"))
    assert told.json == []
    acts = [
        ("calendar_restored", "ha-tinh", ADMINISTRATOR),
        ("procedure_restored", "1.014464", ADMINISTRATOR),
    ]
    assert sorted(map(tuple, stored(world_url, ACTS))) == sorted(acts * 2)


def test_a_version_of_a_calendar_whose_row_is_gone_is_put_back_as_it_was_sealed(
    world_url: str, tmp_path: Path
) -> None:
    versions = "select to_jsonb(c)::text from calendar_version c order by c.id"
    sound = stored(world_url, versions)
    changed(world_url, "delete from calendar_version where calendar = 'ha-tinh'")
    done = asked(world_url, *CALENDAR)
    assert done.status == 0, done.err
    assert stored(world_url, versions) == sound
    assert [tuple(row) for row in stored(world_url, ACTS)] == [
        ("calendar_restored", "ha-tinh", ADMINISTRATOR)
    ]
    told = hoso("audit", "--json", url=world_url, HOSO_STORE_FOLDER=str(tmp_path / "files"))
    assert told.json == []


def test_no_copy_is_taken_but_the_one_that_was_entered(world_url: str) -> None:
    changed(world_url, "update workflow_version set package = 'x', sha256 = repeat('0', 64) where number = 1")
    damaged = stored(world_url, RULES)
    refused = asked(world_url, *PACKAGE)
    assert (refused.status, "None of the copies of 1.014464/1" in refused.err) == (1, True)
    assert stored(world_url, RULES) == damaged
