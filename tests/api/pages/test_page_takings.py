"""Takings of a desk on a day and fees that are open, in a browser and over REST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hoso_models import postgres
from support.acts_of_law import acts
from support.api_client import CLERK, HEAD, Rest
from support.procedures import charging
from support.visitor import Visitor
from support.world import DESK

TAKINGS = "/noi-bo/mot-cua/thu-phi"


@pytest.fixture(scope="module")
def world_url(server: postgres.Server) -> Iterator[str]:
    with charging.founded(server) as url:
        yield url


async def filed(rest: Rest, at: str) -> Any:
    """A dossier that owes 20.000 đồng."""
    rest.clock.turn(at)
    return await rest.files(**charging.FILING, case="goes_on")


async def test_the_sums_of_a_day_are_of_what_stands_and_open_fees_are_listed(rest: Rest):
    first = await filed(rest, "2026-03-02 08:00")
    second = await filed(rest, "2026-03-02 08:10")
    third = await filed(rest, "2026-03-02 08:20")
    transfer = {"fee": 1, "amount": 25_000, "method": "transfer", "reference": "FT1"}
    await acts(rest, first, "payments", CLERK, "2026-03-02 09:00", **transfer)
    await acts(rest, second, "payments", CLERK, "2026-03-02 09:10", fee=1, amount=5_000)
    await acts(rest, third, "payments", CLERK, "2026-03-03 09:00", fee=1, amount=20_000)
    (payment,) = (await rest.get(f"/v1/dossiers/{third['reference']}/fees", CLERK)).json()["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm hồ sơ"}
    await acts(rest, third, "payment-cancellation", HEAD, "2026-03-03 09:30", **void)
    yesterday = (await rest.get("/v1/fees/takings?day=2026-03-02", CLERK)).json()
    assert yesterday["methods"] == [
        {"method": "cash", "payments": 1, "amount": 5_000, "refunds": 0, "refunded": 0},
        {"method": "transfer", "payments": 1, "amount": 25_000, "refunds": 0, "refunded": 0},
    ]
    assert [(each["dossier"]["reference"], each["amount"]) for each in yesterday["items"]] == [
        (first["reference"], 25_000),
        (second["reference"], 5_000),
    ]
    assert [(each["dossier"]["reference"], each["open"]) for each in yesterday["open"]] == [
        (second["reference"], 15_000),
        (third["reference"], 20_000),
    ]
    today = (await rest.get("/v1/fees/takings", CLERK)).json()
    assert (today["day"], today["methods"]) == ("2026-03-03", [])
    assert [each["cancelled_at"] for each in today["items"]] == ["2026-03-03T09:30:00+07:00"]
    both = (await rest.get("/v1/fees/takings?day=2026-03-02&until=2026-03-03", CLERK)).json()
    assert (both["day"], both["until"], both["methods"]) == ("2026-03-02", "2026-03-03", yesterday["methods"])
    assert both["items"] == [*yesterday["items"], *today["items"]]
    turned = await rest.get("/v1/fees/takings?day=2026-03-03&until=2026-03-02", CLERK)
    assert (turned.status_code, [each["field"] for each in turned.json()["errors"]]) == (422, ["until"])
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"{TAKINGS}?ngay=2026-03-02&den=2026-03-03")
    assert "Thu phí, lệ phí 02/03/2026 – 03/03/2026" in clerk.text
    assert "Chuyển khoản 1 25.000 0 Cộng 2 30.000 0" in clerk.text
    await clerk.goes(f"{TAKINGS}?ngay=2026-03-03&den=2026-03-02")
    assert clerk.page is not None
    assert 'id="f-den-loi"' in clerk.page.text
    await clerk.goes(f"{TAKINGS}?ngay=2026-03-02&den=")
    assert "Tiền mặt 1 5.000 0 Chuyển khoản 1 25.000 0 Cộng 2 30.000 0" in clerk.text
    assert f'href="/noi-bo/ho-so/{second["reference"]}/phi"' in clerk.page.text
    await clerk.goes(TAKINGS)
    assert "Hôm nay chưa thu khoản nào." in clerk.text
    await clerk.goes(f"{TAKINGS}?sau=khong")
    assert clerk.path == f"{TAKINGS}?don-vi={DESK}&ngay=2026-03-03&den=2026-03-03"


async def test_a_stranger_reads_nothing_of_what_a_desk_took(rest: Rest):
    head = await (await Visitor.of(rest, HEAD)).goes(f"{TAKINGS}?don-vi={DESK}")
    assert head.page is not None
    assert head.page.status_code == 403
