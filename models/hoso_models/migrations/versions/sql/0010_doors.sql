-- Functions with the rights of their owner, for the one role that may not do by itself what they do (ADR 0019). Each has
-- its search path fixed, so that nobody can put a table of his own in the place of ours.

revoke all on function dossier_event_append_only() from public;
revoke all on function dossier_event_ensure_month(date) from public;
revoke all on function dossier_event_ensure_months(date, date) from public;

alter function dossier_event_ensure_months(date, date) security definer set search_path = public, pg_temp;

-- Erases payload and salt of a dossier's events, where the law demands it; how many still had theirs. Who had it done, when
-- and on what ground stands in the access log, which nobody but the owner can change: no payload is gone in silence.
create function dossier_event_erase(
    of_dossier uuid, seqs integer[], actor uuid, erased_at timestamptz, basis text
) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    erased integer[];
begin
    if coalesce(basis, '') !~ '\S' then
        raise exception 'an erasure needs the provision that demands it' using errcode = 'check_violation',
            table = 'dossier_event', constraint = 'dossier_event_erase_basis';
    end if;
    with gone as (
        update dossier_event e set payload = null, salt = null
        where e.dossier_id = of_dossier and e.seq = any (seqs) and e.salt is not null
        returning e.seq
    )
    select coalesce(array_agg(gone.seq order by gone.seq), '{}') into erased from gone;
    if cardinality(erased) > 0 then
        insert into access_log (principal_id, act, subject, at, granted, detail)
        values (actor, 'erase', of_dossier::text, erased_at, true,
            jsonb_build_object('seqs', to_jsonb(erased), 'basis', basis));
    end if;
    return cardinality(erased);
end
$$;

revoke all on function dossier_event_erase(uuid, integer[], uuid, timestamptz, text) from public;
