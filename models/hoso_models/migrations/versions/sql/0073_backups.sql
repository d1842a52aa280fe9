-- A row for each backup that was taken of this installation, whole or not, and what its last rehearsal found.
create table backup (
    id uuid not null,
    taken_at timestamptz not null,
    missing integer not null,
    damaged integer not null,
    rehearsed_at timestamptz,
    differences integer,
    constraint pk_backup primary key (id),
    constraint ck_backup_rehearsed check ((rehearsed_at is null) = (differences is null))
);

create index ix_backup_taken_at on backup (taken_at);
