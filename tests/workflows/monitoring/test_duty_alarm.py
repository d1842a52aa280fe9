"""Nobody on duty: the head and the administrators are told once, and no more once the day is covered."""

from datetime import date
from uuid import UUID

from hoso_models import DutyKind
from hoso_workflows.monitoring import duty_alarm, escalation
from hoso_workflows.monitoring.duty_alarm import Alarmed
from hoso_workflows.notifications import email, outbox, preferences
from hoso_workflows.notifications.quiet_hours import Holding
from hoso_workflows.organisation import duty_roster, gaps
from hoso_workflows.procedures.reference_data import calendar_of
from support.world import CITIZEN, DESK, FOUNDED, PROVINCE, World, instant, person

CLERK, SECOND = person("reception", DESK), person("reception", DESK, 2)
HEAD, ADMINISTRATOR = person("head", DESK), person("administrator", PROVINCE)
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (2, 3, 4))


async def sweep(world: World, at: str = "2026-03-02 08:00") -> Alarmed:
    calendars = await world.service.reference_data.unit_calendars()
    return await duty_alarm.sweep(world.db, calendars, at=instant(at))


async def covers(world: World, *days: date, who: UUID = CLERK, kind: DutyKind = DutyKind.MAIN) -> None:
    calendar = await calendar_of(world.service.reference_data, DESK)
    entries = [duty_roster.Entry(day, kind, who) for day in days]
    await duty_roster.enter(world.db, calendar, DESK, entries, actor=HEAD, at=instant("2026-03-01 08:00"))


async def told(world: World) -> set[tuple[str, UUID]]:
    rows = await world.db.rows(
        "select payload ->> 'day' as day, recipient_id from outbox where topic like 'duty.uncovered%'"
    )
    return {(row.day, row.recipient_id) for row in rows}


async def test_head_and_administrator_are_told_of_the_next_working_days_once(world: World) -> None:
    assert await sweep(world) == Alarmed(days=3, messages=6)
    expected = {(f"2026-03-0{day}", who) for day in (2, 3, 4) for who in (HEAD, ADMINISTRATOR)}
    assert await told(world) == expected
    assert await sweep(world, "2026-03-02 09:00") == Alarmed()
    assert await sweep(world, "2026-03-03 08:00") == Alarmed(days=1, messages=2)


async def test_in_quiet_hours_the_next_day_is_told_at_once_and_days_after_it_at_the_opening(
    world: World,
) -> None:
    await world.changed(
        "insert into contact_point (principal_id, kind, value, entered_at, verified_at)"
        " values ($1, 'email', 'truong@example.org', $2, $2)",
        HEAD,
        FOUNDED,
    )
    await preferences.keep(world.db, HEAD, preferences.Preference(quiet=True), at=FOUNDED)
    holding = Holding(await world.service.reference_data.unit_calendars())
    await sweep(world, "2026-03-02 23:15")
    heard: list[tuple[str, str]] = []

    class Heard:
        server = None

        async def send(self, message: outbox.Message) -> bool:
            if message.address:
                heard.append((message.topic, message.payload["day"]))
            return True

    at_night, at_the_opening = instant("2026-03-02 23:15"), instant("2026-03-03 07:00")
    await outbox.deliver(world.db, [Heard()], at=at_night, holding=holding)
    assert heard == [("duty.uncovered", "2026-03-03")]
    await outbox.deliver(world.db, [Heard()], at=at_the_opening, holding=holding)
    assert sorted(heard[1:]) == [
        ("duty.uncovered_ahead", "2026-03-04"),
        ("duty.uncovered_ahead", "2026-03-05"),
    ]


async def test_in_working_time_today_and_the_next_working_day_are_soon(world: World) -> None:
    await sweep(world, "2026-03-06 08:00")
    rows = await world.db.rows(
        "select distinct payload ->> 'day' as day, topic from outbox where topic like 'duty.%' order by 1"
    )
    assert [tuple(row) for row in rows] == [
        ("2026-03-06", "duty.uncovered"),
        ("2026-03-09", "duty.uncovered"),
        ("2026-03-10", "duty.uncovered_ahead"),
    ]


async def test_only_units_that_receive_dossiers_are_told(world: World) -> None:
    await sweep(world)
    assert await world.one("select array_agg(distinct unit_code) from duty_alarm") == [DESK]


async def test_uncovered_days_that_were_told_of_are_gaps_of_the_register_until_they_are_covered(
    world: World,
) -> None:
    async def uncovered(units: set[str] | None = None) -> list[str]:
        found = await gaps.gaps(world.db, units, instant("2026-03-03 08:00"))
        return [each.subject for each in found if each.kind == "day-without-duty"]

    await sweep(world)
    assert await uncovered() == [f"{DESK}/2026-03-03", f"{DESK}/2026-03-04"]
    assert await uncovered({PROVINCE}) == []
    await covers(world, TUESDAY)
    assert await uncovered({DESK}) == [f"{DESK}/2026-03-04"]


async def test_the_weekend_is_passed_over_and_so_is_a_day_whose_hours_are_over(world: World) -> None:
    await sweep(world, "2026-03-06 18:00")
    days = {day for day, _ in await told(world)}
    assert days == {"2026-03-09", "2026-03-10", "2026-03-11"}


async def test_a_covered_day_is_quiet(world: World) -> None:
    await covers(world, MONDAY, WEDNESDAY)
    await covers(world, TUESDAY, who=SECOND, kind=DutyKind.BACKUP)
    assert await sweep(world) == Alarmed()


async def test_an_officer_who_has_left_leaves_a_gap_that_is_told(world: World) -> None:
    await covers(world, MONDAY, TUESDAY, WEDNESDAY)
    await world.changed("update principal set closed_at = '2026-03-01' where id = $1", CLERK)
    assert (await sweep(world)).days == 3


class Anywhere:
    """A way out that takes every message."""

    server = None

    def __init__(self) -> None:
        self.days: set[str] = set()

    async def send(self, message: outbox.Message) -> bool:
        self.days.add(message.payload["day"])
        return True


async def test_an_alarm_that_was_not_sent_yet_is_withdrawn_when_the_day_is_covered(world: World) -> None:
    await sweep(world)
    await covers(world, MONDAY, TUESDAY)
    out = Anywhere()
    done = await outbox.deliver(world.db, [out], at=instant("2026-03-02 08:30"))
    assert (done.sent, done.overtaken, out.days) == (2, 4, {"2026-03-04"})


async def test_an_alarm_of_a_day_that_has_passed_is_sent_no_more(world: World) -> None:
    await sweep(world)
    out = Anywhere()
    done = await outbox.deliver(world.db, [out], at=instant("2026-03-03 00:01"))
    assert (done.sent, done.overtaken, out.days) == (4, 2, {"2026-03-03", "2026-03-04"})


async def test_where_nobody_can_be_told_the_next_sweep_tries_again(world: World) -> None:
    await world.changed(
        "update role_assignment set valid_to = '2026-02-01' where role in ('head', 'administrator')"
    )
    assert await sweep(world) == Alarmed(unaddressed=3)
    await world.changed("update role_assignment set valid_to = null where role = 'head'")
    assert await sweep(world) == Alarmed(days=3, messages=3)


async def test_the_mail_names_the_unit_and_the_day(world: World) -> None:
    await sweep(world)
    row = await world.db.row("select * from outbox where topic = 'duty.uncovered' order by dedup_key limit 1")
    assert row is not None
    names = outbox.Message.__dataclass_fields__
    message = outbox.Message(
        **{name: row[name] for name in names if name not in ("address", "language", "secret")}, address=None
    )
    mail = email.compose(message, "hoso@localhost")
    unit = "Trung tâm Phục vụ hành chính công tỉnh"
    assert mail["Subject"] == f"Chưa có người trực ngày 02/03/2026: {unit}"


async def waits(world: World) -> tuple[str, UUID]:
    """The escalation of a dossier that has waited at reception for two hours."""
    calendars = await world.service.reference_data.unit_calendars()
    await escalation.sweep(world.db, calendars, at=instant("2026-03-02 10:01"))
    row = await world.db.row("select level, recipient_id from escalation")
    assert row is not None
    return row.level, row.recipient_id


async def test_an_unread_online_dossier_is_told_to_the_officer_on_duty(world: World) -> None:
    await covers(world, MONDAY, who=SECOND)
    await world.files("2026-03-02 07:30", channel="online", actor=CITIZEN)
    assert await waits(world) == ("reception_waits", SECOND)


async def test_the_backup_is_told_where_nobody_else_is_on_duty(world: World) -> None:
    await covers(world, MONDAY, who=SECOND, kind=DutyKind.BACKUP)
    await world.files("2026-03-02 07:30", channel="online", actor=CITIZEN)
    assert await waits(world) == ("reception_waits", SECOND)


async def test_without_a_roster_the_head_is_told_as_before(world: World) -> None:
    await world.files("2026-03-02 07:30", channel="online", actor=CITIZEN)
    assert await waits(world) == ("reception_waits", HEAD)


async def test_a_dossier_of_the_desk_is_the_heads_whoever_is_on_duty(world: World) -> None:
    await covers(world, MONDAY, who=SECOND)
    await world.files("2026-03-02 07:30")
    assert await waits(world) == ("reception_waits", HEAD)
