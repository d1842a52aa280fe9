-- Seals of the house's rows: what each was when the application last changed it, in one chain of hashes (ADR 0087).
-- Which tables are sealed stands in hoso_models/storage/seals.py, which makes the triggers after each upgrade.

create table row_seal (
    number bigint not null,
    -- The number of the first seal of the same transaction.
    first bigint not null,
    at timestamptz not null,
    table_name text not null,
    -- The values of the primary key, with spaces between them; empty in the seal with which the sealing of a table began.
    key text not null,
    -- The columns as they are, and those that are personal or long as digests. Both are null once the row is deleted.
    plain jsonb,
    digests jsonb,
    -- The columns that were found changed beside the application when this change was made; an empty list in the seal of a row
    -- that an operator has put right.
    beside jsonb,
    salt bytea not null,
    previous bytea not null,
    hash bytea not null,
    constraint pk_row_seal primary key (number),
    constraint ck_row_seal_deleted check ((plain is null) = (digests is null))
);
create unique index uq_row_seal_row on row_seal (table_name, key, number);

create table row_seal_head (
    -- There is one row, and this is its key.
    id boolean default true not null,
    number bigint not null,
    hash bytea not null,
    constraint pk_row_seal_head primary key (id),
    constraint ck_row_seal_head_id check (id)
);
insert into row_seal_head (number, hash) values (0, sha256('row seals'));

-- What a transaction has changed so far; its last statement is the seal, and nothing stays here.
create table row_change (
    transaction bigint not null,
    table_name text not null,
    key text not null,
    plain jsonb,
    digests jsonb,
    beside jsonb,
    salt bytea not null,
    -- Of the first change, which calls for the seal.
    opens boolean not null,
    constraint pk_row_change primary key (transaction, table_name, key)
);

-- What a verification found of the house's rows and of its seals.
create table house_finding (
    job_id uuid not null,
    place integer not null,
    why jsonb default '{}' not null,
    constraint pk_house_finding primary key (job_id, place),
    constraint fk_house_finding_job_id foreign key (job_id) references job (id)
);

create function row_seal_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'a seal is never changed or removed' using errcode = 'integrity_constraint_violation',
        table = 'row_seal', constraint = 'row_seal_append_only';
end
$$;
create trigger row_seal_append_only before update or delete on row_seal
    for each row execute function row_seal_append_only();
create trigger row_seal_never_emptied before truncate on row_seal
    for each statement execute function row_seal_append_only();

create function row_seal_digest(salt bytea, name text, value jsonb) returns text language sql immutable
    return left(encode(sha256(salt || convert_to(name || ' ' || value::text, 'UTF8')), 'hex'), 32);

create function row_seal_hash(
    number bigint, first bigint, at timestamptz, table_name text, key text, plain jsonb, digests jsonb, beside jsonb,
    previous bytea
) returns bytea language sql stable
    return sha256(previous || convert_to(jsonb_build_array(
        1, number, first, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.USZ'),
        table_name, key, plain, digests, beside
    )::text, 'UTF8'));

-- Whether the value of a column stands in a seal as a digest: it is personal, or long.
create function row_seal_digested(name text, value jsonb, digested text[]) returns boolean language sql immutable
    return value <> 'null' and (name = any (digested) or length(value::text) > 100);

create function row_seal_plain(image jsonb, digested text[]) returns jsonb language sql immutable strict
    return (
        select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(image)
        where not row_seal_digested(key, value, digested)
    );

create function row_seal_digests(image jsonb, digested text[], salt bytea) returns jsonb language sql immutable strict
    return (
        select coalesce(jsonb_object_agg(key, row_seal_digest(salt, key, value)), '{}') from jsonb_each(image)
        where row_seal_digested(key, value, digested)
    );

create function row_seal_key(image jsonb, keys text[]) returns text language sql immutable
    return (select string_agg(image ->> name, ' ' order by place) from unnest(keys) with ordinality as k(name, place));

-- The columns of a row that are not as they were sealed. Columns that were not sealed, or are no more, are not compared.
create function row_seal_altered(plain jsonb, digests jsonb, salt bytea, image jsonb)
    returns table (name text, stored text, sealed text) language sql immutable as $$
    select s.key, (image -> s.key)::text, s.value::text from jsonb_each(plain) s
    where image ? s.key and image -> s.key <> s.value
    union all
    select s.key, 'sha256:' || row_seal_digest(salt, s.key, image -> s.key), 'sha256:' || s.value
    from jsonb_each_text(digests) s
    where image ? s.key and row_seal_digest(salt, s.key, image -> s.key) <> s.value
$$;

-- Whether this is the first change of its transaction since the last seal. A change that is rolled back takes its mark along.
create function row_change_opens() returns boolean language plpgsql as $$
begin
    if current_setting('hoso.row_changes', true) = 'open' then
        return false;
    end if;
    perform set_config('hoso.row_changes', 'open', true);
    return true;
end
$$;

-- Notes what a row has become, where the application changes it. Its connections say that they seal; whoever changes a row by
-- hand leaves one that differs from its seal. Arguments: the key's columns, those that are not sealed, those that are personal.
create function row_changed() returns trigger
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'Asia/Ho_Chi_Minh' as $$
declare
    keys constant text[] := tg_argv[0];
    unsealed constant text[] := tg_argv[1];
    digested constant text[] := tg_argv[2];
    mine constant bigint := pg_current_xact_id()::text::bigint;
    salting constant bytea := uuid_send(gen_random_uuid());
    before jsonb;
    after jsonb;
    row_key text;
    altered jsonb;
    newest row_seal;
begin
    if current_setting('hoso.sealing', true) is distinct from 'on' then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        before := to_jsonb(old) - unsealed;
    end if;
    if tg_op <> 'DELETE' then
        after := to_jsonb(new) - unsealed;
    end if;
    if before = after then
        return null;
    end if;
    row_key := row_seal_key(coalesce(after, before), keys);
    if not exists (
        select from row_change c where c.transaction = mine and c.table_name = tg_table_name and c.key = row_key
    ) then
        select * into newest from row_seal s
        where s.table_name = tg_table_name and s.key = row_key order by s.number desc limit 1;
        if (before is null) <> (newest.plain is null) then
            altered := '["*"]';
        elsif before is not null then
            select jsonb_agg(a.name order by a.name) into altered
            from row_seal_altered(newest.plain, newest.digests, newest.salt, before) a;
        end if;
    end if;
    insert into row_change (transaction, table_name, key, plain, digests, beside, salt, opens)
    values (
        mine, tg_table_name, row_key, row_seal_plain(after, digested), row_seal_digests(after, digested, salting),
        altered, salting, row_change_opens()
    )
    on conflict on constraint pk_row_change do update
    set plain = excluded.plain, digests = excluded.digests, salt = excluded.salt;
    return null;
end
$$;

-- Seals what the transaction has changed, as the last thing before it is stored: whoever seals next waits for that alone.
create function rows_sealed() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    head row_seal_head;
    opened bigint;
    stored_at constant timestamptz := clock_timestamp(); -- allow: when it was stored is no caller's to say
    change row_change;
    linked bytea;
begin
    select * into head from row_seal_head for update;
    opened := head.number + 1;
    for change in
        with gone as (
            delete from row_change c where c.transaction = pg_current_xact_id()::text::bigint returning c.*
        ) select g.* from gone g order by g.table_name, g.key
    loop
        head.number := head.number + 1;
        linked := row_seal_hash(
            head.number, opened, stored_at, change.table_name, change.key, change.plain, change.digests, change.beside,
            head.hash
        );
        insert into row_seal values (
            head.number, opened, stored_at, change.table_name, change.key, change.plain, change.digests, change.beside,
            change.salt, head.hash, linked
        );
        head.hash := linked;
    end loop;
    update row_seal_head set number = head.number, hash = head.hash;
    perform set_config('hoso.row_changes', '', true);
    return null;
end
$$;
create constraint trigger row_change_sealed after insert on row_change
    deferrable initially deferred for each row when (new.opens) execute function rows_sealed();

-- Seals the rows of a table as they are, once: when its sealing begins.
create function row_seal_begin(of_table text, keys text[], unsealed text[], digested text[]) returns void
    language plpgsql set search_path = public, pg_temp set timezone = 'Asia/Ho_Chi_Minh' as $$
declare
    mine constant bigint := pg_current_xact_id()::text::bigint;
begin
    if exists (select from row_seal s where s.table_name = of_table and s.key = '') then
        return;
    end if;
    insert into row_change (transaction, table_name, key, plain, digests, salt, opens)
    values (mine, of_table, '', '{}', '{}', uuid_send(gen_random_uuid()), row_change_opens())
    on conflict on constraint pk_row_change do nothing;
    execute format($sql$
        insert into row_change (transaction, table_name, key, plain, digests, salt, opens)
        select $1, $2, row_seal_key(image, $3), row_seal_plain(image - $4, $5), row_seal_digests(image - $4, $5, salt), salt,
            false
        from (select to_jsonb(x) as image, uuid_send(gen_random_uuid()) as salt from %I x) r
        on conflict on constraint pk_row_change do nothing
    $sql$, of_table) using mine, of_table, keys, unsealed, digested;
end
$$;

-- Seals a row as it is, or that it is gone, after somebody has put it right by hand; whether there ever was such a row. The act
-- of administration that says why stands in the same transaction.
create function row_seal_again(of_table text, of_key text) returns boolean
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'Asia/Ho_Chi_Minh' as $$
declare
    mine constant bigint := pg_current_xact_id()::text::bigint;
    salting constant bytea := uuid_send(gen_random_uuid());
    arguments text[];
    image jsonb;
begin
    if not exists (select from row_change c where c.transaction = mine and c.table_name = 'administration_chain') then
        raise exception 'a row is sealed again by an act of administration' using errcode = 'check_violation',
            table = 'row_seal', constraint = 'row_seal_again_act';
    end if;
    select string_to_array(encode(t.tgargs, 'escape'), '\000') into arguments from pg_trigger t
    where t.tgrelid = to_regclass(quote_ident(of_table)) and t.tgname like 'row\_sealed\_%' limit 1;
    if arguments is null then
        return false;
    end if;
    execute format('select to_jsonb(x) from %I x where row_seal_key(to_jsonb(x), $1) = $2', of_table)
        into image using arguments[1]::text[], of_key;
    if image is null and not exists (select from row_seal s where s.table_name = of_table and s.key = of_key) then
        return false;
    end if;
    image := image - arguments[2]::text[];
    insert into row_change (transaction, table_name, key, plain, digests, beside, salt, opens)
    values (
        mine, of_table, of_key, row_seal_plain(image, arguments[3]::text[]),
        row_seal_digests(image, arguments[3]::text[], salting), '[]', salting, row_change_opens()
    )
    on conflict on constraint pk_row_change do update
    set plain = excluded.plain, digests = excluded.digests, beside = excluded.beside, salt = excluded.salt;
    return true;
end
$$;

-- The rows of a sealed table that are not as their newest seals say. It reads as the owner what auditors may not, and shows of what is
-- personal or secret no more than digests.
create function row_seal_differences(of_table text)
    returns table (table_name text, key text, number bigint, name text, stored text, sealed text)
    language plpgsql stable security definer set search_path = public, pg_temp set timezone = 'Asia/Ho_Chi_Minh' as $$
declare
    keys text[];
    unsealed text[];
begin
    if to_regclass(quote_ident(of_table)) is null
        or not exists (select from row_seal s where s.table_name = of_table and s.key = '') then
        return;
    end if;
    keys := array(
        select a.attname::text from pg_constraint k cross join unnest(k.conkey) with ordinality as c(attnum, place)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.attnum
        where k.conrelid = to_regclass(quote_ident(of_table)) and k.contype = 'p' order by c.place
    );
    unsealed := coalesce((
        select (string_to_array(encode(t.tgargs, 'escape'), '\000'))[2]::text[] from pg_trigger t
        where t.tgrelid = to_regclass(quote_ident(of_table)) and t.tgname like 'row\_sealed\_%' limit 1
    ), '{}');
    return query execute format($sql$
        with newest as (
            select distinct on (s.key) s.key, s.number, s.plain, s.digests, s.salt from row_seal s
            where s.table_name = $1 and s.key <> '' order by s.key, s.number desc
        ), stored as (
            select row_seal_key(image, $2) as key, image from (select to_jsonb(x) as image from %I x) r
        )
        select $1, coalesce(n.key, r.key), n.number, a.name, a.stored, a.sealed
        from newest n full join stored r on r.key = n.key
        cross join lateral (
            select null as name, case when r.image is not null then 'present' end as stored,
                case when n.plain is not null then 'present' end as sealed
            where (r.image is null) <> (n.plain is null)
            union all
            select a.name, a.stored, a.sealed from row_seal_altered(n.plain, n.digests, n.salt, r.image - $3) a
        ) a
        order by 2, 4
    $sql$, of_table) using of_table, keys, unsealed;
end
$$;
