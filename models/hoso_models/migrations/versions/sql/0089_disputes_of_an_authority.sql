-- A payment that no known order explains is its authority's, and what was paid is told with its currency and merchant (ADR 0099).

alter table payment_dispute add column unit_code text;
alter table payment_dispute add column currency text default 'VND' not null;
alter table payment_dispute add column merchant text default '' not null;
alter table payment_dispute add constraint fk_payment_dispute_unit_code foreign key (unit_code) references unit (code);
drop index ux_payment_dispute_said;
create unique index ux_payment_dispute_said on payment_dispute
    (told_order, reason, amount, gateway_reference, currency, merchant);
alter table payment_dispute drop constraint ck_payment_dispute_reason;
alter table payment_dispute add constraint ck_payment_dispute_reason check (reason in (
    'unknown_order', 'wrong_amount', 'wrong_currency', 'wrong_merchant', 'paid_twice', 'not_owed', 'taken_back', 'refused'));
