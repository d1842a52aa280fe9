"""Messages about published entries, written in the transaction of the act (S-26)."""

from collections.abc import Sequence
from datetime import datetime

from hoso_models.storage.database import Transaction
from hoso_workflows import localtime
from hoso_workflows.catalogue.values import Content

#: Published entries of which each is told by itself; of more, the number is.
SINGLE = 20


async def published(
    tx: Transaction, entries: Sequence[tuple[str, Content]], known: Sequence[str], at: datetime
) -> None:
    """Tell the units concerned, and the owners of open drafts of `known` procedures.

    Concerned are the unit that answers for a procedure and those that are competent for it.
    """
    day, stamp = localtime.local_date(at), f"{at:%Y%m%d%H%M%S%f}"
    units = [[code, content.authority, f"{content.name} ({code})"] for code, content in entries]
    if len(entries) <= SINGLE:
        await tx.rows(_UNITS, [units, day, at, stamp])
    else:
        await tx.rows(_NUMBERS, [[row[1] for row in units], at, stamp])
    names = {code: f"{content.name} ({code})" for code, content in entries}
    changed = [code for code in known if code in names]
    if changed:
        await tx.rows(_DRAFTS, [changed, [names[code] for code in changed], at, stamp])


#: $1 triples of code, unit and words, $2 local date, $3 now, $4 a stamp of the act.
_UNITS = """
with entry as (
  select e ->> 0 as code, e ->> 1 as authority, e ->> 2 as subject from jsonb_array_elements($1::jsonb) e
), concerned as (
  select code, authority as unit_code, subject from entry
  union
  select e.code, c.unit_code, e.subject from entry e join competence c on c.procedure_code = e.code
  where $2::date between c.valid_from and coalesce(c.valid_to, 'infinity')
)
insert into outbox (dedup_key, topic, payload, created_at, available_at)
select concat_ws('/', 'unit.catalogue_changed', c.code, $4::text, c.unit_code), 'unit.catalogue_changed',
  jsonb_build_object('unit', c.unit_code, 'unit_name', u.name, 'subject', c.subject), $3, $3
from concerned c join unit u on u.code = c.unit_code
on conflict (dedup_key) do nothing
"""
#: $1 units, one for each entry, $2 now, $3 a stamp of the act.
_NUMBERS = """
insert into outbox (dedup_key, topic, payload, created_at, available_at)
select concat_ws('/', 'unit.catalogue_imported', $3::text, u.code), 'unit.catalogue_imported',
  jsonb_build_object('unit', u.code, 'unit_name', u.name, 'moved', count(*)), $2, $2
from unnest($1::text[]) as e(unit_code) join unit u on u.code = e.unit_code group by u.code, u.name
on conflict (dedup_key) do nothing
"""
#: $1 codes of procedures, $2 their names, $3 now, $4 a stamp of the act.
_DRAFTS = """
insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
select distinct concat_ws('/', 'draft.procedure_changed', e.code, $4::text, d.owner_id), 'draft.procedure_changed', d.owner_id,
  jsonb_build_object('subject', e.subject), $3::timestamptz, $3::timestamptz
from unnest($1::text[], $2::text[]) as e(code, subject) join draft d on d.procedure_code = e.code
where d.reference is null and d.expires_at > $3
on conflict (dedup_key) do nothing
"""
