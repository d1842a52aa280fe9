"""The page of a dossier's fees, as the desk and a head use it in a browser without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from hoso_models import postgres
from hoso_workflows.identity import identities
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.procedures import charging
from support.visitor import Visitor
from support.world import CITIZEN, STRANGER


@pytest.fixture(scope="module")
def fees_url(server: postgres.Server) -> Iterator[str]:
    with charging.founded(server) as url:
        yield url


@pytest.fixture
def world_url(fees_url: str) -> str:
    """One world for all: each test has a dossier of its own."""
    return fees_url


async def filed(rest: Rest, case: str = "goes_on") -> str:
    """The reference of a dossier whose first fee, 20.000 đồng, is due."""
    rest.clock.turn("2026-03-02 08:00")
    return str((await rest.files(**charging.FILING, case=case))["reference"])


async def before(rest: Rest, key: str, who: Any = CLERK) -> Visitor:
    """A person at the page of a dossier's fees."""
    return await (await Visitor.of(rest, who)).goes(f"/noi-bo/ho-so/{key}/phi")


async def told(rest: Rest, reference: str) -> list[tuple[Any, ...]]:
    """Events of the dossier about fees: kind, number, amount."""
    rows = await rest.world.db.rows(
        "select e.kind, (e.payload ->> 'fee')::int as fee, (e.payload ->> 'amount')::bigint as amount "
        "from dossier_event e join dossier d on d.id = e.dossier_id where d.reference = $1 "
        "and (e.kind like 'fee%' or e.kind like 'payment%') order by e.seq",
        [reference],
    )
    return [(row.kind, row.fee, row.amount) for row in rows]


ASSESSED = ("fee_assessed", 1, 20_000)


async def test_the_number_of_a_transfer_is_not_said_to_be_optional(rest: Rest):
    clerk = await before(rest, await filed(rest))
    assert "Số giao dịch của ngân hàng Bắt buộc khi chuyển khoản." in " ".join(clerk.text.split())


def test_no_field_is_needed_in_a_case_and_said_to_be_optional():
    templates = resources.files("hoso_api.pages") / "templates"
    both = [
        (each.name, line.strip())
        for folder in (templates, *(each for each in templates.iterdir() if each.is_dir()))
        for each in folder.iterdir()
        if each.is_file()
        for line in each.read_text(encoding="utf-8").splitlines()
        if re.search(r"ắt buộc khi.*optional=true", line)
    ]
    assert both == []


async def test_what_open_fees_stop_goes_on_once_they_are_paid_in_the_browser(rest: Rest):
    reference = await filed(rest, "stops")
    clerk = await Visitor.of(rest, CLERK)
    await clerk.goes(f"/noi-bo/ho-so/{reference}/tiep-nhan")
    assert "Lệ phí" in clerk.text
    assert clerk.page is not None
    assert f'<a href="/noi-bo/ho-so/{reference}/phi">Thu phí, lệ phí</a>' in clerk.page.text
    await clerk.goes(f"/noi-bo/ho-so/{reference}/phi")
    form, _ = clerk.form("Thu và lập biên lai")
    assert [form.fields[name] for name in ("thu-khoan", "thu-tien", "thu-cach")] == [
        ["1"],
        ["20.000"],
        ["cash"],
    ]
    address, fields = clerk.sent("Thu và lập biên lai")
    await clerk.posts(address, fields)
    assert "Đã thu phí, lệ phí" in clerk.text
    assert "Không có khoản nào còn phải thu." in clerk.text
    await clerk.posts(address, fields)
    assert await told(rest, reference) == [ASSESSED, ("payment_recorded", 1, 20_000)]
    await clerk.goes(f"/noi-bo/ho-so/{reference}/phi")
    onward = f'href="/noi-bo/ho-so/{reference}/tiep-nhan"'
    assert onward in clerk.page.text
    await clerk.goes(f"/noi-bo/ho-so/{reference}/tiep-nhan")
    await clerk.presses("Tiếp nhận và in giấy hẹn")
    (row,) = await rest.world.db.rows("select status from dossier where reference = $1", [reference])
    assert row.status == "in_process"


async def test_an_amount_that_differs_says_by_how_much_and_is_taken_only_where_it_is_meant(rest: Rest):
    reference = await filed(rest)
    clerk = await before(rest, reference)
    await clerk.presses("Thu và lập biên lai", thu_tien="15 000")
    assert "Ít hơn số còn phải thu 5.000 đồng." in clerk.text
    await clerk.presses("Thu và lập biên lai", thu_tien="25.000")
    assert "Nhiều hơn số còn phải thu 5.000 đồng." in clerk.text
    await clerk.presses("Thu và lập biên lai", thu_tien="25.000", thu_lech="co")
    assert clerk.page is not None
    assert (clerk.page.status_code, 'href="#f-thu-tien"' in clerk.page.text) == (422, True)
    assert await told(rest, reference) == [ASSESSED]
    said = {"thu_tien": "25.000", "thu_cach": "transfer", "thu_so": "FT1", "thu-ngay": "01032026"}
    await clerk.presses("Thu và lập biên lai", **said)
    assert await told(rest, reference) == [ASSESSED, ("payment_recorded", 1, 25_000)]
    assert "Nộp thừa 5.000" in clerk.text
    (row,) = await rest.world.db.rows(
        "select p.method, p.reference, p.paid_at at time zone 'Asia/Ho_Chi_Minh' as day "
        "from payment p join dossier d on d.id = p.dossier_id where d.reference = $1",
        [reference],
    )
    assert (row.method, row.reference, f"{row.day:%d/%m/%Y}") == ("transfer", "FT1", "01/03/2026")


async def test_one_transfer_for_two_dossiers_is_said_to_be_one(rest: Rest):
    said = {"thu_cach": "transfer", "thu_so": "FT-CHUNG"}
    await (await before(rest, await filed(rest))).presses("Thu và lập biên lai", **said)
    reference = await filed(rest)
    clerk = await before(rest, reference)
    await clerk.presses("Thu và lập biên lai", **said)
    assert clerk.page is not None
    assert 'href="#f-thu-so"' in clerk.page.text
    assert (
        "ã ghi thu cho hồ sơ khác; nếu một lần chuyển khoản nộp cho nhiều hồ sơ, hãy đánh dấu" in clerk.text
    )
    await clerk.presses("Thu và lập biên lai", thu_chung="co")
    assert await told(rest, reference) == [ASSESSED, ("payment_recorded", 1, 20_000)]


#: What is typed, and the field at which it is refused.
WRONG = (
    ({"thu_tien": ""}, "thu-tien"),
    ({"thu_tien": "hai mươi"}, "thu-tien"),
    ({"thu_tien": "9" * 17}, "thu-tien"),
    ({"thu_khoan": ""}, "thu-khoan"),
    ({"thu_cach": "transfer"}, "thu-so"),
    ({"thu_ngay": "mai"}, "thu-ngay"),
    ({"thu_ngay": "03/03/2026"}, "thu-ngay"),
)


async def test_what_is_wrong_with_a_payment_stands_at_its_field(rest: Rest):
    reference = await filed(rest)
    clerk = await before(rest, reference)
    address, fields = clerk.sent("Thu và lập biên lai")
    for said, field in WRONG:
        typed = {name.replace("_", "-"): [text] for name, text in said.items()}
        await clerk.posts(address, {**fields, **typed})
        assert clerk.page is not None
        assert (clerk.page.status_code, f'href="#f-{field}"' in clerk.page.text) == (422, True), said
    assert await told(rest, reference) == [ASSESSED]


async def test_the_desk_counts_pages_and_assesses_what_the_procedure_does_not_name(rest: Rest):
    reference = await filed(rest)
    clerk = await before(rest, reference)
    await clerk.presses("Xác định mức", xd_khoan="2", xd_so_luong="mười")
    assert "Ghi số trang hoặc số bản" in clerk.text
    await clerk.presses("Xác định mức", xd_khoan="2", xd_so_luong="12, 8")
    await clerk.presses("Xác định mức", xd_khoan="3", xd_tien="150.000")
    assert clerk.page is not None
    assert 'href="#f-xd-can-cu"' in clerk.page.text
    await clerk.presses("Xác định mức", xd_can_cu="Quyết định 12/QĐ-SVHTTDL")
    assert await told(rest, reference) == [
        ASSESSED,
        ("fee_assessed", 2, 40_000),
        ("fee_assessed", 3, 150_000),
    ]


async def test_a_head_exempts_cancels_and_gives_back_and_the_desk_has_no_control_for_it(rest: Rest):
    reference = await filed(rest)
    head = await before(rest, reference, HEAD)
    await head.presses("Miễn, giảm", mg_khoan="1", mg_tien="5.000")
    assert head.page is not None
    assert 'href="#f-mg-can-cu"' in head.page.text
    await head.presses("Miễn, giảm", mg_can_cu="Điều 4 Nghị quyết 12")
    clerk = await before(rest, reference)
    assert clerk.page is not None
    assert [word in clerk.page.text for word in ("/mien-giam", "/huy", "/hoan-tra")] == [False] * 3
    await clerk.presses("Thu và lập biên lai")
    await head.goes(f"/noi-bo/ho-so/{reference}/phi")
    assert '/thu"' not in head.page.text
    paid = head.form("Hủy khoản thu")[0]
    (row,) = await rest.world.db.rows(
        "select p.id::text from payment p join dossier d on d.id = p.dossier_id where d.reference = $1",
        [reference],
    )
    assert paid.fields.get("huy-khoan") is None
    await head.presses("Ghi hoàn trả", ht_khoan=row.id, ht_tien="1.000", ht_ly_do="Thu thừa")
    await head.presses("Ghi hoàn trả", ht_khoan=row.id, ht_ly_do="Hồ sơ không thuộc diện thu")
    assert await told(rest, reference) == [
        ASSESSED,
        ("fee_exempted", 1, 5_000),
        ("payment_recorded", 1, 15_000),
        ("payment_refunded", 1, 1_000),
        ("payment_refunded", 1, 14_000),
    ]


async def test_a_payment_that_was_recorded_wrongly_is_cancelled_with_its_reason(rest: Rest):
    reference = await filed(rest)
    clerk = await before(rest, reference)
    await clerk.presses("Thu và lập biên lai")
    head = await before(rest, reference, HEAD)
    await head.presses("Hủy khoản thu", huy_ly_do="Ghi nhầm hồ sơ")
    assert "Chọn khoản đã thu." in head.text
    (row,) = await rest.world.db.rows(
        "select p.id::text from payment p join dossier d on d.id = p.dossier_id where d.reference = $1",
        [reference],
    )
    await head.presses("Hủy khoản thu", huy_khoan=row.id, huy_ly_do="")
    assert head.page is not None
    assert 'href="#f-huy-ly-do"' in head.page.text
    await head.presses("Hủy khoản thu", huy_khoan=row.id, huy_ly_do="Ghi nhầm hồ sơ")
    assert "Đã hủy: Ghi nhầm hồ sơ" in head.text
    assert (await told(rest, reference))[-1] == ("payment_cancelled", 1, 20_000)


async def test_who_only_reads_the_dossier_reads_its_fees_and_can_take_nothing(rest: Rest):
    reference = await filed(rest)
    specialist = await before(rest, reference, SPECIALIST)
    assert specialist.page is not None
    assert (specialist.page.status_code, 'class="act"' in specialist.page.text) == (200, False)
    assert "NQ 12/2025/NQ-HĐND" in specialist.text
    clerk = await before(rest, reference)
    address, fields = clerk.sent("Thu và lập biên lai")
    await specialist.posts(address, fields)
    assert specialist.page.status_code == 403
    assert await told(rest, reference) == [ASSESSED]


async def test_who_is_represented_reads_what_is_open_and_only_who_filed_pays(rest: Rest):
    rest.clock.turn("2026-03-02 08:00")
    applicant = {"kind": "person", "name": "Người được nộp thay", "identifier": "000000000077"}
    filer = {"authorised_name": "Người nộp 2", "authorised_identifier": "000000000002"}
    filer |= {"authorisation_paper": charging.AUTHORISATION}
    said = {
        **charging.FILING,
        "channel": "online",
        "components": [charging.AUTHORISATION],
        "applicant": {**applicant, **filer},
    }
    reference = (await rest.files(STRANGER, **said, case="by_another"))["reference"]
    async with rest.world.db.transaction() as tx:
        identity = await identities.link(
            tx, CITIZEN, "tinh", "https://cong.example.vn", "77", how="first-sign-in", at=rest.clock.at
        )
    await identities.identified(rest.world.db, identity, "000000000077")
    ways = ("Cách nộp", "Gửi chứng từ đã nộp tiền")
    for who, offered in ((STRANGER, ways), (CITIZEN, ())):
        person = await (await Visitor.applicant(rest, who)).goes(f"/ho-so/{reference}/nghia-vu")
        assert "Còn phải nộp 20.000 đồng" in person.text
        assert tuple(each for each in ways if each in person.text) == offered
