"""Payments for unknown orders, given to the authority whose account they came into."""

from datetime import datetime

from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.payments.gateway import Merchant

TOPIC = "payment.unknown_order"


async def authority(db: Database, merchant: Merchant, *, at: datetime) -> str | None:
    """The unit into whose account a merchant is paid; None where nobody has said which."""
    row = await db.row(_AUTHORITY, [merchant.authority or None, localtime.local_date(at)])
    return row and str(row.code)


async def tell(db: Database, merchant: Merchant, *, at: datetime) -> None:
    """Give the open ones of no unit to the merchant's authority; tell its administrators.

    Each is told once. Where nobody has said which authority that is, and several stand at the top, they stay with the operator.
    """
    await db.one_statement(_TELL, [merchant.authority or None, localtime.local_date(at), at, TOPIC])


#: $1 unit of the merchant or null, $2 local date.
_AUTHORITY = """
select code from unit where code = $1
union all
select min(code) from unit
where $1::text is null and parent_code is null and $2::date between valid_from and coalesce(valid_to, 'infinity')
having count(*) = 1
"""
#: $1 unit of the merchant or null, $2 local date, $3 instant, $4 topic. Of the administrators those are told who are nearest above.
_TELL = f"""
with recursive authority as ({_AUTHORITY}), waiting as (
  select p.id, p.amount, p.currency, coalesce(p.unit_code, (select code from authority)) as unit, p.unit_code is null as orphan
  from payment_dispute p where p.settled_at is null and p.dossier_id is null
), given as (
  update payment_dispute p set unit_code = w.unit from waiting w where p.id = w.id and w.orphan and w.unit is not null
), above (unit, code, depth) as (
  select distinct unit, unit, 0 from waiting where unit is not null
  union
  select a.unit, u.parent_code, a.depth + 1 from above a join unit u on u.code = a.code where u.parent_code is not null
), keeper as (
  select a.unit, r.principal_id, rank() over (partition by a.unit order by a.depth) as place
  from above a join role_assignment r on r.unit_code = a.code and r.role = 'administrator'
  join principal p on p.id = r.principal_id
  where $2 between r.valid_from and coalesce(r.valid_to, 'infinity') and (p.closed_at is null or p.closed_at > $3)
)
insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
select distinct concat_ws('/', 'dispute', w.id, k.principal_id), $4, k.principal_id,
  jsonb_build_object('dispute', w.id, 'unit', w.unit, 'unit_name', u.name, 'amount', w.amount, 'currency', w.currency),
  $3::timestamptz, $3::timestamptz
from waiting w join unit u on u.code = w.unit join keeper k on k.unit = w.unit and k.place = 1
order by 1
on conflict (dedup_key) do nothing
"""  # noqa: S608 - fixed text of this module
