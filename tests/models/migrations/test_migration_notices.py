"""A database from before there were lists of notices: what was told is entered, and receptions are counted."""

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
    where contype = 'f' and conrelid in ('dossier'::regclass, 'dossier_event'::regclass)
  loop execute format('alter table %s drop constraint if exists %I', key.of, key.conname); end loop;
end $$
"""
_PEOPLE = """
insert into principal (id, kind, name, created_at) values
  ('00000000-0000-0000-0000-000000000001', 'officer', 'Trưởng phòng', '2026-03-02'),
  ('00000000-0000-0000-0000-000000000002', 'citizen', 'Người nộp 1', '2026-03-02')
"""
_PARTIES = """
insert into party (id, kind, name, name_folded, principal_id, created_at) values
  ('00000000-0000-0000-0000-00000000000a', 'person', 'Người nộp 1', 'nguoi nop 1', '00000000-0000-0000-0000-000000000002', '2026-03-02'),
  ('00000000-0000-0000-0000-00000000000b', 'person', 'Người nộp 2', 'nguoi nop 2', null, '2026-03-02')
"""
#: Number, applicant.
_DOSSIERS = """
insert into dossier (id, reference, procedure_code, workflow_version_id, case_id, status, entry_channel, applicant_id, filed_by,
  receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode, filed_at)
select ('00000000-0000-0000-0000-00000000000' || n)::uuid, n, '1', gen_random_uuid(), 'default', 'filed', 'desk',
  ('00000000-0000-0000-0000-00000000000' || party)::uuid, gen_random_uuid(), 'x', 'x', 'x', '{}', 'counter', '2026-03-02'
from (values ('3', 'a'), ('4', 'b')) as d(n, party)
"""
#: The first is transferred to another desk and supplemented, then accepted and supplemented again; the second only to another handler.
_EVENTS = """
insert into dossier_event (dossier_id, seq, at, kind, actor_id, payload, salt, digest, previous, hash, header_version)
select ('00000000-0000-0000-0000-00000000000' || n)::uuid, seq, at::timestamptz, kind, '00000000-0000-0000-0000-000000000001',
  payload::jsonb, '', '', '', '', 2
from (values
  ('3', 1, '2026-03-02', 'filed', '{}'),
  ('3', 2, '2026-03-03', 'unit_replaced', '{"units": {"receiving": "y"}}'),
  ('3', 3, '2026-03-03', 'transferred', '{}'),
  ('3', 4, '2026-03-04', 'supplement_received', '{}'),
  ('3', 5, '2026-03-05', 'accepted', '{}'),
  ('3', 6, '2026-03-06', 'supplement_received', '{}'),
  ('4', 1, '2026-03-02', 'filed', '{}'),
  ('4', 2, '2026-03-03', 'unit_replaced', '{"units": {"handling": "y"}}'),
  ('4', 3, '2026-03-03', 'transferred', '{}')
) as e(n, seq, at, kind, payload)
"""
_MESSAGES = """
insert into outbox (dedup_key, topic, recipient_id, dossier_id, payload, created_at, available_at, aside)
select key, topic, ('00000000-0000-0000-0000-00000000000' || recipient)::uuid,
  ('00000000-0000-0000-0000-00000000000' || dossier)::uuid, '{}', '2026-03-02', 'infinity', aside
from (values
  ('late', 'escalation.overdue', '1', '3', 'portal'),
  ('own', 'applicant.accepted', null, '3', 'portal'),
  ('without account', 'applicant.accepted', null, '4', 'portal'),
  ('system', 'partner.message', null, '3', null)
) as m(key, topic, recipient, dossier, aside)
"""


@pytest.fixture
async def before(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands before the lists."""
    name = "before_notices"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0023")
        yield db
    server.query(f"drop database {name} with (force)")


async def test_what_was_told_is_entered_into_lists_and_receptions_are_counted(before: Database) -> None:
    async with before.transaction() as tx:
        for sql in (_ALONE, _PEOPLE, _PARTIES, _DOSSIERS, _EVENTS, _MESSAGES):
            await tx.rows(sql)
    await migrations.upgrade(before)

    listed = await before.rows(
        "select o.dedup_key, p.name, n.read_at from notice n join outbox o on o.id = n.message_id"
        " join principal p on p.id = n.principal_id order by o.id"
    )
    assert [tuple(row) for row in listed] == [("late", "Trưởng phòng", None), ("own", "Người nộp 1", None)]
    missed = await before.rows("select dedup_key from outbox where aside = 'unreached'")
    assert [row.dedup_key for row in missed] == ["without account"]
    numbers = await before.rows("select reference, reception_number from dossier order by reference")
    assert [tuple(row) for row in numbers] == [("3", 3), ("4", 1)]
