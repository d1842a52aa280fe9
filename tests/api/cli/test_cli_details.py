"""Small things that a reader of the terminal stumbles over: dates, plurals, numbers, remedies."""

import asyncio
import json
import subprocess
import sys
from datetime import date, datetime

import pytest

from hoso_api.cli import deadlines, instants
from hoso_api.cli import errors as cli_errors
from hoso_api.translation import wording
from hoso_workflows import errors, localtime
from hoso_workflows.monitoring import overdue
from support import world as worlds
from support.command_line import hoso


@pytest.mark.parametrize("text", ["2026-11-02", "02/11/2026", "2/11/2026", " 2/11/2026 "])
def test_a_day_is_written_as_in_vietnam_or_as_programs_do(text: str) -> None:
    assert instants.day(text, "--decided") == date(2026, 11, 2)


@pytest.mark.parametrize("text", ["2026-11-02T08:30", "02/11/2026 08:30", "2/11/2026T08:30+07:00"])
def test_an_instant_is_written_as_in_vietnam_or_as_programs_do(text: str) -> None:
    assert instants.read(text, "--at") == datetime(2026, 11, 2, 8, 30, tzinfo=localtime.ZONE)


@pytest.mark.parametrize("text", ["11/2026", "32/01/2026", "2/11/26", "2/11/20261", "hôm nay"])
def test_what_is_no_day_is_refused_with_both_ways_to_write_one(text: str) -> None:
    with pytest.raises(cli_errors.Usage, match="write it as 24/11/2026 or 2026-11-24"):
        instants.day(text, "--decided")


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("2026-03-04T09:00/2026-03-06T09:00", ("2026-03-04T09:00", "2026-03-06T09:00")),
        ("04/03/2026 09:00/06/03/2026 09:00", ("04/03/2026 09:00", "06/03/2026 09:00")),
        ("04/03/2026 09:00/", ("04/03/2026 09:00", "")),
        ("2026-03-04T09:00/", ("2026-03-04T09:00", "")),
    ],
)
def test_a_pause_has_a_slash_between_its_instants_whatever_slashes_they_have(
    text: str, halves: tuple[str, str]
) -> None:
    start, _, end = deadlines.halves(text)
    assert (start, end) == halves


def test_the_explanation_of_the_readme_is_counted_again_by_the_recount() -> None:
    asked = ("--calendar", "vn", "--from", "11/02/2026 10:00", "--term", "5 ngày làm việc", "--json")
    explained = hoso("deadlines", "explain", *asked).out
    assert recounted(explained) == (0, {"dates": {"due": "2026-02-25T17:00:00+07:00"}, "differing": []})
    moved = json.dumps(json.loads(explained) | {"due": "2026-02-26T17:00:00+07:00"})
    assert recounted(moved) == (1, {"dates": {"due": "2026-02-25T17:00:00+07:00"}, "differing": ["due"]})


def recounted(explanation: str) -> tuple[int, object]:
    command = [sys.executable, "-m", "hoso_workflows.recompute"]
    ran = subprocess.run(command, input=explanation, capture_output=True, text=True, check=False)
    return ran.returncode, json.loads(ran.stdout)


def test_what_is_no_explanation_is_told_in_a_sentence() -> None:
    command = [sys.executable, "-m", "hoso_workflows.recompute"]
    ran = subprocess.run(command, input="[]", capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)


async def test_a_list_that_is_cut_says_how_many_more_there_are_in_the_words_of_the_board(
    world: worlds.World, world_url: str
) -> None:
    for _ in range(3):
        await world.accepts(await world.files())
    asked = ("overdue", "--at", "2026-03-06T10:30", "--limit", "1")
    shown = await asyncio.to_thread(hoso, *asked, url=world_url)
    told = (await asyncio.to_thread(hoso, *asked, "--json", url=world_url)).json
    late = overdue.Lateness(
        **{name: told["items"][0]["lateness"][name] for name in ("minutes", "days", "hours")}
    )
    assert (len(told["items"]), told["more"]) == (1, {"overdue": 2, "overdue_receptions": 0})
    assert "và 2 nữa; xem thêm với --limit" in shown.out
    assert wording.working_time(late) in shown.out


def test_an_instant_for_programs_is_told_as_clocks_in_vietnam_show_it() -> None:
    instant = datetime.fromisoformat("2026-11-25T17:41:08.575528+00:00")
    assert wording.machine(instant) == "2026-11-26T00:41:08+07:00"


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("principal", "hoso tokens people"),
        ("token", "hoso tokens list"),
        ("key", "hoso keys list"),
        ("unit", "filter of the overdue board"),
        ("active procedure", "/v1/procedures"),
        ("task", "inbox"),
        ("dossier", "receipt"),
    ],
)
def test_what_is_not_found_is_looked_for_where_it_stands(what: str, where: str) -> None:
    assert where in errors.NotFound(what, "x").remedy
