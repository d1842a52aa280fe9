"""Alterations of closed days of the access log, and what the audit says of each."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from hoso_models import errors
from hoso_models.postgres import Role, cluster
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.audit import house
from hoso_workflows.operation import retention
from hoso_workflows.operation.retention import Expired, ExpirySettings
from support import databases
from support.builders import rows

NOW = datetime.now(UTC)
FIRST, SECOND, TODAY = (localtime.local_date(NOW - timedelta(days=ago)) for ago in (60, 58, 0))
LINE = "insert into access_log (act, subject, at, granted, reason) values ($1, $2, $3, true, 'hỏi')"
Found = list[tuple[object, ...]]


def noon(day: date) -> datetime:
    """Noon of a day there."""
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


async def looked(db: Database, *days: date, acts: tuple[str, ...] = ("see", "see", "erase")) -> None:
    """Lines of each of these days."""
    for day in days:
        for place, act in enumerate(acts):
            await db.one_statement(LINE, [act, f"{day} {place}", noon(day)])


def shown(what: str, value: object) -> object:
    """A value, where it is no digest and no instant."""
    return "…" if re.search("digest|20", f"{what}{value}") else value


async def found(db: Database) -> Found:
    """The differences of the house, digests and instants left out."""
    return [
        (each.reference, each.what, shown(each.what, each.stored), shown(each.what, each.said))
        for each in await house.differences(db, NOW)
    ]


async def by_hand(db: Database, statement: str) -> None:
    """Act as the database's superuser, with every trigger off."""
    url = databases.known_as(cluster.SUPERUSER, db.url)
    async with database.connect(url) as superuser, superuser.transaction() as tx:
        await tx.rows("set local session_replication_role = replica")
        await tx.rows(statement)


async def at_rest(db: Database) -> None:
    """Two lines and one of an erasure of a day that is closed."""
    await looked(db, FIRST)
    assert await retention.close_days(db, NOW) == 1


NAME = f"access_log {FIRST}"
MADE_ANEW = """
update access_day d set lines = n.lines, digest = n.digest from access_days('{day}', '{day}') n where n.day = d.day
"""
#: What is done by hand to a day, and what is found of it and of the next one, of which there are no lines.
KINDS: Mapping[str, tuple[str, Found]] = {
    "a line deleted": ("delete from access_log where subject = '{day} 0'", [("{day}", "lines", 1, 2)]),
    "a refusal made of an access": (
        "update access_log set granted = false where subject = '{day} 1'",
        [("{day}", "digest of the lines", "…", "…")],
    ),
    "a line added": (
        "insert into access_log (act, at, granted, day) select 'see', at, true, day from access_log where subject = '{day} 0'",
        [("{day}", "lines", 3, 2)],
    ),
    "a line added to a day without any": (
        "insert into access_log (act, at, granted, day) values ('see', '{next} 12:00+07', true, '{next}')",
        [("{next}", "lines", 1, 0)],
    ),
    "a line given another day": (
        "update access_log set day = '{next}' where subject = '{day} 0'",
        [
            ("{day}", "lines", 1, 2),
            ("{day}", "lines written after the day was closed", 1, 0),
            ("{next}", "lines", 1, 0),
        ],
    ),
    "two lines exchanged": (
        """update access_log set subject = case subject when '{day} 0' then '{day} 1' else '{day} 0' end
        where subject in ('{day} 0', '{day} 1')""",
        [("{day}", "digest of the lines", "…", "…")],
    ),
    "the line of an erasure deleted": (
        "delete from access_log where subject = '{day} 2'",
        [("{day}", "lines of erasures", 0, 1)],
    ),
    "who erased exchanged": (
        """update access_log set detail = '{{"basis": "x"}}' where subject = '{day} 2'""",
        [("{day}", "digest of the lines of erasures", "…", "…")],
    ),
    "all lines of a day deleted": (
        "delete from access_log where day = '{day}'",
        [("{day}", "lines", 0, 2), ("{day}", "lines of erasures", 0, 1)],
    ),
    "a closed day removed": (
        "delete from access_day where day = '{day}'",
        [
            ("{day}", "lines", 2, 0),
            ("{day}", "lines of erasures", 1, 0),
            ("{day}", "row", "absent", "present"),
        ],
    ),
    "lines altered, and the digest of their day made anew": (
        f"update access_log set granted = false where subject = '{{day}} 1'; {MADE_ANEW}",  # noqa: S608 - our own tables
        [("{day}", "digest", "…", "…")],
    ),
    "a day that says that its lines are expired": (
        """delete from access_log where day = '{day}' and act <> 'erase';
        update access_day set expired_at = '{day}'::timestamptz + interval '2 years' where day = '{day}'""",
        [("{day}", "expired_at", "…", "null")],
    ),
}


@pytest.mark.parametrize("lines", [4, house.LINES])
async def test_every_alteration_of_a_closed_day_is_found(
    db: Database, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    """In one statement, and in one for every two days."""
    monkeypatch.setattr(house, "LINES", lines)
    first = {kind: FIRST - timedelta(days=2 * place) for place, kind in enumerate(KINDS, start=1)}
    await looked(db, *first.values(), FIRST, TODAY)
    assert await retention.close_days(db, NOW) == len(KINDS) + 1
    assert await found(db) == []
    expected = list[tuple[object, ...]]()
    for kind, (statements, differences) in KINDS.items():
        days = {"day": first[kind], "next": first[kind] + timedelta(days=1)}
        for statement in statements.split(";"):
            await by_hand(db, statement.format(**days))
        expected += [(str(day).format(**days), *rest) for day, *rest in differences]
    told = [(str(row).split()[1], *rest) for row, *rest in await found(db)]
    assert sorted(map(str, told)) == sorted(map(str, expected))


async def test_every_column_of_a_line_is_in_its_digest(db: Database) -> None:
    await looked(db, FIRST, acts=("see",))
    await rows.officer(db)
    await retention.close_days(db, NOW)
    columns = await db.rows(
        "select column_name as name, data_type as kind from information_schema.columns where table_name = 'access_log'"
    )
    values = {
        "bigint": "-1",
        "uuid": "(select id from principal limit 1)",
        "text": "'khác'",
        "timestamp with time zone": "at + interval '1 microsecond'",
        "boolean": "not granted",
        "jsonb": "'{\"a\": null}'",
        "integer": "7",
        "bytea": "'x'",
        "date": "day - 1",
    }
    told = await db.row("select access_line_digest(l) as digest from access_log l")
    digests = {told.digest}
    url = databases.known_as(cluster.SUPERUSER, db.url)
    async with database.connect(url) as superuser:
        await superuser.one_statement("alter table access_log alter column id drop identity")
        for name, kind in columns:
            async with superuser.transaction() as tx:
                await tx.rows("set local session_replication_role = replica")
                await tx.rows(f"update access_log set {name} = {values[kind]}")  # noqa: S608 - our own tables
                (row,) = await tx.rows("select access_line_digest(l) as digest from access_log l")
                digests.add(row.digest)
    assert len(digests) == len(columns) + 1


async def test_no_line_enters_a_closed_day(db: Database) -> None:
    await at_rest(db)
    await looked(db, FIRST, acts=("see",))
    await db.one_statement(LINE, ["see", "ahead", NOW + timedelta(days=40)])
    days = "select subject, day = (now() at time zone 'Asia/Ho_Chi_Minh')::date as today from access_log where subject in ($1, 'ahead')"
    async with database.connect(databases.as_owner(db.url)) as owner:
        await owner.one_statement(LINE, ["see", f"{FIRST} 9", noon(FIRST)])
    assert [row.today for row in await db.rows(days, [f"{FIRST} 9"])] == [True, True]
    assert await found(db) == [(NAME, "lines written after the day was closed", 2, 0)]


async def test_a_day_is_closed_once_it_can_get_no_more_lines(db: Database) -> None:
    await looked(db, FIRST, SECOND, TODAY)
    over = noon(FIRST) + timedelta(hours=12)
    assert await retention.close_days(db, over + timedelta(hours=3, seconds=-1)) == 0
    assert await retention.close_days(db, over + timedelta(hours=3)) == 1
    async with db.transaction() as tx:
        await tx.rows(LINE, ["see", "x", noon(SECOND)])
        async with database.connect(db.url) as other, other.transaction() as closing:
            await closing.rows("set local lock_timeout = '50ms'")
            with pytest.raises(errors.StorageError, match="lock timeout"):
                await closing.rows("select access_log_close(now())")
    assert await retention.close_days(db, NOW + timedelta(days=400)) == 1
    assert [
        tuple(row) for row in await db.rows("select day, lines, erasures from access_day order by day")
    ] == [
        (FIRST, 2, 1),
        (SECOND, 3, 1),
    ]
    assert await found(db) == []


async def test_what_expires_leaves_its_day_provable(db: Database) -> None:
    older, old, young = (localtime.local_date(NOW - timedelta(days=ago)) for ago in (800, 740, 700))
    await looked(db, older, old, young)
    assert await retention.expire(db, ExpirySettings(), at=NOW) == Expired(accesses=4)
    assert await found(db) == []
    assert [
        tuple(row)
        for row in await db.rows(
            "select day, lines, erasures, expired_at is null from access_day order by day"
        )
    ] == [(older, 2, 1, False), (old, 2, 1, False), (young, 2, 1, True)]
    await by_hand(db, f"update access_log set granted = false where day = '{old}'")  # noqa: S608 - our own tables
    await by_hand(db, KINDS["a line added to a day without any"][0].format(next=older))
    assert await found(db) == [
        (f"access_log {older}", "lines", 1, 0),
        (f"access_log {old}", "digest of the lines of erasures", "…", "…"),
    ]


async def test_the_application_writes_no_closed_day_and_the_auditor_verifies_them(db: Database) -> None:
    await at_rest(db)
    for statement in (
        "insert into access_day select * from access_day",
        "update access_day set lines = 0",
        "delete from access_day",
        "update access_log set day = day",
    ):
        with pytest.raises(errors.DatabaseRefused):
            await db.one_statement(statement)
    await by_hand(db, KINDS["a line deleted"][0].format(day=FIRST))
    async with database.connect(databases.known_as(Role.AUDITOR, db.url)) as auditor:
        assert await found(auditor) == [(NAME, "lines", 1, 2)]
