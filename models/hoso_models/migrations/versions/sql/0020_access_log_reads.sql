-- Reads in the access log: by which right and credential, from where, of which class of fields, why, and how many (ADR 0040).

alter table access_log
    add column unit_code text,
    add column on_behalf_of uuid,
    add column credential text,
    add column address text,
    add column fields text,
    add column reason text,
    add column led_by text,
    add column count integer,
    add column digest bytea,
    add constraint fk_access_log_unit_code foreign key (unit_code) references unit (code),
    add constraint fk_access_log_on_behalf_of foreign key (on_behalf_of) references principal (id);
