"""A database in which kinds of reports had reminders of their own: the ladder takes their place and tells nobody twice."""

from collections.abc import AsyncIterator

import pytest

from hoso_models import migrations, postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from support import databases

#: So that nothing has to be there to which they refer.
_ALONE = """
do $$ declare key record; begin
  for key in select conrelid::regclass as of, conname from pg_constraint
    where contype = 'f' and conrelid in ('report_kind'::regclass, 'outbox'::regclass, 'notice'::regclass, 'escalation'::regclass)
  loop execute format('alter table %s drop constraint %I', key.of, key.conname); end loop;
end $$
"""
_KINDS = """
insert into report_kind (code, name, period, first_month, first_day, last_month, last_day, due_month, due_day, remind_days,
  consolidating_unit, receiving_unit, valid_from, basis, entered_by, entered_at)
select code, code, 'quarter', -1, 1, 1, 31, 2, 5, days, 'x', 'x', '2026-01-01', 'QĐ 1', gen_random_uuid(), '2026-01-01'
from (values ('short', 3), ('long', 20)) as k(code, days)
"""
#: Topic, report, reader.
_TOLD = """
insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
select concat_ws('/', topic, report, reader), topic, ('00000000-0000-0000-0000-00000000000' || reader)::uuid,
  jsonb_build_object('obligation', '00000000-0000-0000-0000-00000000000' || report), '2026-03-02', '2026-03-02'
from (values ('report.due', 1, 7), ('report.due', 1, 8), ('report.late', 1, 7), ('report.due', 2, 7), ('report.reminder', 3, 7))
  as t(topic, report, reader)
"""
_READ = "select right(subject_id::text, 1) as report, level, cycle from escalation where subject_kind = 'report' order by 1, 2"


@pytest.fixture
async def before(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands at 0059."""
    name = "before_report_rungs"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0059")
        yield db
    server.query(f"drop database {name} with (force)")


async def test_the_longest_reminder_becomes_a_rung_and_what_was_told_stays_told(before: Database) -> None:
    async with before.transaction() as tx:
        await tx.rows(_ALONE)
        await tx.rows(_KINDS)
        await tx.rows(_TOLD)

    assert await migrations.upgrade(before) == migrations.head()

    (due,) = await before.rows("select days::int, recipient from escalation_rung where level = 'report_due'")
    # Twenty days are two weeks and six days.
    assert tuple(due) == (-15, "head")
    assert [tuple(row) for row in await before.rows(_READ)] == [
        ("1", "report_awaited", 1),
        ("1", "report_due", 1),
        ("1", "report_late", 1),
        ("2", "report_due", 1),
    ]
