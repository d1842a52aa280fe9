"""A database from before open tasks carried the dates of their dossier: the migration gives them, and to no other task."""

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
    where contype = 'f' and conrelid in ('dossier'::regclass, 'user_task'::regclass)
  loop execute format('alter table %s drop constraint %I', key.of, key.conname); end loop;
end $$
"""
#: Number, when reception is due, when it accepted, what is promised, what the law says, whether the clock runs.
_DOSSIERS = """
insert into dossier (id, reference, procedure_code, workflow_version_id, case_id, status, entry_channel, applicant_id, filed_by,
  receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode, filed_at, reception_due, accepted_at, due_promised, due_legal,
  clock_running)
select n::text::uuid, n, '1', gen_random_uuid(), 'default', 'filed', 'desk', gen_random_uuid(), gen_random_uuid(), 'x', 'x', 'x',
  '{}', 'counter', '2026-03-02', due, accepted, promised, legal, runs
from (values
  ('00000000-0000-0000-0000-000000000001', '2026-03-03'::timestamptz, null::timestamptz, null::timestamptz, null::timestamptz, false),
  ('00000000-0000-0000-0000-000000000002', null, '2026-03-02', '2026-03-09', '2026-03-06', true),
  ('00000000-0000-0000-0000-000000000003', null, '2026-03-02', null, null, false),
  ('00000000-0000-0000-0000-000000000004', null, '2026-03-02', '2026-03-09', '2026-03-09', false)
) as d(n, due, accepted, promised, legal, runs)
"""
#: Dossier, name, how it stands, own date, what the law says of its time.
_TASKS = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, milestone, outcomes, opened_at, arrived_at, due_own,
  clock)
select gen_random_uuid(), ('00000000-0000-0000-0000-00000000000' || dossier)::uuid, 'X', name, 'X', 'reception', 'x', status, null,
  '[]', '2026-03-02', '2026-03-02', due, clock
from (values
  (1, 'before acceptance', 'open', null::timestamptz, null),
  (2, 'has no limit', 'open', null, null),
  (2, 'has a limit', 'open', '2026-03-04', null),
  (2, 'was closed', 'closed', '2026-03-03', null),
  (3, 'stands still', 'open', '2026-03-03', null),
  (3, 'is not counted', 'open', '2026-03-12', 'excluded'),
  (4, 'hands over', 'open', null, null)
) as t(dossier, name, status, due, clock)
"""
_READ = """
select name, due_shown::date::text, due_kind, due_dossier::date::text, dossier_late_from::date::text from user_task order by name
"""


@pytest.fixture
async def before(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands at the migration before."""
    name = "before_work_by"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0079")
        yield db
    server.query(f"drop database {name} with (force)")


async def test_open_tasks_are_given_the_dates_of_their_dossier(before: Database) -> None:
    async with before.transaction() as tx:
        for statement in (_ALONE, _DOSSIERS, _TASKS):
            await tx.rows(statement)

    assert await migrations.upgrade(before) == migrations.head()

    promised, legal = "2026-03-09", "2026-03-06"
    assert [tuple(row) for row in await before.rows(_READ)] == [
        ("before acceptance", "2026-03-03", "reception", None, None),
        ("hands over", promised, "return", promised, None),
        ("has a limit", "2026-03-04", "step", promised, legal),
        ("has no limit", promised, "dossier", promised, legal),
        ("is not counted", "2026-03-12", "step", None, None),
        ("stands still", None, None, None, None),
        ("was closed", "2026-03-03", "step", None, None),
    ]
