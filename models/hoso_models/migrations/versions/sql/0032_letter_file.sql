-- Signed PDFs of letters (ADR 0052): the bytes whose digest stands in the dossier's chain.

create table letter_file (
    sha256 text not null,
    dossier_id uuid not null,
    content bytea not null,
    stored_at timestamptz not null,
    constraint pk_letter_file primary key (sha256),
    constraint fk_letter_file_dossier_id foreign key (dossier_id) references dossier (id)
);
create index ix_letter_file_dossier_id on letter_file (dossier_id);
-- A PDF is packed already.
alter table letter_file alter column content set storage external;

-- What names a signed paper is erased with the paper, whoever erases it.
create function letter_file_erase() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from letter_file where dossier_id = old.dossier_id and sha256 = old.payload ->> 'file';
    return null;
end
$$;

revoke all on function letter_file_erase() from public;

create trigger letter_file_erase after update on dossier_event for each row
when (old.kind = 'letter_signed' and old.payload is not null and new.payload is null)
execute function letter_file_erase();

-- Templates that authorities enter for the letters of their units: checked before, approved by a second person.
create table letter_template (
    id uuid default gen_random_uuid() not null,
    unit_code text not null,
    form text not null,
    number integer not null,
    html text,
    typst text,
    basis text not null,
    valid_from date not null,
    entered_by uuid not null,
    entered_for uuid,
    entered_at timestamptz not null,
    approved_by uuid,
    approved_for uuid,
    approved_at timestamptz,
    constraint pk_letter_template primary key (id),
    constraint uq_letter_template_unit_code_form_number unique (unit_code, form, number),
    constraint fk_letter_template_unit_code foreign key (unit_code) references unit (code),
    constraint fk_letter_template_entered_by foreign key (entered_by) references principal (id),
    constraint fk_letter_template_entered_for foreign key (entered_for) references principal (id),
    constraint fk_letter_template_approved_by foreign key (approved_by) references principal (id),
    constraint fk_letter_template_approved_for foreign key (approved_for) references principal (id),
    constraint ck_letter_template_other_persons
        check (not (array[approved_by, approved_for] && array[entered_by, entered_for])),
    constraint ck_letter_template_both check ((html is null) = (typst is null))
);
