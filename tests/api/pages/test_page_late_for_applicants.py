"""A late dossier on the pages of its applicant and of whoever has its code: said to be late, and never green."""

from typing import Any

import pytest

from support.api_client import CLERK, Rest
from support.visitor import Visitor
from support.world import CITIZEN

#: Two working days after the promised date, 17:00 on 5 March.
LATE, IN_TIME = "2026-03-09 17:00", "2026-03-05 16:00"


async def accepted(rest: Rest) -> Any:
    """A dossier that the citizen filed, accepted on 2 March."""
    filed = await rest.files(CITIZEN, channel="online")
    return await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)


async def seen(rest: Rest, page: str, at: str) -> Visitor:
    """The page at an instant."""
    standing = await accepted(rest)
    rest.clock.turn(at)
    return await (await Visitor.applicant(rest, CITIZEN)).goes(page.format(code=standing["code"]))


def body(visitor: Visitor) -> str:
    """The page between its head and its foot, as it is written."""
    assert visitor.page is not None
    return visitor.page.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("page", ["/cua-toi", "/ho-so/{code}", "/tra-cuu/{code}"])
async def test_what_is_late_is_red_and_never_green(rest: Rest, page: str) -> None:
    page_then = body(await seen(rest, page, LATE))

    assert "state late" in page_then or "notice fault" in page_then
    assert "trễ hẹn" in page_then
    # The course of the dossier's own page has a mark for what is done; it is no state of the dossier.
    assert 'class="state fine"' not in page_then.partition('aria-labelledby="tien-trinh"')[0]
    assert "Bạn không phải làm gì" not in page_then


@pytest.mark.parametrize("page", ["/cua-toi", "/ho-so/{code}", "/tra-cuu/{code}"])
async def test_what_is_in_time_is_not_called_late(rest: Rest, page: str) -> None:
    page_then = body(await seen(rest, page, IN_TIME))

    assert "trễ" not in page_then
    assert "state late" not in page_then


async def test_the_list_names_the_status_and_that_it_is_late(rest: Rest) -> None:
    listed = (await seen(rest, "/cua-toi", LATE)).text

    assert "Đang giải quyết, đã trễ hẹn" in listed


@pytest.mark.parametrize("page", ["/cua-toi", "/ho-so/{reference}"])
async def test_an_answer_of_the_desk_that_is_overdue_is_red_and_never_green(rest: Rest, page: str) -> None:
    filed = await rest.files(CITIZEN, channel="online")
    address = page.format(**filed)
    in_time = body(await (await Visitor.applicant(rest, CITIZEN)).goes(address))
    rest.clock.turn(LATE)
    late = body(await (await Visitor.applicant(rest, CITIZEN)).goes(address))

    assert "state late" not in in_time
    assert "quá hạn trả lời" not in in_time
    assert "quá hạn trả lời" in late or "chưa trả lời đúng hạn" in late
    assert "state late" in late or "notice fault" in late
    assert 'class="state fine"' not in late.partition('aria-labelledby="tien-trinh"')[0]
    assert "Bạn không phải làm gì" not in late


async def test_whoever_has_the_code_reads_over_rest_that_a_dossier_is_late(rest: Rest) -> None:
    standing = await accepted(rest)
    address = f"/v1/public/dossiers/{standing['code']}"
    rest.clock.turn(IN_TIME)
    in_time = (await rest.get(address)).json()
    rest.clock.turn(LATE)
    late = (await rest.get(address)).json()

    assert in_time == {
        "code": standing["code"],
        "degree": 0,
        "late": False,
        "late_since": None,
        "still": False,
    }
    assert late == {**in_time, "late": True, "late_since": "2026-03-05T17:00:00+07:00"}
