-- The name by which somebody signs in is theirs; the code, with which the claims of identity providers are compared, is the register's.
-- Whoever has a password signs in by the name that they have signed in by.
alter table principal add column account text;
update principal p set account = code
where code is not null and exists (select from credential c where c.principal_id = p.id and c.kind = 'password');
create unique index uq_principal_account on principal (account);
create index ix_principal_account_lower on principal (lower(account)) where account is not null;
