"""Roles of the database and the SQL that creates them (ADR 0019).

One owns, one works, one is Prefect's, one reads.
"""

from dataclasses import dataclass
from enum import StrEnum

#: Where Prefect keeps its own tables; the extension is one that its migrations use.
PREFECT_DATABASE = "prefect"
PREFECT_EXTENSIONS = ("pg_trgm",)


class Role(StrEnum):
    """The login roles of an installation, as the embedded server names them."""

    #: Owns the databases and all in them; only migrations connect as it.
    OWNER = "hoso"
    #: Of the API, the flows and the command line: no DDL, and what happened is only added to.
    APPLICATION = "hoso_app"
    #: Of Prefect's server: its own database, and no way into ours.
    PREFECT = "hoso_prefect"
    #: Of whoever proves the records: reads, and writes nothing.
    AUDITOR = "hoso_audit"


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the roles on one server. On an external PostgreSQL they are those of the addresses."""

    owner: str = Role.OWNER
    application: str = Role.APPLICATION
    prefect: str = Role.PREFECT
    auditor: str = Role.AUDITOR

    @property
    def separate(self) -> bool:
        """True when the application's role is not the owner's."""
        return self.application != self.owner


def create_role(role: str, password: str | None = None) -> str:
    """SQL that creates a login role without any rights. Safe where the role exists."""
    clause = "" if password is None else f" password {literal(password)}"
    return f"""
do $$ begin create role {name(role)}; exception when duplicate_object then null; end $$;
alter role {name(role)} with login{clause};
"""


def restrict_connections(database: str, *admitted: str) -> str:
    """SQL that lets only the owner and the named roles connect to a database."""
    connect = f"grant connect on database {name(database)} to {', '.join(map(name, admitted))};\n"
    return f"revoke all on database {name(database)} from public;\n{connect if admitted else ''}"


def transfer_ownership(database: str, before: str, after: str) -> str:
    """SQL that gives a database and its content to another role. Run it there as superuser.

    `reassign owned` takes along every other database of the role, so those are given back in the same transaction. Where
    the database is not that role's, nothing is done.
    """
    return f"""
do $$
declare
  others name[] := (select array_agg(datname) from pg_database
    where datdba = to_regrole({literal(name(before))}) and datname <> {literal(database)});
  other name;
begin
  if not exists (select from pg_database
    where datname = {literal(database)} and datdba = to_regrole({literal(name(before))})) then
    return;
  end if;
  reassign owned by {name(before)} to {name(after)};
  foreach other in array coalesce(others, '{{}}') loop
    execute format('alter database %I owner to %I', other, {literal(before)});
  end loop;
end $$;
"""  # noqa: S608 - names and texts are quoted


def script(named: Roles, database: str, prefect_database: str = PREFECT_DATABASE) -> str:
    """SQL that makes the roles on a PostgreSQL of one's own; safe twice.

    An owner that is there already stays as it is. Nothing in it is secret: passwords are set afterwards.
    """
    owner, others = literal(name(named.owner)), (named.application, named.prefect, named.auditor)
    return "".join(
        (
            _unless(f"(to_regrole({owner}) is not null)", f"create role {name(named.owner)} login"),
            *map(create_role, others),
            _database(database, named.owner),
            restrict_connections(database, named.application, named.auditor),
            _database(prefect_database, named.prefect),
            f"\\connect {name(prefect_database)}\n",
            transfer_ownership(prefect_database, named.owner, named.prefect),
            restrict_connections(prefect_database),
            *(f"create extension if not exists {name(each)};\n" for each in PREFECT_EXTENSIONS),
        )
    )


def _database(database: str, owner: str) -> str:
    there = f"exists (select from pg_database where datname = {literal(database)})"
    return _unless(there, f"create database {name(database)} owner {name(owner)}")


def _unless(there: str, made: str) -> str:
    """A statement for psql that is executed where a condition does not hold."""
    return f"select {literal(made)} where not {there} \\gexec\n"


def name(identifier: str) -> str:
    """An identifier as SQL writes it."""
    return '"{}"'.format(identifier.replace('"', '""'))


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'{}'".format(text.replace("'", "''"))
