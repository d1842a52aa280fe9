-- How content applicants are with a dossier that has a result: once, changeable for some days (ADR 0078).

create table rating (
    dossier_id uuid not null,
    overall text not null,
    convenience text not null,
    timeliness text not null,
    attitude text not null,
    comment text,
    given_at timestamptz not null,
    changed_at timestamptz,
    given_by uuid not null,
    constraint pk_rating primary key (dossier_id),
    constraint ck_rating_overall check (overall in ('very_satisfied', 'satisfied', 'unsatisfied')),
    constraint ck_rating_convenience check (convenience in ('very_satisfied', 'satisfied', 'unsatisfied')),
    constraint ck_rating_timeliness check (timeliness in ('very_satisfied', 'satisfied', 'unsatisfied')),
    constraint ck_rating_attitude check (attitude in ('very_satisfied', 'satisfied', 'unsatisfied')),
    constraint fk_rating_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_rating_given_by foreign key (given_by) references principal (id)
);
create index ix_rating_given_at on rating (given_at);
