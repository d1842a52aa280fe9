-- Payments online: orders at a gateway, and what it said that does not fit them (ADR 0055).

-- One more way in which money comes in.
alter table payment drop constraint ck_payment_method;
alter table payment add constraint ck_payment_method check (method in ('cash', 'transfer', 'gateway'));

create table payment_order (
    id uuid default gen_random_uuid() not null,
    dossier_id uuid not null,
    fees jsonb default '[]' not null,
    amount bigint not null,
    state text not null,
    pay_at text,
    gateway_reference text,
    created_at timestamptz not null,
    created_by uuid not null,
    expires_at timestamptz not null,
    paid_at timestamptz,
    asked_at timestamptz,
    constraint pk_payment_order primary key (id),
    constraint ck_payment_order_state check (state in ('open', 'paid', 'failed', 'expired', 'disputed')),
    constraint fk_payment_order_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_payment_order_created_by foreign key (created_by) references principal (id)
);
create index ix_payment_order_dossier_id on payment_order (dossier_id, created_at);
create unique index ux_payment_order_open on payment_order (dossier_id) where state = 'open';
create unique index ux_payment_order_gateway_reference on payment_order (gateway_reference)
    where gateway_reference is not null;
create index ix_payment_order_unpaid on payment_order (expires_at) where state <> 'paid';

create table payment_dispute (
    id uuid default gen_random_uuid() not null,
    order_id uuid,
    dossier_id uuid,
    told_order text not null,
    amount bigint not null,
    gateway_reference text,
    reason text not null,
    told_at timestamptz not null,
    constraint pk_payment_dispute primary key (id),
    constraint ck_payment_dispute_reason check (reason in (
        'unknown_order', 'wrong_amount', 'paid_twice', 'not_owed', 'taken_back', 'refused')),
    constraint fk_payment_dispute_order_id foreign key (order_id) references payment_order (id),
    constraint fk_payment_dispute_dossier_id foreign key (dossier_id) references dossier (id)
);
create index ix_payment_dispute_told_at on payment_dispute (told_at, id);
create index ix_payment_dispute_dossier_id on payment_dispute (dossier_id);
create unique index ux_payment_dispute_said on payment_dispute (told_order, reason, amount, gateway_reference);
