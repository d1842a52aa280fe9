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

-- Money given back of a payment.
create table refund (
    id uuid default gen_random_uuid() not null,
    dossier_id uuid not null,
    payment_id uuid not null,
    fee_number integer not null,
    amount bigint not null,
    method text not null,
    reference text,
    reason text,
    refunded_at timestamptz not null,
    refunded_by uuid not null,
    constraint pk_refund primary key (id),
    constraint ck_refund_method check (method in ('cash', 'transfer', 'gateway')),
    constraint fk_refund_dossier_id_fee_number foreign key (dossier_id, fee_number) references fee (dossier_id, number),
    constraint fk_refund_payment_id foreign key (payment_id) references payment (id),
    constraint fk_refund_refunded_by foreign key (refunded_by) references principal (id)
);
create index ix_refund_payment_id on refund (payment_id);
create index ix_refund_dossier_id on refund (dossier_id);
