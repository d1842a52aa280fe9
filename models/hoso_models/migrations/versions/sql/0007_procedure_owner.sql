-- Which unit owns a procedure: rows are only added, and the one that begins last holds, so that no two periods overlap.

create table procedure_owner (
    id uuid default gen_random_uuid() not null,
    procedure_code text not null,
    unit_code text not null,
    valid_from date not null,
    basis text not null,
    named_at timestamptz not null,
    named_by uuid,
    named_for uuid,
    constraint pk_procedure_owner primary key (id),
    constraint uq_procedure_owner_procedure_code_valid_from_named_at unique (procedure_code, valid_from, named_at),
    constraint fk_procedure_owner_unit_code foreign key (unit_code) references unit (code),
    constraint fk_procedure_owner_named_by foreign key (named_by) references principal (id),
    constraint fk_procedure_owner_named_for foreign key (named_for) references principal (id)
);

create function keep_procedure_owner() returns trigger language plpgsql as $$
begin
    raise exception 'an owner is never changed or removed; another one is named from a day on'
        using errcode = 'integrity_constraint_violation',
            table = 'procedure_owner', constraint = 'procedure_owner_append_only';
end
$$;
create trigger keep_procedure_owner before update or delete on procedure_owner
    for each row execute function keep_procedure_owner();

-- A unit and all below it, whether they still exist or not: over these an administrator or auditor of the unit has an eye.
create function units_below(top text) returns text[] language sql stable as $$
    with recursive below (code) as (
        select top
        union
        select u.code from unit u join below b on u.parent_code = b.code
    )
    select array_agg(code order by code) from below
$$;

-- In whose name somebody acted: the absent officer's, or that of the person on whose word an operator entered it.
alter table workflow_version
    add column declared_for uuid,
    add column submitted_for uuid,
    add column approved_for uuid,
    add column activated_for uuid,
    add constraint fk_workflow_version_declared_for foreign key (declared_for) references principal (id),
    add constraint fk_workflow_version_submitted_for foreign key (submitted_for) references principal (id),
    add constraint fk_workflow_version_approved_for foreign key (approved_for) references principal (id),
    add constraint fk_workflow_version_activated_for foreign key (activated_for) references principal (id);

-- What was approved by its submitter before is kept as it is until it is retired; it cannot become active any more.
alter table workflow_version add constraint ck_workflow_version_other_persons check (
    status = 'retired'
        or not (array[approved_by, approved_for] && array[declared_by, declared_for, submitted_by, submitted_for])
) not valid;
do $$
begin
    alter table workflow_version validate constraint ck_workflow_version_other_persons;
exception
    when check_violation then null;
end
$$;

alter table principal drop constraint ck_principal_kind;
alter table principal add constraint ck_principal_kind
    check (kind in ('officer', 'citizen', 'system', 'partner', 'operator'));

-- Owners of what was published before: the unit in which its declarers held the office, where that is one; else the unit
-- above all of these, where that is one; else the only unit without a superior. Where none is clear there is no owner, and
-- somebody at the top of the tree claims the procedure by declaring it again.
with recursive held as (
    select distinct v.procedure_code, r.unit_code
    from workflow_version v
    join role_assignment r on r.principal_id = v.declared_by and r.role in ('procedure_declarer', 'administrator')
        and (v.declared_at at time zone 'Asia/Ho_Chi_Minh')::date
            between r.valid_from and coalesce(r.valid_to, 'infinity')
), climbed (procedure_code, unit_code) as (
    select procedure_code, unit_code from held
    union
    select c.procedure_code, u.parent_code
    from climbed c join unit u on u.code = c.unit_code where u.parent_code is not null
), candidate as (
    select procedure_code, unit_code, 1 as rank from held
    union
    select c.procedure_code, c.unit_code, 2
    from climbed c join unit u on u.code = c.unit_code where u.parent_code is null
    union
    select v.procedure_code, u.code, 3 from workflow_version v cross join unit u where u.parent_code is null
), clear as (
    select procedure_code, rank, min(unit_code) as unit_code from candidate group by procedure_code, rank having count(*) = 1
)
insert into procedure_owner (procedure_code, unit_code, valid_from, basis, named_at)
select distinct on (c.procedure_code) c.procedure_code, c.unit_code,
    (first.at at time zone 'Asia/Ho_Chi_Minh')::date, 'Theo đơn vị đã khai báo các phiên bản trước đây', first.at
from clear c
cross join lateral (
    select min(v.declared_at) as at from workflow_version v where v.procedure_code = c.procedure_code
) first
order by c.procedure_code, c.rank;
