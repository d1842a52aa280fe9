select 'create role "hoso" login' where not (to_regrole('"hoso"') is not null) \gexec

do $$ begin create role "hoso_app"; exception when duplicate_object then null; end $$;
alter role "hoso_app" with login;

do $$ begin create role "hoso_prefect"; exception when duplicate_object then null; end $$;
alter role "hoso_prefect" with login;

do $$ begin create role "hoso_audit"; exception when duplicate_object then null; end $$;
alter role "hoso_audit" with login;
select 'create database "hoso" owner "hoso"' where not exists (select from pg_database where datname = 'hoso') \gexec
revoke all on database "hoso" from public;
grant connect on database "hoso" to "hoso_app", "hoso_audit";
select 'create database "prefect" owner "hoso_prefect"' where not exists (select from pg_database where datname = 'prefect') \gexec
\connect "prefect"

do $$
declare
  others name[] := (select array_agg(datname) from pg_database
    where datdba = to_regrole('"hoso"') and datname <> 'prefect');
  other name;
begin
  if not exists (select from pg_database
    where datname = 'prefect' and datdba = to_regrole('"hoso"')) then
    return;
  end if;
  reassign owned by "hoso" to "hoso_prefect";
  foreach other in array coalesce(others, '{}') loop
    execute format('alter database %I owner to %I', other, 'hoso');
  end loop;
end $$;
revoke all on database "prefect" from public;
create extension if not exists "pg_trgm";

