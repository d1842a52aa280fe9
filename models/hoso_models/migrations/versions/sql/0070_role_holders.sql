-- Roles are held by who works for an authority or with one, and officers alone act for each other: never the account of an applicant or a
-- user of the machine. What was entered before stays in the register, and gives no right.
create function role_held_at_work() returns trigger language plpgsql as $$
begin
    if exists (select from principal where id = new.principal_id and kind not in ('officer', 'system', 'partner')) then
        raise exception 'an account of its kind holds no role'
            using errcode = 'integrity_constraint_violation', table = tg_table_name, constraint = tg_name;
    end if;
    return new;
end
$$;
create trigger role_assignment_held_at_work before insert or update of principal_id on role_assignment
    for each row execute function role_held_at_work();
create trigger role_proposal_held_at_work before insert or update of principal_id on role_proposal
    for each row execute function role_held_at_work();

create function substitution_between_officers() returns trigger language plpgsql as $$
begin
    if exists (select from principal where id in (new.principal_id, new.substitute_id) and kind <> 'officer') then
        raise exception 'officers alone act for each other'
            using errcode = 'integrity_constraint_violation', table = tg_table_name, constraint = tg_name;
    end if;
    return new;
end
$$;
create trigger substitution_between_officers before insert or update of principal_id, substitute_id on substitution
    for each row execute function substitution_between_officers();

-- Nor does anybody who has a role become such an account.
create function principal_stays_at_work() returns trigger language plpgsql as $$
begin
    if new.kind not in ('officer', 'system', 'partner') and exists (select from role_assignment where principal_id = new.id)
        or new.kind <> 'officer' and exists (select from substitution where new.id in (principal_id, substitute_id))
    then
        raise exception 'who has roles stays who may have them'
            using errcode = 'integrity_constraint_violation', table = tg_table_name, constraint = tg_name;
    end if;
    return new;
end
$$;
create trigger principal_stays_at_work before update of kind on principal
    for each row when (new.kind is distinct from old.kind) execute function principal_stays_at_work();
