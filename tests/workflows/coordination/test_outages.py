"""Outages: both recipients are told in the act itself, and the time that it took is known."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from hoso_workflows import errors
from hoso_workflows.coordination import asking, maintenance, outages, recipients, refusals
from hoso_workflows.coordination.outages import Report
from hoso_workflows.organisation import gaps
from support.coordinators import BASIS, COORDINATOR, appointed, asked, both_named, named
from support.world import DEPARTMENT, OTHER, PROVINCE, World, instant, person

CLERK, ELSEWHERE = person("clerk"), person("clerk", OTHER)
SAID = Report(
    DEPARTMENT,
    "Nộp hồ sơ trực tuyến",
    "Không tải được tệp lên",
    instant("2026-03-02 08:10"),
    instant("2026-03-02 08:25"),
)
#: The heads of the department, and the leader.
READERS = {person("head", OTHER), person("division_head", OTHER), person("agency_head", OTHER)}
LEADER = person("provincial_leader", PROVINCE)


async def lists(world: World) -> set[tuple[str, UUID]]:
    """The notices in people's own lists."""
    rows = await world.db.rows("select topic, principal_id from notice where topic like 'outage.%'")
    return {(row.topic, row.principal_id) for row in rows}


async def test_an_officer_reports_an_outage_and_both_recipients_have_it_at_the_same_instant(
    world: World,
) -> None:
    await both_named(world)
    found = await outages.report(world.db, SAID, asked(CLERK))
    told = [(each.unit, each.role, each.basis, each.at, each.people) for each in found.told]
    at = instant("2026-03-02 09:00")
    assert told == [(PROVINCE, "provincial_leader", BASIS, at, 1), (OTHER, None, BASIS, at, 3)]
    assert (found.minutes_from_beginning, found.minutes_from_noticing, found.minutes_lasted) == (50, 35, None)
    assert await lists(world) == {("outage.reported", each) for each in {*READERS, LEADER}}
    mails = await world.db.rows("select distinct topic, payload from outbox where topic like 'outage.%'")
    assert [(row.topic, row.payload["subject"]) for row in mails] == [("outage.reported", SAID.service)]


async def test_an_outage_is_followed_until_it_is_mended_and_then_no_more(world: World) -> None:
    await both_named(world)
    found = await outages.report(world.db, SAID, asked(CLERK))
    later = asked(CLERK, "2026-03-02 09:30")
    await outages.update(world.db, found.id, "Đang khởi động lại", later)
    head = asked(person("head"), "2026-03-02 09:31")
    for _ in range(2):
        await outages.announce(world.db, found.id, "Tạm ngừng nộp hồ sơ", head)
    (public,) = await maintenance.announcements(world.db, later.at)
    assert (public.service, public.announcement, public.ends_at) == (
        SAID.service,
        "Tạm ngừng nộp hồ sơ",
        None,
    )
    await appointed(world)
    mended = await outages.update(
        world.db, found.id, "Đã khắc phục", asked(COORDINATOR, "2026-03-02 10:10"), resolves=True
    )
    assert [(each.number, each.text, each.resolves) for each in mended.updates] == [
        (1, "Đang khởi động lại", False),
        (2, "Đã khắc phục", True),
    ]
    assert mended.minutes_lasted == 120
    assert {topic for topic, _ in await lists(world)} == {
        "outage.reported",
        "outage.updated",
        "outage.resolved",
    }
    assert await maintenance.announcements(world.db, later.at) == []
    with pytest.raises(refusals.OutageResolved):
        await outages.update(world.db, found.id, "Lại hỏng", asked(CLERK, "2026-03-02 11:00"))
    kinds = await world.db.rows(
        "select kind from administration_event where subject = $1 order by number", [str(found.id)]
    )
    assert [row.kind for row in kinds] == [
        *("outage_reported", "outage_updated", "outage_announced", "outage_resolved"),
    ]


async def test_each_unit_that_was_told_says_once_that_it_knows_and_who_reported_is_told(world: World) -> None:
    await both_named(world)
    found = await outages.report(world.db, SAID, asked(CLERK))
    by = asked(ELSEWHERE, "2026-03-02 09:05")
    for again in (by, asked(person("head", OTHER), "2026-03-02 09:06")):
        known = await outages.acknowledge(world.db, found.id, OTHER, again)
    words = {each.unit: (each.acknowledged_at, each.acknowledged_by) for each in known.told}
    assert words == {OTHER: (by.at, "clerk 1 · Sở Y tế"), PROVINCE: (None, None)}
    assert ("outage.acknowledged", CLERK) in await lists(world)
    assert known.unacknowledged
    with pytest.raises(errors.Forbidden):
        await outages.acknowledge(world.db, found.id, PROVINCE, by)
    with pytest.raises(refusals.OutageNotTold):
        await outages.acknowledge(world.db, found.id, DEPARTMENT, asked(CLERK))
    known = await outages.acknowledge(world.db, found.id, PROVINCE, asked(LEADER, "2026-03-02 09:20"))
    assert not known.unacknowledged
    kinds = await world.db.rows(
        "select kind, payload->>'unit' as unit from administration_event where kind = 'outage_acknowledged' order by at"
    )
    assert [row.unit for row in kinds] == [OTHER, PROVINCE]


async def test_an_outage_that_reaches_no_recipient_is_told_to_whoever_can_name_one(world: World) -> None:
    keepers = {await appointed(world), person("administrator", PROVINCE)}
    found = await outages.report(world.db, SAID, asked(CLERK))
    assert (found.told, found.reached) == ((), 0)
    await outages.update(world.db, found.id, "Vẫn hỏng", asked(CLERK, "2026-03-02 10:00"))
    topics = ("outage.unheard", "outage.updated")
    assert await lists(world) == {(topic, each) for topic in topics for each in keepers}
    (listed,) = (await outages.listed(world.db, going_on=True)).items
    assert (listed.reported_at, listed.reached) == (found.reported_at, 0)


async def test_an_outage_whose_recipient_has_nobody_is_told_like_one_that_reaches_none(world: World) -> None:
    await named(world, (OTHER, "nobody"))
    found = await outages.report(world.db, SAID, asked(CLERK))
    assert ([each.people for each in found.told], found.reached) == ([0], 0)
    assert {topic for topic, _ in await lists(world)} == {"outage.unheard"}


async def unheard(world: World, units: set[str] | None = None) -> list[tuple[str, str | None, str]]:
    """The gaps that speak of outages."""
    at = instant("2026-03-02 09:00")
    found = await gaps.gaps(world.db, units, at)
    return [(each.kind, each.unit, each.subject) for each in found if "outage" in each.kind]


async def test_an_authority_whose_outages_reach_fewer_than_two_units_and_one_that_reached_none_are_gaps(
    world: World,
) -> None:
    lacking = ("outages-reach-too-few", PROVINCE, PROVINCE)
    assert await unheard(world) == [lacking]
    await named(world, (PROVINCE, "provincial_leader"), (DEPARTMENT, "nobody"))
    assert await unheard(world) == [lacking]
    found = await outages.report(world.db, replace(SAID, service="Thanh toán"), asked(CLERK))
    await named(world, (OTHER, None))
    assert await unheard(world) == []
    await world.changed("update outage_told set people = 0 where outage_id = $1", found.id)
    assert await unheard(world) == [("outage-told-to-nobody", DEPARTMENT, str(found.id))]
    assert await unheard(world, {OTHER}) == []
    await outages.update(world.db, found.id, "Đã khắc phục", asked(CLERK), resolves=True)
    assert await unheard(world) == []


async def test_an_outage_neither_began_after_it_was_noticed_nor_was_noticed_tomorrow(world: World) -> None:
    after = replace(SAID, began_at=instant("2026-03-02 08:26"))
    tomorrow = replace(SAID, noticed_at=instant("2026-03-03 08:00"))
    for wrong, field in (
        (after, "began_at"),
        (tomorrow, "noticed_at"),
        (replace(SAID, service=" "), "service"),
    ):
        with pytest.raises(errors.FormRefused) as refused:
            await outages.report(world.db, wrong, asked(CLERK))
        assert [each.field for each in refused.value.faults] == [field]


async def test_only_who_works_in_the_unit_or_watches_over_it_reports_its_outages(world: World) -> None:
    with pytest.raises(errors.Forbidden):
        await outages.report(world.db, SAID, asked(ELSEWHERE))
    refused = await world.one("select act from access_log where principal_id = $1 and not granted", ELSEWHERE)
    assert refused == "report_outage"
    await outages.report(world.db, SAID, asked(await appointed(world)))
    assert await world.one("select count(*) from outage") == 1


async def test_who_works_in_the_unit_says_nothing_to_the_public_and_who_heads_it_takes_words_back(
    world: World,
) -> None:
    found = await outages.report(world.db, SAID, asked(CLERK))
    for outsider in (CLERK, ELSEWHERE):
        with pytest.raises(errors.Forbidden):
            await outages.announce(world.db, found.id, "Gọi số khác để được hoàn phí", asked(outsider))
    assert await maintenance.announcements(world.db, instant("2026-03-02 09:00")) == []
    head = asked(person("head"))
    shown = [
        (await outages.announce(world.db, found.id, said, head)).announcement for said in ("Tạm ngừng", " ")
    ]
    assert shown == ["Tạm ngừng", None]
    kinds = await world.db.rows(
        "select kind from administration_event where kind like 'outage_ann%' order by number"
    )
    assert [row.kind for row in kinds] == ["outage_announced", "outage_announcement_withdrawn"]


async def test_outages_are_read_in_their_authority_below_it_and_where_they_were_told(world: World) -> None:
    await both_named(world)
    found = await outages.report(world.db, SAID, asked(CLERK))
    other = await outages.report(world.db, replace(SAID, unit=PROVINCE), asked(await appointed(world)))

    async def seen(reader: UUID) -> set[UUID]:
        within = await asking.circle(world.db, asked(reader))
        return {each.id for each in (await outages.listed(world.db, within=within)).items}

    assert await seen(ELSEWHERE) == {found.id, other.id}
    await world.changed("delete from outage_told where outage_id = $1", found.id)
    assert [await seen(each) for each in (CLERK, LEADER, ELSEWHERE)] == [
        {found.id, other.id},
        {found.id, other.id},
        {other.id},
    ]
    with pytest.raises(errors.NotFound):
        await outages.one(world.db, found.id, asked(ELSEWHERE))


async def test_a_recipient_has_a_period_that_overlaps_no_other_and_ends_on_a_day_to_come(
    world: World,
) -> None:
    by = asked(await appointed(world))
    entry = recipients.Entry(PROVINCE, OTHER, BASIS, date(2026, 1, 1))
    made = await recipients.enter(world.db, entry, by)
    with pytest.raises(refusals.RecipientOverlaps):
        await recipients.enter(world.db, replace(entry, valid_from=date(2026, 6, 1)), by)
    with pytest.raises(errors.FormRefused):
        await recipients.end(world.db, made.id, date(2026, 3, 1), by)
    await recipients.end(world.db, made.id, date(2026, 3, 2), by)
    await recipients.enter(world.db, replace(entry, valid_from=date(2026, 3, 3)), by)
    assert [each.valid_to for each in await recipients.listed(world.db, date(2026, 3, 2))] == [
        date(2026, 3, 2),
        None,
    ]


async def test_the_same_report_and_the_same_news_once_more_are_the_ones_before(world: World) -> None:
    await both_named(world)
    first = await outages.report(world.db, SAID, asked(CLERK))
    assert await outages.report(world.db, SAID, asked(CLERK, "2026-03-02 09:01")) == first
    for at in ("2026-03-02 10:00", "2026-03-02 10:01"):
        mended = await outages.update(world.db, first.id, "Đã khắc phục", asked(CLERK, at), resolves=True)
    assert [(each.number, each.at) for each in mended.updates] == [(1, instant("2026-03-02 10:00"))]
    assert await world.one("select count(*) from outbox where topic like 'outage.%'") == 8
