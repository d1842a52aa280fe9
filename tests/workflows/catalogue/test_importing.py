"""A province's whole catalogue from one file: all or nothing, once, what differs as new versions, nothing deleted; and searched."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date

import pytest

from hoso_models import migrations, postgres
from hoso_models.storage import database
from hoso_workflows import errors
from hoso_workflows.catalogue import checking, exchange, importing, reads, refusals, storage
from hoso_workflows.catalogue.exchange import FileForm
from hoso_workflows.catalogue.reads import Filters
from hoso_workflows.catalogue.values import Content, Publication
from hoso_workflows.dossiers.service import DossierService
from support import world
from support.catalogue_entries import asked, entries, kept
from support.world import DEPARTMENT, OTHER, World, person

#: Of what is made up, what holds on that day: districts are no more.
DAY = date(2026, 3, 2)
ROWS: Sequence[tuple[str, Content, Publication]] = tuple(entries())
FILE = exchange.write(ROWS, FileForm.CSV)


@pytest.fixture(scope="module")
def filled_url(server: postgres.Server) -> Iterator[str]:
    with world.founded(server) as url:
        yield url


@pytest.fixture
async def filled(filled_url: str) -> AsyncIterator[World]:
    """A world with the whole catalogue, which the tests of this module share."""
    async with database.connect(filled_url) as db:
        found = World(DossierService(db))
        await kept(found)
        if not await found.one("select count(*) from procedure_entry_version"):
            plan = await importing.foresee(db, FILE, "danh-muc.csv", asked())
            assert (plan.findings, len(plan.new), plan.changed, plan.missing) == ((), 2_000, (), ())
            await importing.bring_in(db, FILE, "danh-muc.csv", asked(), digest=plan.digest)
        yield found


async def test_a_whole_catalogue_comes_in_once_and_goes_out_as_it_came(filled: World) -> None:
    again = await importing.bring_in(filled.db, FILE, "danh-muc.csv", asked())
    assert (again.new, again.changed, again.unchanged) == ((), (), 2_000)
    assert await filled.one("select count(*) from procedure_entry_version") == 2_000
    assert await importing.export(filled.db, FileForm.CSV) == FILE
    assert exchange.read(await importing.export(filled.db, FileForm.JSON), "a").lines == tuple(
        exchange.Line(number, *row) for number, row in enumerate(ROWS, start=1)
    )
    assert (
        await filled.one("select count(*) from administration_event where kind = 'catalogue_imported'") == 1
    )
    topics = await filled.db.rows("select topic, count(*)::int as n from outbox group by topic")
    assert [tuple(row) for row in topics] == [("unit.catalogue_imported", 3)]


async def test_what_differs_is_a_new_version_and_what_is_missing_is_told_and_stays(filled: World) -> None:
    (code, content, said), *others = ROWS[:4]
    renamed = content.model_copy(update={"result": "Giấy phép điện tử"})
    later = said.model_copy(update={"decision_no": "9/QĐ-UBND"})
    data = exchange.write([(code, renamed, later), *others[:2]], FileForm.JSON)
    plan = await importing.foresee(filled.db, data, "a.json", asked())
    assert [(each.code, [one.field for one in each.changes]) for each in plan.changed] == [(code, ["result"])]
    assert (plan.unchanged, ROWS[3][0] in plan.missing, code in plan.missing) == (2, True, False)
    await importing.bring_in(filled.db, data, "a.json", asked())
    newest, first = await storage.versions(filled.db, code)
    assert (newest.content, newest.number, first.content) == (renamed, 2, content)
    with pytest.raises(refusals.ImportChanged):
        await importing.bring_in(filled.db, FILE, "a.csv", asked(), digest=plan.digest)
    back = said.model_copy(update={"decision_no": "10/QĐ-UBND"})
    await importing.bring_in(
        filled.db, exchange.write([(code, content, back)], FileForm.XLSX), "a.xlsx", asked()
    )


async def test_a_file_with_a_finding_changes_nothing(filled: World) -> None:
    code, content, said = ROWS[0]
    foreign = content.model_copy(update={"authority": "H99", "level": "district"})
    late = said.model_copy(update={"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)})
    rows = [("8.9", content, said), (code, foreign, late), ("8.9", content, said)]
    before = await filled.one("select count(*) from procedure_entry_version")
    data = exchange.write(rows, FileForm.CSV)
    plan = await importing.foresee(filled.db, data, "a.csv", asked())
    assert [(each.line, each.column, each.field) for each in plan.findings] == [
        (3, "C", "authority"),
        (3, "D", "level"),
        (3, "Z", "valid_to"),
        (4, "A", "code"),
    ]
    with pytest.raises(errors.FormRefused):
        await importing.bring_in(filled.db, data, "a.csv", asked())
    with pytest.raises(errors.Forbidden):
        await importing.foresee(filled.db, data, "a.csv", asked(person("procedure_declarer")))
    assert await filled.one("select count(*) from procedure_entry_version") == before


async def test_words_are_found_without_accents_and_with_exactly_these_first(filled: World) -> None:
    plain = await reads.search(filled.db, "cap lai giay chung nhan", day=DAY, limit=200)
    marked = await reads.search(filled.db, "Cấp lại giấy chứng nhận", day=DAY, limit=200)
    assert plain.items
    assert {each.code for each in plain.items} == {each.code for each in marked.items}
    assert all("ấp lại giấy chứng nhận" in each.name for each in plain.items)
    beginnings = await reads.search(filled.db, "dat da", Filters(field="Đất đai"), day=DAY)
    assert beginnings.items
    (by_code,) = (await reads.search(filled.db, ROWS[0][0], day=DAY)).items
    assert by_code.code == ROWS[0][0]
    assert (await reads.search(filled.db, "' & :*", day=DAY)).items == ()


async def test_a_search_is_paged_filtered_and_counted(filled: World) -> None:
    filters = Filters(level="province", authority=DEPARTMENT)
    found: list[str] = []
    after = None
    while True:
        page = await reads.search(filled.db, "giay", filters, day=DAY, limit=50, after=after)
        found += [each.code for each in page.items]
        after = page.after
        if after is None:
            break
    counts = await reads.counts(filled.db, "giay", filters, day=DAY)
    assert (len(found), len(set(found))) == (counts.total, counts.total)
    assert (dict(counts.levels), dict(counts.authorities), dict(counts.service_levels)) == (
        {"province": counts.total},
        {DEPARTMENT: counts.total},
        {"": counts.total},
    )
    everything = await reads.counts(filled.db, "", day=DAY)
    assert everything.total == sum(1 for _, content, _ in ROWS if content.level != "district")
    assert everything.incomplete == len(
        [each for each in await reads.published(filled.db, DAY) if each.missing]
    )
    for audience, words in (("citizen", "á nhân"), ("organisation", "ổ chức")):
        said = {code for code, content, _ in ROWS if words in (content.applicants or "")}
        named = await reads.search(filled.db, "", Filters(audience=audience), day=DAY, limit=None)
        assert {each.code for each in named.items} == said & {
            each.code for each in await reads.published(filled.db, DAY)
        }
        assert everything.audiences[audience] == len(named.items) > 0
    missing = await reads.search(filled.db, "", Filters(missing="g"), day=DAY, limit=5)
    assert [each.missing for each in missing.items if "g" not in each.missing] == []


async def test_entries_from_before_are_for_whom_they_say(filled: World) -> None:
    said = "select procedure_code, number, audiences from procedure_entry_search order by 1, 2"
    before = [tuple(row) for row in await filled.db.rows(said)]
    _, _, filling = migrations.script("0068_audiences.sql").partition("not null;")
    await filled.changed("update procedure_entry_search set audiences = '{}'")
    await filled.changed(filling.strip().rstrip(";"))
    assert [tuple(row) for row in await filled.db.rows(said)] == before


async def test_what_is_not_published_and_how_late_entries_came_is_told(filled: World) -> None:
    found = await checking.check(filled.db, filled.service.reference_data, DAY, authority=OTHER)
    lacking = {
        code: content.missing
        for code, content, _ in ROWS
        if content.authority == OTHER and content.level != "district"
    }
    assert {each.code: each.missing for each in found} == {
        code: letters for code, letters in lacking.items() if letters
    }
    assert set(checking.by_item(found)) == {"g", "i"}
    figures = await checking.lag_figures(filled.db, authority=OTHER)
    page = await checking.lags(filled.db, authority=OTHER, limit=200)
    assert figures.entered >= len(page.items) > 0
    assert figures.largest == max((DAY - each.publication.published_at.date()).days for each in _of(OTHER))
    with pytest.raises(errors.NotFound):
        await reads.entry(filled.db, "8.0", DAY)


def _of(unit: str) -> list[exchange.Line]:
    return [exchange.Line(1, *row) for row in ROWS if row[1].authority == unit]
