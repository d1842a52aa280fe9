"""A database from before tasks at reception had a date: the migration gives one to those that wait, and to no other."""

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
#: Number, when reception is due, when it accepted, when all was over; what they refer to matters to nobody here.
_DOSSIERS = """
insert into dossier (id, reference, procedure_code, workflow_version_id, case_id, status, entry_channel, applicant_id, filed_by,
  receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode, filed_at, reception_due, accepted_at, closed_at)
select n::uuid, n, '1', gen_random_uuid(), 'default', 'filed', 'desk', gen_random_uuid(), gen_random_uuid(), 'x', 'x', 'x',
  '{}', 'counter', '2026-03-02', due, accepted, closed
from (values
  ('00000000-0000-0000-0000-000000000001', '2026-03-03'::timestamptz, null::timestamptz, null::timestamptz),
  ('00000000-0000-0000-0000-000000000002', null, null, null),
  ('00000000-0000-0000-0000-000000000003', null, '2026-03-02', null),
  ('00000000-0000-0000-0000-000000000004', '2026-03-03', null, '2026-03-02')
) as d(n, due, accepted, closed)
"""
#: Dossier, name, how it stands, milestone, own date.
_TASKS = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, milestone, outcomes, opened_at, arrived_at, due_own)
select gen_random_uuid(), ('00000000-0000-0000-0000-00000000000' || dossier)::uuid, 'X', name, 'X', 'reception', 'x', status,
  milestone, '[]', '2026-03-02', '2026-03-02', due
from (values
  (1, 'waits at reception', 'open', 'accept', null::timestamptz),
  (1, 'has a limit of its own there', 'open', 'accept', '2026-03-02 12:00+00'),
  (1, 'was cancelled there', 'cancelled', 'accept', null),
  (1, 'is something else', 'open', null, null),
  (2, 'waits for a supplement', 'open', 'accept', null),
  (3, 'was accepted', 'closed', 'accept', null),
  (3, 'is a step with a limit', 'open', null, '2026-03-05'),
  (4, 'was refused', 'closed', 'accept', null)
) as t(dossier, name, status, milestone, due)
"""
_READ = """
select name, (reception_due at time zone 'UTC')::text, (due_shown at time zone 'UTC')::text from user_task order by name
"""


@pytest.fixture
async def before(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands at 0012."""
    name = "before_due_shown"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0012")
        yield db
    server.query(f"drop database {name} with (force)")


async def test_what_waits_at_reception_is_given_its_date(before: Database) -> None:
    async with before.transaction() as tx:
        await tx.rows("set local timezone = 'UTC'")
        await tx.rows(_ALONE)
        await tx.rows(_DOSSIERS)
        await tx.rows(_TASKS)

    assert await migrations.upgrade(before, "0013") == "0013"

    day, noon = "2026-03-03 00:00:00", "2026-03-02 12:00:00"
    assert [tuple(row) for row in await before.rows(_READ)] == [
        ("has a limit of its own there", day, noon),
        ("is a step with a limit", None, "2026-03-05 00:00:00"),
        ("is something else", None, None),
        ("waits at reception", day, day),
        ("waits for a supplement", None, None),
        ("was accepted", None, None),
        ("was cancelled there", None, None),
        ("was refused", None, None),
    ]
