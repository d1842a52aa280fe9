"""Calendars of the house in a browser without scripts."""

from __future__ import annotations

import re

import pytest

import hoso_calendar as wt
from hoso_api.pages.administration.calendar_year import Year
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.visitor import Visitor
from support.world import CITIZEN

PLACE = "/noi-bo/quan-tri/lich"


@pytest.fixture(scope="module")
def world_url(shared_world_url: str) -> str:
    """One world for all: what is entered here stands in revisions of its own."""
    return shared_world_url


async def at(rest: Rest, by: object, path: str) -> Visitor:
    """A person at an address."""
    return await (await Visitor.of(rest, by)).goes(path)  # type: ignore[arg-type]


def markup(visitor: Visitor) -> str:
    """The markup of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.text


def status(visitor: Visitor) -> int:
    """The status of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.status_code


async def test_every_officer_reads_the_calendars_and_an_applicant_none(rest: Rest) -> None:
    for by in (ADMINISTRATOR, CLERK):
        seen = await at(rest, by, PLACE)
        assert (status(seen), "ha-tinh" in seen.text, "31/12/2027" in seen.text) == (200, True, True)
    stranger = await rest.get(PLACE, CITIZEN)
    assert stranger.status_code in (303, 401, 403)


async def test_a_year_is_shown_day_by_day_with_letters_and_what_is_only_expected(rest: Rest) -> None:
    seen = await at(rest, CLERK, f"{PLACE}/ha-tinh?nam=2026")
    cal = wt.load("ha-tinh")
    year = Year.of(cal, 2026)
    assert f"Năm 2026: {year.working_days} ngày làm việc" in seen.text
    cells = re.findall(r"<td(?: class=\"([a-z_ ]*)\")?>(\d+)", markup(seen))
    assert len(cells) == 365
    marked = sum(kind.split()[0] not in ("", "weekend") for kind, _ in cells if kind.split())
    assert marked == sum(bool(each.letter) for each in year.noted)
    assert year.expected > 0
    assert f"{year.expected} ngày dự kiến" in seen.text
    assert "Tết Nguyên đán" in seen.text


async def test_a_year_without_data_and_a_calendar_that_is_none_are_told(rest: Rest) -> None:
    beyond = await at(rest, CLERK, f"{PLACE}/ha-tinh?nam=2031")
    assert "Lịch này chưa có dữ liệu của năm 2031." in beyond.text
    assert '<table class="month">' not in markup(beyond)
    assert status(await at(rest, CLERK, f"{PLACE}/sao-hoa")) == 404
