"""Entries of the catalogue: drafted by their agency, published by the office, never changed; who is told."""

from datetime import date

import pytest

from hoso_models import PublicationKind
from hoso_models.errors import StorageError
from hoso_workflows import errors
from hoso_workflows.catalogue import drafts, publishing, reads, refusals, storage
from support.catalogue_entries import CODE, DECISION, EDITOR, WHOLE, asked, kept
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, World, person

DECLARER, STRANGER = person("procedure_declarer"), person("procedure_declarer", OTHER)
AMENDED = DECISION.model_copy(
    update={"kind": PublicationKind.AMENDED, "decision_no": "40/QĐ-UBND", "valid_from": date(2026, 4, 1)}
)


async def published(world: World) -> storage.Version:
    await kept(world)
    await drafts.save(world.db, CODE, WHOLE, asked(DECLARER))
    return await publishing.publish(world.db, CODE, DECISION, asked())


async def test_an_agency_drafts_and_the_office_publishes(world: World) -> None:
    await kept(world)
    draft = await drafts.save(world.db, CODE, WHOLE, asked(DECLARER), version=0)
    assert (draft.version, draft.last, draft.missing) == (1, None, ())
    with pytest.raises(errors.Forbidden):
        await publishing.publish(world.db, CODE, DECISION, asked(DECLARER))
    made = await publishing.publish(world.db, CODE, DECISION, asked(), draft_version=1)
    again = await publishing.publish(world.db, CODE, DECISION, asked())
    assert (made, made.number, made.lag_days, made.content) == (again, 1, 3, WHOLE)
    assert "procedure_declarer" in str(made.drafted_by)
    kinds = await world.db.rows(
        "select kind from administration_event where subject = $1 order by number", [CODE]
    )
    assert [row.kind for row in kinds] == ["entry_drafted", "entry_published"]
    assert await drafts.find(world.db, CODE) is None


async def test_a_published_version_never_changes(world: World) -> None:
    await published(world)
    with pytest.raises(StorageError):
        await world.db.one_statement(
            "update procedure_entry_version set name = 'x' where procedure_code = $1", [CODE]
        )


async def test_another_agency_neither_drafts_nor_reads_the_draft(world: World) -> None:
    await drafts.save(world.db, CODE, WHOLE, asked(DECLARER))
    for doing in (
        drafts.save(world.db, CODE, WHOLE, asked(STRANGER)),
        drafts.read(world.db, CODE, asked(STRANGER)),
        drafts.save(world.db, CODE, WHOLE.model_copy(update={"authority": OTHER}), asked(DECLARER)),
    ):
        with pytest.raises(errors.Forbidden):
            await doing
    assert (await drafts.listed(world.db, asked(STRANGER))).items == ()
    changed = WHOLE.model_copy(update={"name": "Khác"})
    with pytest.raises(refusals.DraftStale):
        await drafts.save(world.db, CODE, changed, asked(DECLARER), version=0)


async def test_a_change_is_told_in_words_to_units_and_to_owners_of_open_drafts(world: World) -> None:
    await published(world)
    await world.changed(
        "insert into draft (owner_id, procedure_code, sealed, created_at, updated_at, expires_at)"
        " values ($1, $2, 'x', '2026-03-01', '2026-03-01', '2026-04-15')",
        CITIZEN,
        CODE,
    )
    fewer = WHOLE.model_copy(update={"components": WHOLE.components[:1], "term": "3 ngày làm việc"})
    draft = await drafts.save(world.db, CODE, fewer, asked(DECLARER))
    assert [(each.letter, each.gone, each.came) for each in draft.changes] == [
        ("d", ("Bản vẽ (2 bản sao, nếu có)",), ()),
        ("đ", ("5 ngày làm việc",), ("3 ngày làm việc",)),
    ]
    await publishing.publish(world.db, CODE, AMENDED, asked(at="2026-03-03 09:00"))
    told = await world.db.rows(
        "select topic, recipient_id, payload ->> 'unit' as unit from outbox where topic like '%catalogue%' or topic like 'draft.%' order by id"
    )
    assert [(row.topic, row.unit or row.recipient_id) for row in told] == [
        ("unit.catalogue_changed", DEPARTMENT),
        ("unit.catalogue_changed", DEPARTMENT),
        ("draft.procedure_changed", CITIZEN),
    ]
    assert await world.one("select count(*) from notice where topic = 'draft.procedure_changed'") == 1
    assert await world.one("select count(*) from notice where topic = 'unit.catalogue_changed'") > 0


async def test_the_version_of_a_day_is_read_and_an_abolished_one_names_its_successor(world: World) -> None:
    await published(world)
    ended = DECISION.model_copy(
        update={"kind": PublicationKind.ABOLISHED, "valid_from": date(2026, 5, 4), "successor": "8.100002"}
    )
    early = ended.model_copy(update={"valid_from": date(2026, 3, 1)})
    with pytest.raises(refusals.VersionBeginsEarlier):
        await publishing.publish(world.db, CODE, early, asked())
    await publishing.publish(world.db, CODE, ended, asked())
    with pytest.raises(errors.NotFound):
        await reads.entry(world.db, CODE, date(2026, 3, 1))
    before, after = [await reads.entry(world.db, CODE, day) for day in (date(2026, 5, 3), date(2026, 5, 4))]
    assert (before.in_force, before.version.number, after.in_force, after.version.number) == (
        True,
        1,
        False,
        2,
    )
    assert after.version.publication is not None
    assert after.version.publication.successor == "8.100002"
    assert [each.code for each in await reads.published(world.db, date(2026, 5, 3))] == [CODE]
    assert await reads.published(world.db, date(2026, 5, 4)) == ()
    again = ended.model_copy(update={"valid_from": date(2026, 6, 1)})
    with pytest.raises(refusals.NothingToAbolish):
        await publishing.publish(world.db, CODE, again, asked())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"published_at": DECISION.published_at.replace(year=2027)}, "published_at"),
        ({"decision_date": date(2026, 2, 28)}, "published_at"),
        ({"valid_to": date(2026, 3, 1)}, "valid_to"),
        ({"successor": "8.1"}, "successor"),
    ],
)
async def test_what_is_wrong_with_a_publication_is_told_at_its_field(
    world: World, wrong: dict[str, object], field: str
) -> None:
    await kept(world)
    await drafts.save(world.db, CODE, WHOLE, asked(EDITOR))
    with pytest.raises(errors.FormRefused) as refused:
        await publishing.publish(world.db, CODE, DECISION.model_copy(update=wrong), asked())
    assert [each.field for each in refused.value.faults] == [field]


async def test_the_office_may_publish_what_it_has_drafted_itself(world: World) -> None:
    await kept(world)
    await drafts.save(world.db, CODE, WHOLE, asked(EDITOR))
    made = await publishing.publish(world.db, CODE, DECISION, asked())
    assert made.drafted_by == made.entered_by


async def test_a_reader_at_a_desk_edits_nothing(world: World) -> None:
    with pytest.raises(errors.Forbidden):
        await drafts.save(world.db, CODE, WHOLE, asked(person("reception", DESK)))
