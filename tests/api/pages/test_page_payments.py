"""Payments online, disputes about them and surpluses in a browser without scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from hoso_models import postgres
from support import payment_gateway
from support.acts_of_law import acts
from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Rest
from support.payment_gateway import Lies, Simulator, tells
from support.procedures import charging
from support.visitor import Visitor
from support.world import DESK, World, instant, person

AT = instant("2026-03-02 09:00")
DESK_HEAD = person("head", DESK)
SURPLUSES, DISPUTES = "/noi-bo/mot-cua/thu-phi/nop-thua", "/noi-bo/mot-cua/thu-phi/can-xem-lai"


@pytest.fixture(scope="module")
def world_url(server: postgres.Server) -> Iterator[str]:
    """One world for all: each test has a dossier of its own."""
    with charging.founded(server) as url:
        yield url


@pytest.fixture(scope="module")
def gateway_server() -> Iterator[Simulator]:
    with payment_gateway.served(AT) as simulator:
        yield simulator


@pytest.fixture
def simulator(gateway_server: Simulator) -> Simulator:
    """The simulator as it is when it does not lie."""
    gateway_server.at, gateway_server.lies = AT, Lies()
    return gateway_server


@pytest.fixture
async def rest(world: World, simulator: Simulator) -> AsyncIterator[Rest]:
    async with payment_gateway.api(world, simulator) as api:
        yield api


async def filed(rest: Rest) -> str:
    """The reference of a dossier that owes 20.000 đồng."""
    rest.clock.turn("2026-03-02 08:00")
    reference = (await rest.files(**charging.FILING, case="goes_on"))["reference"]
    rest.clock.turn("2026-03-02 09:00")
    return str(reference)


async def before(rest: Rest, reference: str, who: Any = CLERK) -> Visitor:
    """A person at the page of a dossier's fees."""
    return await (await Visitor.of(rest, who)).goes(f"/noi-bo/ho-so/{reference}/phi")


async def ordered(rest: Rest, reference: str) -> list[tuple[Any, ...]]:
    """The orders of a dossier: state, amount, whether it can be paid."""
    rows = await rest.world.db.rows(
        "select o.id::text, o.state, o.amount, o.pay_at is not null as payable from payment_order o "
        "join dossier d on d.id = o.dossier_id where d.reference = $1 order by o.created_at",
        [reference],
    )
    return [(row.id, row.state, row.amount, row.payable) for row in rows]


async def recorded(rest: Rest, reference: str) -> list[tuple[Any, ...]]:
    """The payments of a dossier: amount, method, reference."""
    rows = await rest.world.db.rows(
        "select p.amount, p.method, p.reference from payment p join dossier d on d.id = p.dossier_id "
        "where d.reference = $1 order by p.recorded_at, p.id",
        [reference],
    )
    return [(row.amount, row.method, row.reference) for row in rows]


async def in_dispute(rest: Rest, simulator: Simulator, gateway: str) -> tuple[str, str]:
    """The references of a dossier and the id of the dispute about 5.000 đồng that were paid too much of it."""
    reference = await filed(rest)
    order = (await rest.done(f"/v1/dossiers/{reference}/payment-orders", CLERK))["id"]
    simulator.pays(order, gateway)
    simulator.lies = Lies(adds=5_000)
    await tells(rest, simulator.notification(order))
    identity = await rest.world.one(
        "select id::text from payment_dispute where gateway_reference = $1", gateway
    )
    return reference, str(identity)


def status(visitor: Visitor) -> int:
    """The status of the page."""
    assert visitor.page is not None
    return visitor.page.status_code


def markup(visitor: Visitor) -> str:
    """The page as it was sent."""
    assert visitor.page is not None
    return visitor.page.text


async def test_the_desk_sees_an_open_order_where_it_takes_cash_and_cancels_it(
    rest: Rest, simulator: Simulator
):
    reference = await filed(rest)
    clerk = await before(rest, reference)
    assert "Hủy yêu cầu" not in clerk.text
    await clerk.presses("Tạo mã thanh toán")
    await clerk.goes(f"/noi-bo/ho-so/{reference}/phi")
    warning = "Đang có yêu cầu thanh toán trực tuyến 20.000 đồng, nộp được đến 10:00 02/03/2026."
    assert warning in clerk.text
    simulator.lies = Lies(goes_on=True)
    await clerk.presses("Hủy yêu cầu thanh toán")
    assert (status(clerk), warning in clerk.text) == (409, True)
    simulator.lies = Lies()
    await clerk.presses("Hủy yêu cầu thanh toán")
    await clerk.goes(f"/noi-bo/ho-so/{reference}/phi")
    assert (warning in clerk.text, "Đã hủy hoặc không nộp được" in clerk.text) == (False, True)
    await clerk.presses("Thu và lập biên lai")
    assert await recorded(rest, reference) == [(20_000, "cash", None)]


async def test_the_desk_orders_for_somebody_at_the_counter_and_sees_the_receipt(
    rest: Rest, simulator: Simulator
):
    reference = await filed(rest)
    clerk = await before(rest, reference)
    address, fields = clerk.sent("Tạo mã thanh toán")
    assert fields["tt-khoan"] == ["1"]
    await clerk.posts(address, {name: value for name, value in fields.items() if name != "tt-khoan"})
    assert (status(clerk), 'href="#f-tt-khoan"' in markup(clerk)) == (422, True)
    for _ in range(2):
        await clerk.posts(address, fields)
    assert (status(clerk), clerk.path) == (200, f"/noi-bo/ho-so/{reference}/phi")
    ((order, *rest_of_it),) = await ordered(rest, reference)
    assert rest_of_it == ["open", 20_000, True]
    assert 'src="data:image/svg+xml' in markup(clerk)
    assert f'href="{simulator.address}/pay/{order}"' in markup(clerk)
    assert "20.000 đồng" in clerk.text
    simulator.pays(order, "GWP1")
    await tells(rest, simulator.notification(order))
    await clerk.goes(f"/noi-bo/ho-so/{reference}/phi")
    assert "Đã nộp 09:00 02/03/2026 GWP1 20.000" in clerk.text
    assert "data:image" not in markup(clerk)
    assert await recorded(rest, reference) == [(20_000, "gateway", "GWP1")]


async def test_an_order_whose_time_is_over_shows_no_code_and_a_gateway_that_is_away_is_said_to_be(
    rest: Rest, simulator: Simulator
):
    reference = await filed(rest)
    simulator.lies = Lies(status=500)
    clerk = await before(rest, reference)
    await clerk.presses("Tạo mã thanh toán")
    assert (status(clerk), "Chưa gửi được" in clerk.text) == (503, True)
    simulator.lies = Lies()
    await clerk.presses("Tạo mã thanh toán")
    assert [each[1:] for each in await ordered(rest, reference)] == [("open", 20_000, True)]
    rest.clock.turn("2026-03-02 10:30")
    clerk = await before(rest, reference)
    assert ("Hết hạn" in clerk.text, "data:image" in markup(clerk)) == (True, False)
    rest.clock.turn("2026-03-02 09:10")
    specialist = await before(rest, reference, SPECIALIST)
    assert "Chờ người nộp thanh toán" in specialist.text
    assert "Tạo mã thanh toán" not in specialist.text
    address, fields = (await before(rest, reference)).sent("Tạo mã thanh toán")
    await specialist.posts(address, fields)
    assert status(specialist) == 404
    app: Any = rest.client._transport.app  # type: ignore[attr-defined]  # the application of the test
    app.state.online = replace(app.state.online, gateway=None)
    await clerk.goes(f"/noi-bo/ho-so/{await filed(rest)}/phi")
    assert 'id="truc-tuyen"' not in markup(clerk)


async def test_what_was_paid_too_much_is_listed_with_the_way_to_give_it_back(rest: Rest):
    reference = await filed(rest)
    transfer = {"fee": 1, "amount": 25_000, "method": "transfer", "reference": "FT1"}
    await acts(rest, {"reference": reference}, "payments", CLERK, "2026-03-02 09:00", **transfer)
    clerk = await (await Visitor.of(rest, CLERK)).goes(SURPLUSES)
    assert "Lệ phí 20.000 25.000 5.000" in clerk.text
    assert ("hoan-tra=" in markup(clerk), "Trưởng đơn vị ghi hoàn trả" in clerk.text) == (False, True)
    head = await (await Visitor.of(rest, DESK_HEAD)).goes(f"{SURPLUSES}?don-vi={DESK}")
    way = f"/noi-bo/ho-so/{reference}/phi?hoan-tra=1"
    assert f'href="{way}#hoan-tra"' in markup(head)
    await head.goes(way)
    form, _ = head.form("Ghi hoàn trả")
    assert form.fields["ht-tien"] == ["5.000"]
    await head.presses("Ghi hoàn trả", ht_so="HT1", ht_ly_do="Nộp thừa")
    await head.goes(SURPLUSES)
    assert reference not in markup(head)
    assert status(await head.goes(f"{SURPLUSES}?sau=khong")) == 200
    specialist = await (await Visitor.of(rest, SPECIALIST)).goes(SURPLUSES)
    assert status(specialist) == 403


async def test_a_head_records_what_was_paid_once_and_the_desk_only_reads(rest: Rest, simulator: Simulator):
    reference, dispute = await in_dispute(rest, simulator, "GWP2")
    clerk = await (await Visitor.of(rest, CLERK)).goes(DISPUTES)
    assert f'href="{DISPUTES}/{dispute}"' in markup(clerk)
    await clerk.goes(f"{DISPUTES}/{dispute}")
    assert "Sai số tiền: 25.000 đồng" in clerk.text
    assert "Trưởng đơn vị hoặc quản trị viên giải quyết việc này." in clerk.text
    held = (await rest.get(f"/v1/payments/disputes/{dispute}", CLERK)).json()
    assert {name: held[name] for name in ("ordered", "amount", "order", "fees", "settled_by_name")} == {
        "ordered": 20_000,
        "amount": 25_000,
        "order": {"state": "disputed", "created_at": "2026-03-02T09:00:00+07:00"},
        "fees": [{"fee": 1, "name": "Lệ phí", "open": 20_000, "ordered": 20_000, "recorded": 0}],
        "settled_by_name": None,
    }
    head = await (await Visitor.of(rest, DESK_HEAD)).goes(f"{DISPUTES}/{dispute}")
    address, fields = head.sent("Ghi thu và lập biên lai")
    assert fields["khoan-1"] == ["25.000"]
    await clerk.posts(address, {**fields, "thu-ly-do": ["Trả thừa"]})
    assert status(clerk) == 403
    for said, field in (
        ({}, "thu-ly-do"),
        ({"khoan-1": ["1.000"], "thu-ly-do": ["Trả thừa"]}, "khoan-1"),
        ({"khoan-1": ["một"], "thu-ly-do": ["Trả thừa"]}, "khoan-1"),
    ):
        await head.posts(address, {**fields, **said})
        assert (status(head), f'href="#f-{field}"' in markup(head)) == (422, True), said
    assert await recorded(rest, reference) == []
    for _ in range(2):
        await head.posts(address, {**fields, "thu-ly-do": ["Trả thừa"]})
        assert (status(head), head.path) == (200, f"{DISPUTES}/{dispute}")
    assert "Đã ghi thu" in head.text
    assert "Trả thừa" in head.text
    assert await recorded(rest, reference) == [(25_000, "gateway", "GWP2")]
    await head.posts(address, {**fields, "cach": ["mistake"], "sai-ly-do": ["Sai"], "khoan-1": [""]})
    assert (status(head), "Đã ghi thu" in head.text) == (409, True)
    await clerk.goes(f"{DISPUTES}?loai=da-giai-quyet&don-vi={DESK}")
    assert f'href="{DISPUTES}/{dispute}"' in markup(clerk)
    await clerk.goes(f"{DISPUTES}?sau=khong")
    assert f'href="{DISPUTES}/{dispute}"' not in markup(clerk)


async def test_what_went_back_or_was_a_mistake_is_settled_with_its_reason(rest: Rest, simulator: Simulator):
    for gateway, button, said, settled in (
        ("GWP3", "Ghi là đã trả lại", {"tra_ly_do": "Đã hoàn ở cổng", "so_hoan_tra": "RF1"}, "refunded"),
        ("GWP4", "Ghi là báo sai", {"sai_ly_do": "Không có tiền"}, "mistake"),
    ):
        reference, dispute = await in_dispute(rest, simulator, gateway)
        head = await (await Visitor.of(rest, DESK_HEAD)).goes(f"{DISPUTES}/{dispute}")
        await head.presses(button)
        assert (status(head), "-ly-do" in markup(head)) == (422, True)
        await head.presses(button, **said)
        assert status(head) == 200
        row = await rest.world.db.row(
            "select settlement, settled_for, settled_reference from payment_dispute where id = $1::uuid",
            [dispute],
        )
        assert tuple(row) == (settled, next(iter(said.values())), said.get("so_hoan_tra"))
        assert await recorded(rest, reference) == []


async def test_what_no_order_is_known_for_is_recorded_for_the_dossier_that_is_named(
    rest: Rest, simulator: Simulator
):
    reference = await filed(rest)
    simulator.pays("ORDER-P", "GWP5")
    await tells(rest, simulator.notification("ORDER-P", amount=20_000))
    dispute = await rest.world.one("select id::text from payment_dispute where told_order = 'ORDER-P'")
    head = await (await Visitor.of(rest, DESK_HEAD)).goes(f"{DISPUTES}/{dispute}")
    assert status(head) == 404
    administrator = await (await Visitor.of(rest, ADMINISTRATOR)).goes(DISPUTES)
    assert f'href="{DISPUTES}/{dispute}"' in markup(administrator)
    await administrator.goes(f"{DISPUTES}/{dispute}")
    button, why = "Ghi thu và lập biên lai", "Nộp cho hồ sơ này"
    for named in ("", "H27.PVHCC-260302-9999"):
        await administrator.presses(button, ho_so=named, thu_ly_do=why)
        assert (status(administrator), 'href="#f-ho-so"' in markup(administrator)) == (422, True), named
    await administrator.presses(button, ho_so=reference, thu_ly_do=why)
    assert (status(administrator), 'href="#f-khoan-1"' in markup(administrator)) == (422, True)
    assert administrator.form(button)[0].fields["khoan-1"] == ["20.000"]
    await administrator.presses(button)
    assert status(administrator) == 200
    assert await recorded(rest, reference) == [(20_000, "gateway", "GWP5")]
