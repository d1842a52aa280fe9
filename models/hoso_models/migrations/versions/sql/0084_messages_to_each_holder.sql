-- A rung tells several people (ADR 0067): the key of each message ends in who is told. Those of before have no such part.

-- Takes back what was told of dates that a revised calendar has moved, and that is not true any more; how much. It stays to be
-- read with when it was taken back, and what of it was not sent yet is not sent any more.
create or replace function escalation_moved(kinds text[], ids uuid[], cycles integer[], levels text[], instant timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    number bigint;
begin
    with moved as (
        select * from unnest(kinds, ids, cycles, levels) as m(kind, id, cycle, level)
    ), gone as (
        delete from escalation e using moved m
        where (e.subject_kind, e.subject_id, e.cycle, e.level) = (m.kind, m.id, m.cycle, m.level)
        returning e.*
    ), kept as (
        insert into escalation_withdrawn (subject_kind, subject_id, cycle, level, recipient_id, at, withdrawn_at)
        select subject_kind, subject_id, cycle, level, recipient_id, at, instant from gone
        on conflict do nothing
    ), unsent as (
        update outbox o set aside = 'overtaken', available_at = 'infinity', last_error = 'its date has moved'
        from gone g
        where o.topic = 'escalation.' || g.level and o.sent_at is null and o.available_at < 'infinity'
          and array_to_string((string_to_array(o.dedup_key, '/'))[1:5], '/')
            = concat_ws('/', 'escalation', g.subject_kind, g.subject_id, g.cycle, g.level)
    )
    select count(*) into number from gone;
    return number;
end
$$;
