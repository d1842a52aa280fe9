-- A dispute about a payment online is settled: how, by whom, and why (ADR 0059).

alter table payment_dispute add column settlement text;
alter table payment_dispute add column settled_at timestamptz;
alter table payment_dispute add column settled_by uuid;
alter table payment_dispute add column settled_for text;
alter table payment_dispute add column settled_reference text;
alter table payment_dispute add constraint ck_payment_dispute_settlement
    check (settlement in ('recorded', 'refunded', 'mistake'));
alter table payment_dispute add constraint fk_payment_dispute_settled_by foreign key (settled_by) references principal (id);
create index ix_payment_dispute_open on payment_dispute (told_at, id) where settled_at is null;
