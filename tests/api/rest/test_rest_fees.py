"""Fees over REST and at the shell: assessed, told, paid, cancelled, and what their rows are worth."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from hoso_models import postgres
from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters import html
from hoso_workflows.letters.template_check import drawn
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import principals
from support.acts_of_law import acts, events, letters, read, refused
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.procedures import charging
from support.world import CITIZEN, DESK, PROVINCE, instant, person

DESK_HEAD = person("head", DESK)
#: The dossiers of all tests are paid by one transfer.
PAID = {"fee": 1, "amount": 25_000, "method": "transfer", "reference": "FT26061000001", "shared": True}


@pytest.fixture(scope="module")
def fees_url(server: postgres.Server) -> Iterator[str]:
    with charging.founded(server) as url:
        yield url


@pytest.fixture
def world_url(fees_url: str) -> str:
    """One world for all: each test has a dossier of its own."""
    return fees_url


async def filed(rest: Rest, case: str = "goes_on", by: Any = CLERK, **said: Any) -> Any:
    rest.clock.turn("2026-03-02 08:00")
    return await rest.files(by, **charging.FILING, case=case, **said)


async def fees(rest: Rest, standing: Any, by: Any = CLERK) -> Any:
    return (await rest.get(f"/v1/dossiers/{standing['reference']}/fees", by)).json()


async def pays(rest: Rest, standing: Any, reference: str, **said: Any) -> tuple[int, list[str]]:
    """Status of a transfer that the desk records, and the fields that are not accepted."""
    body = {"fee": 1, "amount": 5_000, "method": "transfer", "reference": reference, **said}
    answer = await rest.post(f"/v1/dossiers/{standing['reference']}/payments", CLERK, body)
    return answer.status_code, [each["field"] for each in answer.json().get("errors", ())]


async def test_a_transfer_pays_one_dossier_unless_it_is_said_to_pay_several(rest: Rest):
    first, second, third = [await filed(rest) for _ in range(3)]
    rest.clock.turn("2026-03-02 09:00")
    assert await pays(rest, first, "BANK-1") == (200, [])
    for same in ("BANK-1", " BANK-1 "):
        assert await pays(rest, second, same) == (422, ["reference"])
    assert (await fees(rest, second))["payments"] == []
    assert await pays(rest, second, "BANK-2") == (200, [])
    assert await pays(rest, second, "BANK-1", shared=True) == (200, [])
    assert await pays(rest, third, "BANK-1", method="cash") == (200, [])


async def test_of_two_clerks_who_record_one_transfer_at_once_one_does(rest: Rest):
    both = [await filed(rest) for _ in range(2)]
    rest.clock.turn("2026-03-02 09:00")
    done = await asyncio.gather(*(pays(rest, each, "BANK-3") for each in both))
    assert sorted(done) == [(200, []), (422, ["reference"])]
    assert sorted([len((await fees(rest, each))["payments"]) for each in both]) == [0, 1]


async def test_the_number_of_a_cancelled_transfer_is_free_again(rest: Rest):
    first, second = await filed(rest), await filed(rest)
    rest.clock.turn("2026-03-02 09:00")
    assert await pays(rest, first, "BANK-4") == (200, [])
    (payment,) = (await fees(rest, first))["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm hồ sơ"}
    await rest.done(f"/v1/dossiers/{first['reference']}/payment-cancellation", DESK_HEAD, void)
    assert await pays(rest, second, "BANK-4") == (200, [])


async def test_the_fees_of_a_dossier_are_told_alike_to_its_applicant_and_the_desk(rest: Rest):
    standing = await filed(rest, by=CITIZEN, channel="online")
    found = await fees(rest, standing, CITIZEN)
    assert found == await fees(rest, standing)
    assert {key: found[key] for key in ("owed", "paid", "open", "surplus", "payments")} == {
        "owed": 20_000,
        "paid": 0,
        "open": 20_000,
        "surplus": 0,
        "payments": [],
    }
    assert found["fees"] == [
        {
            "number": 1,
            "name": "Lệ phí",
            "amount": 20_000,
            "basis": "NQ 12/2025/NQ-HĐND",
            "due": "reception",
            "quantity": None,
            "per": None,
            "after": None,
            "most": None,
            "assessed_at": "2026-03-02T08:00:00+07:00",
            "reduction": 0,
            "reduction_basis": None,
            "paid": 0,
            "open": 20_000,
            "surplus": 0,
        },
        {
            "number": 2,
            "name": "Phí sao chụp",
            "amount": 2_000,
            "basis": None,
            "due": "return",
            "quantity": None,
            "per": "trang",
            "after": None,
            "most": None,
            "assessed_at": None,
            "reduction": 0,
            "reduction_basis": None,
            "paid": 0,
            "open": 0,
            "surplus": 0,
        },
        {
            "number": 3,
            "name": "Phí thẩm định",
            "amount": None,
            "basis": None,
            "due": "reception",
            "quantity": None,
            "per": None,
            "after": None,
            "most": None,
            "assessed_at": None,
            "reduction": 0,
            "reduction_basis": None,
            "paid": 0,
            "open": 0,
            "surplus": 0,
        },
    ]
    told = [each for each in await events(rest, standing, CITIZEN) if each["kind"] == "fee_assessed"]
    assert [(each["by"], each["payload"]["amount"]) for each in told] == [("system", 20_000)]
    assert (await read(rest, standing, CITIZEN))["fees_open"] == 20_000


async def test_a_transfer_is_recorded_with_a_receipt_and_its_surplus_is_told(rest: Rest):
    standing = await filed(rest)
    standing = await acts(rest, standing, "payments", CLERK, "2026-03-02 09:00", **PAID)
    found = await fees(rest, standing)
    (payment,) = found["payments"]
    assert (found["open"], found["surplus"], payment["amount"]) == (0, 5_000, 25_000)
    assert await letters(rest, standing) == ["receipt_of_payment"]
    path = f"/v1/dossiers/{standing['reference']}/letters"
    (letter,) = (await rest.get(path, CLERK)).json()["items"]
    assert letter["series"] == payment["receipt"]
    page = (await rest.get(f"{path}/{letter['id']}.html", CLERK)).text
    assert [text in page for text in ("25.000", "Lệ phí", "Chuyển khoản FT26061000001")] == [True] * 3


async def test_a_head_cancels_what_the_desk_has_recorded_wrongly(rest: Rest):
    standing = await filed(rest)
    await acts(rest, standing, "payments", CLERK, "2026-03-02 09:00", **PAID)
    (payment,) = (await fees(rest, standing))["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm hồ sơ"}
    theirs = await refused(rest, standing, "payment-cancellation", CLERK, "2026-03-02 10:00", **void)
    assert theirs["type"] == "urn:hoso:problem:forbidden"
    await acts(rest, standing, "payment-cancellation", HEAD, "2026-03-02 10:00", **void)
    found = await fees(rest, standing)
    assert (found["open"], found["payments"][0]["cancelled_for"]) == (20_000, "Ghi nhầm hồ sơ")
    assert (await read(rest, standing))["fees_open"] == 20_000


async def test_what_was_paid_too_much_is_listed_until_it_is_owed_or_the_payment_is_cancelled(rest: Rest):
    standing = await filed(rest)
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 08:30", fee=2, quantity=5)
    pages = {"fee": 2, "amount": 14_000, "method": "transfer", "reference": "FT26061000002"}
    for at, paid in (("2026-03-02 09:00", PAID), ("2026-03-02 09:01", pages)):
        assert await surpluses(rest, standing) == ([] if paid is PAID else [(1, 20_000, 25_000, 5_000)])
        await acts(rest, standing, "payments", CLERK, at, **paid)
    assert await surpluses(rest, standing) == [(1, 20_000, 25_000, 5_000), (2, 10_000, 14_000, 4_000)]
    (payment, _) = (await fees(rest, standing))["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm hồ sơ"}
    await acts(rest, standing, "payment-cancellation", HEAD, "2026-03-02 10:00", **void)
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 10:01", fee=2, quantity=6)
    assert await surpluses(rest, standing) == [(2, 12_000, 14_000, 2_000)]
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 10:02", fee=2, quantity=7)
    assert await surpluses(rest, standing) == []


async def surpluses(rest: Rest, standing: Any) -> list[tuple[int, ...]]:
    """Fee, owed, paid and surplus of each line about a dossier."""
    items = (await rest.get(f"/v1/fees/surpluses?unit={DESK}&limit=200", CLERK)).json()["items"]
    lines = [each for each in items if each["dossier"]["reference"] == standing["reference"]]
    return [tuple(each[name] for name in ("fee", "owed", "paid", "surplus")) for each in lines]


async def test_what_was_paid_too_much_is_listed_for_those_who_answer_for_the_receiving_unit(rest: Rest):
    standing = await filed(rest, by=CITIZEN, channel="online")
    await acts(rest, standing, "payments", CLERK, "2026-03-02 09:00", **PAID)
    path = f"/v1/fees/surpluses?limit=200&unit={DESK}"
    asked = {who: await rest.get(path, who) for who in (CLERK, DESK_HEAD, SPECIALIST, CITIZEN)}
    assert [answer.status_code for answer in asked.values()] == [200, 200, 403, 403]
    theirs = [
        each
        for each in asked[DESK_HEAD].json()["items"]
        if each["dossier"]["reference"] == standing["reference"]
    ]
    assert theirs == [
        {
            "unit": DESK,
            "fee": 1,
            "name": "Lệ phí",
            "owed": 20_000,
            "paid": 25_000,
            "surplus": 5_000,
            "dossier": {
                "reference": standing["reference"],
                "code": None,
                "procedure": charging.CODE,
                "procedure_name": theirs[0]["dossier"]["procedure_name"],
                "status": "filed",
                "filed_at": "2026-03-02T08:00:00+07:00",
            },
        }
    ]
    assert (await rest.get("/v1/fees/surpluses", CITIZEN)).json()["items"] == []


async def test_the_receipt_of_a_cancelled_payment_says_that_it_is_void(rest: Rest):
    standing = await filed(rest)
    await acts(rest, standing, "payments", CLERK, "2026-03-02 09:00", **PAID)
    path = f"/v1/dossiers/{standing['reference']}/letters"
    (letter,) = (await rest.get(path, CLERK)).json()["items"]
    address, check = f"{path}/{letter['id']}", f"/v1/public/letters/{letter['id']}"
    (payment,) = (await fees(rest, standing))["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm hồ sơ"}
    await acts(rest, standing, "payment-cancellation", HEAD, "2026-03-02 10:00", **void)
    at = "2026-03-02T10:00:00+07:00"
    (listed,) = (await rest.get(path, CLERK)).json()["items"]
    assert (letter["cancelled_at"], listed) == (None, {**letter, "cancelled_at": at})
    assert (await rest.get(check)).json()["cancelled_at"] == at
    page = html.text((await rest.get(f"{address}.html", CLERK)).text)
    pdf = drawn.text((await rest.get(f"{address}.pdf", CLERK)).content)
    for words in (
        "ĐÃ HỦY",
        "Không còn giá trị từ: 10 giờ 00 phút, ngày 02/03/2026",
        "Lý do hủy: Ghi nhầm hồ sơ",
    ):
        assert [drawn.joined(words) in drawn.joined(said) for said in (page, pdf)] == [True, True]
    confirmed = (await rest.client.get(f"/kiem-chung/{letter['id']}")).text
    assert "không còn giá trị từ 10:00, thứ Hai 02/03/2026" in confirmed


async def test_a_head_gives_back_and_the_receipt_and_the_open_fees_tell_it(rest: Rest):
    standing = await filed(rest)
    await acts(rest, standing, "payments", CLERK, "2026-03-02 09:00", **PAID)
    (payment,) = (await fees(rest, standing))["payments"]
    said = {"payment": payment["id"], "amount": 7_000, "reason": "Nộp thừa", "reference": "FT26062000001"}
    asked = await rest.post(f"/v1/dossiers/{standing['reference']}/refunds", CLERK, said)
    assert asked.status_code == 403
    await acts(rest, standing, "refunds", DESK_HEAD, "2026-03-03 10:00", **said)
    found = await fees(rest, standing)
    assert {name: found[name] for name in ("paid", "open", "surplus")} == {
        "paid": 18_000,
        "open": 2_000,
        "surplus": 0,
    }
    ((back,),) = [each["refunds"] for each in found["payments"]]
    assert (found["payments"][0]["left"], back) == (
        18_000,
        {
            "id": back["id"],
            "amount": 7_000,
            "method": "transfer",
            "reference": "FT26062000001",
            "reason": "Nộp thừa",
            "refunded_at": "2026-03-03T10:00:00+07:00",
        },
    )
    path = f"/v1/dossiers/{standing['reference']}/letters"
    listed = (await rest.get(path, CLERK)).json()["items"]
    (receipt,) = [each for each in listed if each["form"] == "receipt_of_payment"]
    page = (await rest.get(f"{path}/{receipt['id']}.html", CLERK)).text
    assert "Đã hoàn trả: 7.000 đồng, ngày 03/03/2026" in page
    assert [each.what async for each in audit.differences(rest.world.service, standing["reference"])] == []
    dossier = await rest.world.one("select id from dossier where reference = $1", standing["reference"])
    await rest.world.changed("update refund set amount = 1 where dossier_id = $1", dossier)
    wrong = [each.what async for each in audit.differences(rest.world.service, standing["reference"])]
    assert [each.split()[0] for each in wrong] == ["refunds"]
    await audit.rebuild(rest.world.service, standing["reference"])
    assert [each.what async for each in audit.differences(rest.world.service, standing["reference"])] == []


async def test_open_fees_stop_the_acceptance_until_they_are_paid_or_exempted(rest: Rest):
    standing = await filed(rest, "stops")
    told = await refused(rest, standing, "acceptance", CLERK, "2026-03-02 09:00")
    assert (told["type"], told["detail"]) == (
        "urn:hoso:problem:fees-open",
        "Not paid or not assessed: Lệ phí.",
    )
    free = {"fee": 1, "basis": "Luật phí và lệ phí điều 10"}
    await acts(rest, standing, "fee-exemption", HEAD, "2026-03-02 10:00", **free)
    standing = await acts(rest, standing, "acceptance", CLERK, "2026-03-02 10:01")
    assert (await read(rest, standing))["status"] == "in_process"


async def test_pages_are_counted_and_a_published_amount_is_not_changed(rest: Rest):
    standing = await filed(rest)
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 09:00", fee=2, quantity=5)
    wrong = await refused(rest, standing, "fee-assessment", CLERK, "2026-03-02 09:01", fee=1, amount=1)
    assert [error["field"] for error in wrong["errors"]] == ["amount"]
    found = await fees(rest, standing)
    counted = {name: found["fees"][1][name] for name in ("amount", "quantity", "per")}
    assert (counted, found["owed"]) == ({"amount": 10_000, "quantity": 5, "per": "trang"}, 30_000)


async def test_an_altered_fee_or_payment_is_found_and_mended(rest: Rest):
    standing = await filed(rest)
    await acts(rest, standing, "payments", CLERK, "2026-03-02 09:00", **PAID)
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 09:01", fee=2, quantity=5)
    dossier = await rest.world.one("select id from dossier where reference = $1", standing["reference"])
    for statement in (
        "update payment set amount = 20000, receipt_number = receipt_number + 1 where dossier_id = $1",
        "update fee set amount = 1, assessed_at = null, surplus = 3 where dossier_id = $1 and number = 2",
        (
            "insert into payment select gen_random_uuid(), dossier_id, fee_number, amount, method, 'FT2', paid_at,"
            " recorded_by, recorded_at, receipt_unit, receipt_year, 99 from payment where dossier_id = $1"
        ),
    ):
        await rest.world.changed(statement, dossier)
    found = [each.what async for each in audit.differences(rest.world.service, standing["reference"])]
    named = sorted({" ".join((each.split()[0], each.split()[-1])) for each in found})
    assert [each for each in named if "payments " not in each or each.split()[1].islower()] == named
    assert {each.split()[0] for each in found} == {"fees", "payments"}
    assert {each.split()[2] for each in found if len(each.split()) > 2} == {
        *("amount", "assessed_at", "receipt_number", "surplus"),
    }
    assert len(found) == 6
    with pytest.raises(errors.EventMissing, match=r"payment .* \(a payment was recorded\)"):
        await audit.rebuild(rest.world.service, standing["reference"])
    asked = {"reason": "Ghi tay", "actor": CLERK, "at": instant("2026-03-03 08:00")}
    assert len(await audit.take_traces_away(rest.world.service, standing["reference"], **asked)) == 1
    await audit.rebuild(rest.world.service, standing["reference"])
    assert [each async for each in audit.differences(rest.world.service)] == []


async def test_an_account_whose_events_were_erased_is_gone_on_with(rest: Rest):
    standing = await filed(rest)
    await acts(rest, standing, "payments", CLERK, "2026-03-02 09:00", **PAID)
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 09:30", fee=2, quantity=4)
    await acts(rest, standing, "fee-exemption", HEAD, "2026-03-02 09:40", fee=2, basis="Luật", amount=1_000)
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 09:50", fee=2, quantity=5)
    (payment,) = (await fees(rest, standing))["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm"}
    await acts(rest, standing, "payment-cancellation", HEAD, "2026-03-02 10:00", **void)
    before = await fees(rest, standing)
    await rest.world.one(
        ERASE, person("administrator", PROVINCE), instant("2026-03-03 08:00"), standing["reference"]
    )
    rest.world.service.repository._cache.clear()
    assert await fees(rest, standing) == before
    await acts(rest, standing, "payments", CLERK, "2026-03-03 09:00", **PAID)
    assert (await fees(rest, standing))["surplus"] == 5_000
    assert [str(each) async for each in audit.differences(rest.world.service)] == []


ERASE = """
select dossier_event_erase(d.id, (select array_agg(seq) from dossier_event where dossier_id = d.id), $1, $2, 'Luật A điều 1')
from dossier d where d.reference = $3
"""


async def test_nothing_that_people_wrote_of_fees_is_left_of_an_erased_dossier(rest: Rest):
    standing = await filed(rest)
    wrote = [f"chimbao{number}" for number in range(1, 5)]
    said = {"fee": 3, "amount": 90_000, "basis": wrote[0]}
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 08:10", **said)
    await acts(rest, standing, "payments", CLERK, "2026-03-02 08:20", **{**PAID, "reference": wrote[1]})
    (payment,) = (await fees(rest, standing))["payments"]
    void = {"payment": payment["id"], "reason": wrote[2]}
    await acts(rest, standing, "payment-cancellation", HEAD, "2026-03-02 08:30", **void)
    await acts(rest, standing, "fee-exemption", HEAD, "2026-03-02 08:40", fee=3, basis=wrote[3])
    await acts(rest, standing, "withdrawal", CLERK, "2026-03-02 08:50", reason="Đổi ý")
    assert await found(rest, wrote) == wrote
    before = await fees(rest, standing)
    by = person("administrator", PROVINCE)
    ground = {"reason": "Rút đồng ý", "basis": "Luật A điều 1"}
    await acts(rest, standing, "erasure", by, "2026-03-03 08:00", **ground)
    service = DossierService(rest.world.db)
    erase = commands.Erase(
        await rest.world.one("select list_id from destruction_item"), "Luật A điều 1; QĐ 7"
    )
    await service.perform(
        standing["reference"], erase, actor=principals.SYSTEM, at=instant("2026-03-03 09:00")
    )
    assert await found(rest, wrote) == []
    after = await fees(rest, standing)
    blanked = {"basis": None, "reduction_basis": None}
    assert after["fees"] == [*before["fees"][:2], {**before["fees"][2], **blanked}]
    assert [str(each) async for each in audit.differences(service)] == []


async def found(rest: Rest, texts: list[str]) -> list[str]:
    """Those of the texts that stand in a row about fees, or in an event or message."""
    tables = ("fee", "payment", "dossier_event", "letter", "notice", "outbox")
    rows = [await rest.world.db.rows(f"select t::text from {name} t") for name in tables]  # noqa: S608 - names of our own
    stored = str([each[0] for listed in rows for each in listed])
    return [text for text in texts if text in stored]


async def test_applicants_and_other_officers_neither_assess_nor_record(rest: Rest):
    standing = await filed(rest, by=CITIZEN, channel="online")
    for by in (CITIZEN, SPECIALIST):
        for name, said in (("payments", PAID), ("fee-assessment", {"fee": 2, "quantity": 1})):
            told = await refused(rest, standing, name, by, "2026-03-02 09:00", **said)
            assert told["type"] == "urn:hoso:problem:forbidden"
