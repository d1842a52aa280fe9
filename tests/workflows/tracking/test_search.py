"""Search of dossiers: by name, number and filter, within what a reader may see, the newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from hoso_models import DossierStatus
from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Applicant
from hoso_workflows.tracking import search, search_sql
from hoso_workflows.tracking.search import ApplicantFilter, Asked, DossierFilter
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, STRANGER, World, instant, person

# What a test files bears names of its own.
pytestmark = pytest.mark.world("shared")

NOON = instant("2026-03-04 12:00")
CLERK, SPECIALIST, ELSEWHERE = person("reception", DESK), person("specialist"), person("specialist", OTHER)
NAMES = ("Nguyễn Văn Ánh", "NGUYỄN  THỊ-ÁNH", "Trần Văn Đức", "Công ty Ánh Dương")


async def filed(world: World, name: str, at: str = "2026-03-02 08:00", **said: Any) -> Outcome:
    """A dossier of somebody."""
    number = {"identifier": said.pop("identifier", None), "phone": said.pop("phone", None)}
    return await world.files(at, applicant=Applicant(name, **number), **said)


async def found(
    world: World, reader: UUID = CLERK, *, limit: int = 50, after: str | None = None, **said: Any
) -> list[str]:
    """The references that a search finds, in its order."""
    return [each["reference"] for each in (await page(world, reader, limit, after, **said)).items]


async def page(world: World, reader: UUID, limit: int = 50, after: str | None = None, **said: Any) -> Any:
    applicant = {key: said.pop(key) for key in ("key", "name", "identifier", "phone") if key in said}
    asked = Asked(reader, NOON, limit=limit, after=after)
    return await search.search(
        world.db, ApplicantFilter(**applicant), DossierFilter(**said), "Hỏi tại quầy", asked
    )


async def listed(world: World, reader: UUID, limit: int = 50, after: str | None = None, **said: Any) -> Any:
    return await search.listed(world.db, DossierFilter(**said), Asked(reader, NOON, limit=limit, after=after))


async def test_a_name_is_found_by_its_words_in_any_order_and_spelling(world: World) -> None:
    dossiers = [await filed(world, name, f"2026-03-02 08:0{n}") for n, name in enumerate(NAMES)]
    first, second, third, company = [each.reference for each in dossiers]
    assert await found(world, name="anh nguyen") == [second, first]
    assert await found(world, name="Nguyễn Thị Ánh") == [second]
    assert await found(world, name="ĐỨC") == [third]
    assert await found(world, name="ánh") == [company, second, first]
    assert await found(world, name="anh duong duc") == []
    # A word is a word, not the beginning of one.
    assert await found(world, name="du") == []
    (one,) = (await page(world, CLERK, name="anh duong")).items
    assert one == {
        "reference": company,
        "code": None,
        "status": "filed",
        "verdict": None,
        "procedure": {"code": "1.014464", "name": one["procedure"]["name"]},
        "applicant": {"kind": "person", "name": "Công ty Ánh Dương"},
        "units": {"receiving": DESK, "handling": DEPARTMENT, "deciding": PROVINCE},
        "filed_at": "2026-03-02T08:03:00+07:00",
        "accepted_at": None,
        "due_legal": None,
        "due_promised": None,
        "late_since": None,
        "result_ready_at": None,
    }


async def test_numbers_of_an_applicant_and_of_a_dossier_find_exactly_theirs(world: World) -> None:
    one = await filed(world, "Lý Thu", identifier="000000000071", phone="0912 345 671")
    other = await filed(world, "Lý Thu", identifier="000000000072", phone="+84 912-345-672")
    assert await found(world, identifier=" 0000 0000 0071 ") == [one.reference]
    assert await found(world, phone="+84912345671") == [one.reference]
    assert await found(world, phone="0912345672") == [other.reference]
    assert await found(world, identifier="000000000071", name="ly", phone="0912345671") == [one.reference]
    assert await found(world, identifier="000000000071", name="tran") == []
    accepted = await world.accepts(one)
    assert await found(world, key=accepted.body["code"]) == [one.reference]
    assert await found(world, key=one.reference) == [one.reference]
    assert await found(world, key="H27.PVHCC-260302-9999") == []


async def test_each_finds_what_is_theirs_to_read_and_nothing_else(world: World) -> None:
    theirs = await filed(world, "Uông Chỉ Có Một")
    readers = (CLERK, SPECIALIST, person("provincial_leader", PROVINCE), person("division_head"))
    assert [await found(world, each, name="uong chi co") for each in readers] == [[theirs.reference]] * 4
    assert await found(world, ELSEWHERE, name="uong chi co") == []
    assert await found(world, ELSEWHERE, key=theirs.reference) == []
    for nobody in (CITIZEN, STRANGER, person("administrator", PROVINCE)):
        with pytest.raises(errors.Forbidden):
            await found(world, nobody, name="uong chi co")
    with pytest.raises(errors.Forbidden):
        await found(world, SPECIALIST, name="uong chi co", unit=OTHER)
    with pytest.raises(errors.NotFound):
        await found(world, SPECIALIST, name="uong chi co", unit="H99")


async def test_filters_narrow_by_unit_procedure_status_and_day(world: World) -> None:
    early = await filed(world, "Quách Lọc", "2026-03-02 23:59")
    late = await filed(world, "Quách Lọc", "2026-03-03 00:00")
    await world.accepts(late, "2026-03-03 08:00")
    both = [late.reference, early.reference]
    assert await found(world, name="quach loc", procedure="1.014464", unit=DESK) == both
    assert await found(world, name="quach loc", procedure="1.013871") == []
    assert await found(world, name="quach loc", status=DossierStatus.FILED) == [early.reference]
    assert await found(world, name="quach loc", status=DossierStatus.IN_PROCESS) == [late.reference]
    assert await found(world, name="quach loc", filed_until=date(2026, 3, 2)) == [early.reference]
    assert await found(world, name="quach loc", filed_from=date(2026, 3, 3)) == [late.reference]
    without = await listed(world, SPECIALIST, status=DossierStatus.IN_PROCESS, filed_from=date(2026, 3, 3))
    assert late.reference in [each["reference"] for each in without.items]
    assert early.reference not in [each["reference"] for each in without.items]


async def test_an_applicant_lists_their_own_dossiers(world: World) -> None:
    own = Applicant("Người nộp 1", identifier="000000000001")
    one = await world.files(channel="online", applicant=own)
    assert [each["reference"] for each in (await listed(world, CITIZEN)).items] == [one.reference]
    assert (await listed(world, STRANGER)).items == ()
    assert (await listed(world, CITIZEN, status=DossierStatus.RETURNED)).items == ()
    seen = "select count(*) from access_log where act = 'list_dossiers' and principal_id = $1"
    assert await world.one(seen, CITIZEN) == 0


@pytest.mark.parametrize("near", [1, 3, 8_000])
async def test_pages_hold_everything_once_wherever_it_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    """Among the newest, by the index behind them, or some here and some there."""
    monkeypatch.setattr(search_sql, "NEAR", near)
    name = f"Tạ Trang {near}"
    dossiers = [await filed(world, name, f"2026-03-03 09:{n:02}") for n in range(7)]
    await filed(world, "Tạ Trang Khác", "2026-03-03 09:03")
    expected = [each.reference for each in reversed(dossiers)]
    paged, after = list[str](), None
    while True:
        shown = await page(world, SPECIALIST, 2, after, name=name)
        paged += [each["reference"] for each in shown.items]
        after = shown.after
        if after is None:
            break
    assert paged == expected
    of_status = await found(world, SPECIALIST, name=name, status=DossierStatus.FILED)
    assert of_status == expected


async def test_a_search_for_a_person_says_why_and_leaves_no_name_behind(world: World) -> None:
    await filed(world, "Khuất Vì Sao", identifier="000000000091")
    bare = Asked(CLERK, NOON)
    for personal in ({"name": "khuat"}, {"identifier": "000000000091"}, {"phone": "0912345678"}):
        with pytest.raises(search.ReasonNeeded):
            await search.search(world.db, ApplicantFilter(**personal), DossierFilter(), " ", bare)
    await search.search(world.db, ApplicantFilter(name="khuat vi sao"), DossierFilter(), "Người hỏi", bare)
    (row,) = await world.db.rows(
        "select act, subject, unit_code, fields, reason, count, granted from access_log order by id desc limit 1"
    )
    assert tuple(row) == ("search_dossiers", "name", DESK, "contents", "Người hỏi", 1, True)
    assert await world.one("select count(*) from access_log l where l::text ilike '%khuat%'") == 0


@pytest.mark.parametrize(("given", "field"), [({"name": "?!"}, "name"), ({"phone": "gọi sau"}, "phone")])
async def test_what_names_nobody_is_refused_instead_of_finding_everybody(
    world: World, given: dict[str, str], field: str
) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        await found(world, **given)
    assert [each.field for each in refused.value.faults] == [field]


async def test_a_corrected_name_is_found_and_the_wrong_one_no_more(world: World) -> None:
    before = await filed(world, "Mạc Sai Tên")
    await world.does(before, commands.Rectify("Gõ sai", {"name": "Mạc Đúng Tên"}), CLERK)
    assert await found(world, name="mac sai ten") == []
    assert await found(world, name="mac dung ten") == [before.reference]
    assert [str(each) async for each in audit.differences(world.service, before.reference)] == []


async def test_a_dossier_whose_unit_is_replaced_is_found_by_the_officers_of_the_new_one(world: World) -> None:
    before = await filed(world, "Đàm Chuyển Đi")
    replaced = commands.ReplaceUnit(DEPARTMENT, OTHER, "QĐ sáp nhập", frozenset())
    await world.does(before, replaced, person("administrator", PROVINCE))
    assert await found(world, ELSEWHERE, name="dam chuyen di") == [before.reference]
    assert await found(world, SPECIALIST, name="dam chuyen di") == []
    assert [str(each) async for each in audit.differences(world.service, before.reference)] == []


async def test_what_is_searched_is_rebuilt_from_the_rows_of_a_dossier(world: World) -> None:
    before = await filed(world, "Đàm Dựng Lại")
    of = "(select id from dossier where reference = $1)"
    await world.changed(f"delete from dossier_search where dossier_id = {of}", before.reference)  # noqa: S608 - names of our own
    assert await found(world, name="dam dung lai") == []
    assert await audit.rebuild(world.service, before.reference) == []
    assert await found(world, name="dam dung lai") == [before.reference]


async def test_no_step_of_the_handling_writes_terms(world: World) -> None:
    before = await filed(world, "Hứa Không Ghi")
    mark = (
        "select s.xmin::text from dossier_search s join dossier d on d.id = s.dossier_id where reference = $1"
    )
    written = await world.one(mark, before.reference)
    after = await world.completes(await world.accepts(before))
    await world.completes(after, actor=person("division_head"))
    assert await world.one(mark, before.reference) == written


@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({"identifiers": ["000000000091"]}, "ix_party_identifier"),
        ({"phones": ["0912345678"]}, "ix_party_phone"),
        ({"key": "H27.PVHCC-260302-9999"}, "uq_dossier_code"),
        ({"principal": CITIZEN}, "ix_party_principal_id"),
    ],
)
async def test_what_is_exact_is_read_from_its_index_by_any_plan(
    world: World, given: dict[str, Any], index: str
) -> None:
    """Also by one that was made before it is known for what."""
    terms = search_sql.Terms([DEPARTMENT], **given)
    sql, parameters = search_sql.statement(terms, None, 51)
    async with world.db.transaction() as tx:
        # Few rows are read as a whole, whatever index there is.
        await tx.rows("set local enable_seqscan = off")
        await tx.rows("set local plan_cache_mode = force_generic_plan")
        await tx.rows(f"prepare asked as {sql}")
        plan = await tx.rows(f"explain (costs off) execute asked({', '.join('null' for _ in parameters)})")
    assert [row[0] for row in plan if f" {index}" in row[0]] != []


def walked(plan: Sequence[str]) -> list[str]:
    """The nodes of a plan that read a whole table."""
    return [line for line in plan if re.search(r"Seq Scan on (dossier|dossier_search|party)", line)]


async def test_a_rare_name_is_read_from_its_index_however_many_there_are(world: World) -> None:
    await world.changed(_MANY)
    await world.changed("vacuum analyze dossier_search, dossier, party")
    terms = search_sql.Terms([DEPARTMENT], words=["hiem", "thay"])
    sql, parameters = search_sql.statement(terms, None, 51)
    plan = [
        row[0] for row in await world.db.rows(f"explain (analyze, timing off, costs off) {sql}", parameters)
    ]
    assert walked(plan) == []
    assert [line for line in plan if "ix_dossier_search_terms" in line] != []


_MANY = """
with template as (select * from dossier limit 1), made as (
  insert into dossier (id, reference, procedure_code, workflow_version_id, case_id, status, entry_channel, applicant_id, filed_by,
    receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode, filed_at)
  select gen_random_uuid(), 'M' || n, procedure_code, workflow_version_id, case_id, 'filed', entry_channel, applicant_id, filed_by,
    receiving_unit, handling_unit, deciding_unit, '{}', delivery_mode, filed_at - n * interval '1 minute'
  from template, generate_series(1, 20000) n
  returning id, filed_at, reference, receiving_unit, handling_unit, deciding_unit
)
insert into dossier_search
select id, filed_at, array[receiving_unit, handling_unit, deciding_unit], array['dong', case reference when 'M19999' then 'hiem' else 'nhieu' end]
from made
"""
