-- What was paid for a fee and is not owed (ADR 0051).

alter table fee add column surplus bigint default 0 not null;
alter table fee alter column surplus drop default;
update fee set surplus = paid.amount - greatest(0, fee.amount - fee.reduction)
from (select dossier_id, fee_number, sum(amount) as amount from payment where cancelled_at is null group by 1, 2) paid
where paid.dossier_id = fee.dossier_id and paid.fee_number = fee.number
  and paid.amount > greatest(0, fee.amount - fee.reduction);
create index ix_fee_surplus on fee (dossier_id, number) where surplus > 0;
