-- A receiver is changed in its place; the version is what whoever changes it has seen (ADR 0068).
alter table webhook_receiver add column version integer default 1 not null;

-- Local times from which and until which an applicant is told nothing, in the place of the installation's; equal ones are none (ADR 0069).
alter table delivery_preference add column quiet_from time;
alter table delivery_preference add column quiet_until time;
alter table delivery_preference add constraint ck_delivery_preference_quiet_hours
    check ((quiet_from is null) = (quiet_until is null));
