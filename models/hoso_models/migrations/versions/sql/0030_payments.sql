-- Fees are assessed, reduced and paid by acts; a payment has a receipt, and may be cancelled (ADR 0051).

-- What was declared before is collected at reception.
alter table fee add column due text default 'reception' not null;
alter table fee alter column due drop default;
alter table fee add column quantity integer;
alter table fee add column reduction bigint default 0 not null;
alter table fee alter column reduction drop default;
alter table fee add column reduction_basis text;
alter table fee add column assessed_at timestamptz;
alter table fee add column assessed_by uuid;
alter table fee add column reduced_at timestamptz;
alter table fee add column reduced_by uuid;
alter table fee add constraint ck_fee_due check (due in ('filing', 'reception', 'supplement', 'return'));
alter table fee add constraint fk_fee_assessed_by foreign key (assessed_by) references principal (id);
alter table fee add constraint fk_fee_reduced_by foreign key (reduced_by) references principal (id);

-- No release has written a payment before.
alter table payment add column recorded_at timestamptz not null;
alter table payment add column receipt_unit text not null;
alter table payment add column receipt_year integer not null;
alter table payment add column receipt_number integer not null;
alter table payment add column cancelled_at timestamptz;
alter table payment add column cancelled_by uuid;
alter table payment add column cancelled_for text;
alter table payment add constraint ck_payment_method check (method in ('cash', 'transfer'));
alter table payment add constraint fk_payment_receipt_unit foreign key (receipt_unit) references unit (code);
alter table payment add constraint fk_payment_cancelled_by foreign key (cancelled_by) references principal (id);
