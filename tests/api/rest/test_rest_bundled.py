"""Bundled procedures walked over REST from filing to hand-over, with the dates of their own law."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from hoso_models import DOSSIER_PARTS, postgres
from hoso_models.storage import database
from hoso_workflows import audit
from hoso_workflows.monitoring import lapsed_terms
from hoso_workflows.organisation import units
from support import databases
from support import world as worlds
from support.api_client import CLERK, FILING, Rest
from support.procedures import law
from support.procedures.law import Walk
from support.world import DEPARTMENT, DESK, OTHER, PROVINCE, instant, person

COPY, LOST, PERMIT, MINERALS = "2.000815", "138-2025-QD-UBND-17", "1.013225", "2916-QD-UBND"
#: Who receives, handles and decides.
COMPETENT = {
    COPY: (DESK, DEPARTMENT, DEPARTMENT),
    LOST: (DESK, DEPARTMENT, OTHER),
    PERMIT: (DESK, DEPARTMENT, DEPARTMENT),
    MINERALS: (DESK, DEPARTMENT, PROVINCE),
}
TEMPLATE = "world_of_the_bundled"


@pytest.fixture(scope="module")
def bundled_url(server: postgres.Server) -> Iterator[str]:
    worlds.ensure(server)
    databases.ensure_template(server, TEMPLATE, _establish, base=worlds.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url


async def _establish(url: str) -> None:
    async with database.connect(url) as db:
        async with db.transaction() as tx:
            for procedure, competent in COMPETENT.items():
                for part, unit in zip(DOSSIER_PARTS, competent, strict=True):
                    units.competence(tx, procedure, unit, part, worlds.SINCE, basis="Quyết định công bố")
        for procedure in COMPETENT:
            await worlds.publish_bundled(db, procedure)


@pytest.fixture
async def bundled(bundled_url: str) -> AsyncIterator[Rest]:
    async with law.opened(bundled_url) as rest:
        yield rest


async def filed(rest: Rest, at: str, **said: Any) -> Walk:
    rest.clock.turn(at)
    request = {**FILING, **said}
    return Walk(rest, await rest.done("/v1/dossiers", CLERK, request))


async def found(walk: Walk, *names: str) -> tuple[Any, ...]:
    dossier = await walk.reads()
    return tuple(dossier[name] for name in names)


async def sound(walk: Walk) -> list[str]:
    return [str(each) async for each in audit.differences(walk.rest.world.service, walk.reference)]


async def test_a_certified_copy_is_handed_over_on_the_day_on_which_it_was_asked_for(bundled: Rest) -> None:
    asked = {"giay_to": "Bằng tốt nghiệp", "so_trang": 1, "so_ban": 2}
    said = {"procedure": COPY, "case": "default", "form": asked, "components": ["TP01", "TP02"]}
    walk = await filed(bundled, "2026-03-02 14:30", **said)
    await walk.does("acceptance", "2026-03-02 15:00")
    assert await found(walk, "due_legal") == ("2026-03-02T17:00:00+07:00",)
    await walk.completes("2026-03-02 15:30")
    await walk.completes("2026-03-02 16:00", outcome="Ký")
    await walk.does("handover", "2026-03-02 16:30", receiver="Người nộp 9", mode="counter")
    names = ("status", "verdict", "outcome", "portal_code")
    assert await found(walk, *names) == ("returned", "on_time", "granted", 10)
    assert await sound(walk) == []


async def test_a_copy_that_is_accepted_after_15_o_clock_is_due_on_the_next_working_day(bundled: Rest) -> None:
    asked = {"giay_to": "Hợp đồng", "so_trang": 12, "so_ban": 1}
    said = {"procedure": COPY, "case": "default", "form": asked, "components": ["TP01", "TP02"]}
    walk = await filed(bundled, "2026-03-06 14:50", **said)
    await walk.does("acceptance", "2026-03-06 15:01")
    assert await found(walk, "due_legal") == ("2026-03-09T17:00:00+07:00",)
    receipt = await walk.reads(what="/receipt")
    assert (receipt["term"], receipt["return_at"]) == ("trong ngày", "2026-03-09T17:00:00+07:00")


@pytest.mark.parametrize(
    ("pages", "amounts"),
    [({"quantity": 10}, [4_000, 8_000]), ({"quantities": [300, 12, 1]}, [10_000, 206_000])],
)
async def test_pages_of_a_copy_cost_less_from_the_third_on_and_a_copy_no_more_than_its_most(
    bundled: Rest, pages: dict[str, Any], amounts: list[int]
) -> None:
    asked = {"giay_to": "Hợp đồng", "so_trang": 12, "so_ban": 1}
    said = {"procedure": COPY, "case": "default", "form": asked, "components": ["TP01", "TP02"]}
    walk = await filed(bundled, "2026-03-06 14:50", **said)
    for fee in (1, 2):
        await walk.does("fee-assessment", "2026-03-06 14:55", fee=fee, **pages)
    found = await walk.reads(what="/fees")
    assert ([each["amount"] for each in found["fees"]], found["open"]) == (amounts, sum(amounts))
    counted = [(each["per"], each["after"], each["most"]) for each in found["fees"]]
    assert counted == [("trang", None, 4_000), ("trang", 2, 196_000)]
    assert await sound(walk) == []


async def test_a_lost_certificate_has_two_appointments_and_posting_and_tax_are_not_counted(
    bundled: Rest,
) -> None:
    asked = {"thua_dat": "Thửa 12, tờ 3", "dia_chi_thua_dat": "Ấp 1"}
    said = {"procedure": LOST, "form": asked, "components": ["TP01"]}
    walk = await filed(bundled, "2026-03-02 07:30", **said)
    await walk.does("acceptance", "2026-03-02 08:00")
    assert await found(walk, "due_legal") == ("2026-03-12T17:00:00+07:00",)
    await walk.completes("2026-03-02 10:00")
    await walk.completes("2026-03-04 10:00", outcome="Chưa")
    assert await found(walk, "due_legal") == (None,)
    await walk.completes("2026-03-19 10:00", person("specialist", OTHER))
    await walk.completes("2026-03-20 10:00", person("specialist", OTHER))
    assert await found(walk, "due_legal") == ("2026-03-30T17:00:00+07:00",)
    await walk.completes("2026-03-26 10:00")
    owed = {"reason": "Thông báo của cơ quan thuế", "basis": "QĐ 138/2025 điều 17"}
    await walk.does("obligation", "2026-03-26 11:00", **owed)
    assert await found(walk, "status", "portal_code", "due_legal") == ("financial_obligation", 6, None)
    await walk.does("obligation-met", "2026-04-10 09:00", proof="0001")
    assert await found(walk, "due_first", "due_legal") == (
        "2026-03-12T17:00:00+07:00",
        "2026-04-14T17:00:00+07:00",
    )
    await walk.completes("2026-04-14 16:00")
    await walk.does("handover", "2026-04-15 09:00")
    names = ("status", "verdict", "outcome")
    assert await found(walk, *names) == ("returned", "on_time", "granted")
    kinds = [each["kind"] for each in (await walk.reads())["appointments"]]
    assert (kinds[0], kinds[-1]) == ("accepted", "second")
    assert await sound(walk) == []


async def test_a_building_permit_asks_several_agencies_side_by_side_and_silence_is_consent(
    bundled: Rest,
) -> None:
    asked = {"chu_dau_tu": "Người nộp 9", "dia_diem": "Thửa 9", "dien_tich": 90, "so_tang": 2}
    said = {
        "procedure": PERMIT,
        "case": "lay-y-kien",
        "form": asked,
        "components": ["TP01", "TP02", "TP03"],
    }
    walk = await filed(bundled, "2026-03-02 07:30", **said)
    await walk.does("acceptance", "2026-03-02 08:00")
    await walk.completes("2026-03-02 09:00")
    standing = await walk.completes("2026-03-02 10:00")
    for agency in (OTHER, PROVINCE):
        about = {"unit": agency, "question": "Có ảnh hưởng đến công trình liền kề không?"}
        await walk.does("consultations", "2026-03-02 11:00", person("specialist"), **about)
    steps = {each["step"]: each["id"] for each in standing["tasks"]}
    assert sorted(steps) == ["B4", "Y_kien"]

    # The agencies beside each other: one answers the step, one the act, the third lets its twelve days go by.
    opinion = await bundled.done(f"/v1/user-tasks/{steps['Y_kien']}/completion", person("specialist"))
    assert [each["step"] for each in opinion["tasks"]] == ["B4"]
    other, third = (await walk.reads())["consultations"]
    answer = {"answer": "Không", "agrees": True}
    await walk.does(
        f"consultations/{other['id']}/answer", "2026-03-04 09:00", person("specialist", OTHER), **answer
    )
    assert (await lapsed_terms.sweep(bundled.world.service, at=instant("2026-03-17 07:00"))).silent == 1
    answers = [
        (each["unit"], each["due"], each["outcome"], each["silence"])
        for each in (await walk.reads("2026-03-17 07:00"))["consultations"]
    ]
    assert (third["outcome"], answers) == (
        None,
        [
            (OTHER, "2026-03-16T17:00:00+07:00", "agreed", "consent"),
            (PROVINCE, "2026-03-16T17:00:00+07:00", "consent", "consent"),
        ],
    )
    await walk.completes("2026-03-17 07:30")
    await walk.completes("2026-03-17 08:00", outcome="Đạt")
    await walk.completes("2026-03-17 09:00")
    await walk.completes("2026-03-17 10:00")
    await walk.does("handover", "2026-03-18 09:00")
    assert await found(walk, "status", "verdict", "outcome") == ("returned", "on_time", "granted")
    account = await walk.reads(what="/accounting")
    held = [(each["holder"], each["unit"], each["minutes"]) for each in account["parts"]]
    assert (account["minutes"], held) == (
        5430,
        [
            ("consulted", PROVINCE, 4200),
            ("consulted", OTHER, 840),
            ("unit", DEPARTMENT, 300),
            ("unit", DESK, 90),
        ],
    )
    assert await sound(walk) == []


async def test_mineral_exploration_is_supplemented_after_its_council_and_recognised_by_the_province(
    bundled: Rest,
) -> None:
    """The supplement stays within the step that sums the council up: it begins again, and the whole term with it."""
    asked = {
        "to_chuc": "Tổ chức mẫu",
        "khoang_san": "Đá ốp lát",
        "khu_vuc": "Khu 1",
        "chi_phi": 12_000_000_000,
    }
    parts = ["TP01", "TP02", "TP03", "TP04"]
    said = {"procedure": MINERALS, "case": "nhom-1-2", "form": asked, "components": parts}
    walk = await filed(bundled, "2026-03-02 08:00", **said)
    # Thông tư 10/2024/TT-BTC: 55 triệu đến 10 tỷ đồng, thêm 0,3% của 2 tỷ.
    for fee in (2, 3):
        await walk.does("fee-assessment", "2026-03-02 08:10", fee=fee, quantity=12_000)
    assert (await walk.reads(what="/fees"))["open"] == 61_000_000
    await walk.does("acceptance", "2026-03-02 08:30")
    assert await found(walk, "due_legal") == ("2026-05-04T17:00:00+07:00",)
    await walk.completes("2026-03-02 10:00")
    await walk.completes("2026-03-05 09:00")
    standing = await walk.completes("2026-03-20 10:00")
    assert [(each["step"], each["due"]) for each in standing["tasks"]] == [
        ("B5", "2026-03-30T10:00:00+07:00")
    ]
    await walk.does("supplement-request", "2026-03-23 09:00", reason="Hội đồng yêu cầu", items=["TP02"])
    assert await found(walk, "status", "due_legal") == ("awaiting_supplement", None)
    standing = await walk.does("supplement", "2026-03-30 10:00", components=["TP02"])
    assert [(each["step"], each["due"]) for each in standing["tasks"]] == [
        ("B5", "2026-04-07T10:00:00+07:00")
    ]
    # 42 ngày làm việc từ 30/3.
    assert await found(walk, "due_first", "due_legal") == (
        "2026-05-04T17:00:00+07:00",
        "2026-06-01T17:00:00+07:00",
    )
    await walk.completes("2026-04-06 10:00", outcome="Đủ điều kiện công nhận")
    await walk.completes("2026-04-10 10:00")
    await walk.completes("2026-04-14 10:00")
    await walk.completes("2026-04-16 10:00", person("agency_head"), outcome="Trình UBND tỉnh")
    await walk.completes("2026-04-16 15:00")
    await walk.completes("2026-05-05 10:00")
    await walk.does("handover", "2026-05-06 09:00")
    assert await found(walk, "status", "verdict", "outcome") == ("returned", "early", "granted")
    assert await sound(walk) == []
