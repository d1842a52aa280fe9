"""Copies of a letter on its page, without scripts."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from support.api_client import CLERK, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import OTHER, person

pytestmark = pytest.mark.world("shared")

STRANGER = person("specialist", OTHER)


async def opened(rest: Rest, by: UUID, place: str) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(place)


async def receipt(rest: Rest) -> str:
    """The address of the copies of a receipt."""
    code = (await rest.accepts())["code"]
    letters = (await rest.get(f"/v1/dossiers/{code}/letters", CLERK)).json()["items"]
    return f"/noi-bo/ho-so/{code}/giay/{letters[0]['id']}/ban-sao"


async def given(rest: Rest, place: str) -> list[tuple[Any, ...]]:
    """The copies that were given out: ordinal, receiver, reason."""
    parts = place.split("/")
    listed = (await rest.get(f"/v1/dossiers/{parts[3]}/letters/{parts[5]}/copies", CLERK)).json()["items"]
    return [(each["ordinal"], each["receiver"], each["reason"]) for each in listed]


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def test_a_copy_is_given_out_once_and_can_be_printed(rest: Rest):
    place = await receipt(rest)
    clerk = await opened(rest, CLERK, place)
    assert "Chưa cấp bản sao nào." in clerk.text
    await clerk.presses("Cấp bản sao", nguoi_nhan="Người nhận 1")
    assert clerk.page is not None
    assert (status(clerk), '<a href="#f-ly-do">' in clerk.page.text) == (422, True)
    address, fields = clerk.sent("Cấp bản sao", ly_do="Mất bản chính")
    for _ in range(2):
        await clerk.posts(address, fields)
        assert clerk.path.startswith(f"{place}?xong=")
    assert await given(rest, place) == [(1, "Người nhận 1", "Mất bản chính")]
    await clerk.goes(f"{place}/1/ban-in")
    assert (status(clerk), "Người nhận 1" in clerk.text) == (200, True)
    assert status(await clerk.goes(f"{place}/2/ban-in")) == 404


async def test_others_read_why_they_give_out_no_copy_and_a_stranger_finds_none(rest: Rest):
    place = await receipt(rest)
    specialist = await opened(rest, SPECIALIST, place)
    assert "Việc này thuộc vai trò khác trong đơn vị." in specialist.text
    await specialist.posts(place, {"_khoa": [str(uuid4())]})
    assert (status(specialist), await given(rest, place)) == (403, [])
    assert status(await opened(rest, STRANGER, place)) == 404
