-- Escalations told lately, the newest first.

create index ix_outbox_escalation on outbox (created_at, id) where topic like 'escalation.%';
