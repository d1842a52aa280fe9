"""A database from before surpluses were kept: the migration computes them from the payments that stand."""

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
    where contype = 'f' and conrelid in ('fee'::regclass, 'payment'::regclass)
  loop execute format('alter table %s drop constraint %I', key.of, key.conname); end loop;
end $$
"""
_FEES = """
insert into fee (dossier_id, number, name, amount, due, reduction)
select '00000000-0000-0000-0000-000000000001', number, name, amount, 'reception', reduction
from (values (1, 'nothing was paid', 20, 0), (2, 'as much as is owed', 20, 5), (3, 'too much, twice', 20, 5),
  (4, 'the reduction is more', 20, 25), (5, 'too much, and one cancelled', 20, 0)) as f(number, name, amount, reduction)
"""
#: Number of the fee, amount, and whether it was cancelled.
_PAYMENTS = """
insert into payment (id, dossier_id, fee_number, amount, method, paid_at, recorded_by, recorded_at, receipt_unit, receipt_year,
  receipt_number, cancelled_at)
select gen_random_uuid(), '00000000-0000-0000-0000-000000000001', fee, amount, 'cash', now(), gen_random_uuid(), now(), 'x', 2026,
  row_number() over (), case when cancelled then now() end
from (values (2, 15, false), (3, 15, false), (3, 7, false), (4, 3, false), (5, 50, true), (5, 21, false)) as p(fee, amount, cancelled)
"""


@pytest.fixture
async def before(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands at the migration before."""
    name = "before_surpluses"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0036")
        yield db
    server.query(f"drop database {name} with (force)")


async def test_what_was_paid_too_much_is_kept_with_each_fee(before: Database) -> None:
    async with before.transaction() as tx:
        for statement in (_ALONE, _FEES, _PAYMENTS):
            await tx.rows(statement)

    assert await migrations.upgrade(before) == migrations.head()

    assert [tuple(row) for row in await before.rows("select name, surplus from fee order by number")] == [
        ("nothing was paid", 0),
        ("as much as is owed", 0),
        ("too much, twice", 7),
        ("the reduction is more", 3),
        ("too much, and one cancelled", 1),
    ]
