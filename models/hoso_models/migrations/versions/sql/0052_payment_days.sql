-- The takings of one day and the payment of a dispute read every payment there is.

create index ix_payment_recorded_at on payment (recorded_at, id);
create index ix_payment_reference on payment (reference) where reference is not null;
create index ix_refund_refunded_at on refund (refunded_at);
