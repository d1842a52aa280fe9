-- What is settled as recorded was paid when the gateway says so, not when it told it.

alter table payment_dispute add column paid_at timestamptz;
