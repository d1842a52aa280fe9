"""Privileges of each database role, declared once and applied after every upgrade (ADR 0019).

A table without a line here is closed to all but its owner; a test enforces that every table has one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hoso_models import roles
from hoso_models.roles import Roles
from hoso_models.storage.database import Database

PUBLIC = "PUBLIC"
#: Everything that the rows of a table can suffer. To empty, alter, or refer to a table is the owner's alone.
ALL = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
_LASTING = ALL - {"DELETE"}
_APPENDED = frozenset({"SELECT", "INSERT"})
_READ = frozenset({"SELECT"})
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """Privileges on a table's rows, with the reason where they are less than all."""

    application: frozenset[str]
    why: str = ""
    auditor: frozenset[str] = _READ
    why_auditor: str = ""


_REBUILT = Line(ALL)
_HAPPENED = Line(_APPENDED, "what happened is added to, and never changed or removed")
_TOLD = Line(_APPENDED, "what was answered or told once is not told otherwise later")
_ENTERED = Line(_LASTING, "who or what was registered is ended by a date: dossiers go on referring to it")
_PUBLISHED = Line(_APPENDED, "a version that dates were counted by stays as it was; a change is the next one")
_DOSSIERS = Line(_LASTING, "a dossier is closed, never removed, and neither is what was handed in or paid")
_COUNTED = Line(_LASTING, "a number that was given out is never given out again")
_SECRET = Line(
    _LASTING,
    "a token is revoked, so that what was done with it stays attributable",
    _NOTHING,
    "no proof of what happened needs the digests of tokens",
)
_ACCOUNT = "no proof of what happened needs the secrets and the devices of people"
_FACTOR = Line(_LASTING, "a factor is revoked, so that a sign-in stays attributable", _NOTHING, _ACCOUNT)
_BRIEF = Line(ALL, "", _NOTHING, _ACCOUNT)

#: Table → who may do what to it.
TABLES: Mapping[str, Line] = {
    "access_day": Line(_READ, "only what closes and expires days of the access log writes here"),
    "access_log": _HAPPENED,
    "administration_chain": Line(_LASTING, "the head of a chain is moved on, never forgotten"),
    "administration_event": _HAPPENED,
    "agency_system": Line(_LASTING, "a system that was entered is ended, so that it stays known"),
    "alembic_version": Line(_READ, "only migrations move it"),
    "api_token": _SECRET,
    "appointment": _REBUILT,
    "area": _ENTERED,
    "attachment": _REBUILT,
    "backup": Line(_LASTING, "a backup that was taken stays known, with what its last rehearsal found"),
    "browser_session": _BRIEF,
    "calendar": _ENTERED,
    "calendar_move": _REBUILT,
    "calendar_revision": Line(
        _LASTING, "a revision that was entered stays, with who approved and applied it"
    ),
    "calendar_version": _PUBLISHED,
    "chain_finding": Line(ALL),
    "clock_stop": _REBUILT,
    "code_sequence": _COUNTED,
    "competence": _ENTERED,
    "component": _DOSSIERS,
    "consultation": _REBUILT,
    "contact_point": _ENTERED,
    "contact_proof": _BRIEF,
    "credential": _FACTOR,
    "damaged_file": _REBUILT,
    "damaged_run": _REBUILT,
    "delivery_preference": Line(
        ALL, "", _NOTHING, "no proof of what happened needs how somebody likes to be told"
    ),
    "destruction_item": Line(_LASTING, "a dossier that was on a list stays on it, erased or not"),
    "destruction_list": Line(_LASTING, "a list is decided on, never removed"),
    "disclosure": _REBUILT,
    "document_progress": _HAPPENED,
    "dossier": _DOSSIERS,
    "dossier_event": _HAPPENED,
    "dossier_search": _REBUILT,
    "draft": Line(ALL, "", _NOTHING, "no proof of what happened needs what was typed and never filed"),
    "draft_file": Line(
        ALL, "", _NOTHING, "no proof of what happened needs the files of what was never filed"
    ),
    "dossier_key": _REBUILT,
    "duty": Line(ALL),
    "duty_alarm": _TOLD,
    "embedding_seen": Line(ALL),
    "engine_state": _DOSSIERS,
    "escalation": _TOLD,
    "escalation_rung": Line(_LASTING, "a rung that was entered ends and stays: what was told was told by it"),
    "escalation_withdrawn": Line(
        _READ, "only what takes back the alarms of a wrong clock or a moved date writes here"
    ),
    "evaluation_mark": Line(_LASTING, "a mark is corrected until its sheet is final, never removed"),
    "evaluation_sheet": Line(_LASTING, "a sheet that was opened is made final, never removed"),
    "fee": _REBUILT,
    "feedback": Line(_LASTING, "what somebody said is answered and forgotten, its number and answer stay"),
    "house_finding": Line(ALL),
    "idempotency": _TOLD,
    "identity": Line(_LASTING, "an identity is unlinked: sessions refer to it"),
    "invitation": _BRIEF,
    "job": Line(ALL),
    "job_item": Line(ALL),
    "letter": _REBUILT,
    "letter_file": Line(
        _APPENDED, "a paper that was signed stays as it was; it goes with the event that names it"
    ),
    "letter_series": _COUNTED,
    "letter_template": Line(_LASTING, "a template that was entered stays: letters were set by it"),
    "logout_token": _BRIEF,
    "mail_server": _REBUILT,
    "officer_task": Line(ALL, "", _NOTHING, "no proof of what happened needs what somebody has not said yet"),
    "maintenance": Line(_LASTING, "what was announced is cancelled, so that it stays known"),
    "notice": Line(_LASTING, "a notice is marked as read, and forgotten long after it was told"),
    "online_target": Line(
        _APPENDED, "another target is the next row, so that a share is judged by the one that held"
    ),
    "outage": Line(_LASTING, "an outage is resolved; when it was told stays known"),
    "outage_acknowledgement": _HAPPENED,
    "outage_recipient": _ENTERED,
    "outage_told": _TOLD,
    "outage_update": _HAPPENED,
    "outbox": Line(_LASTING, "what was to be sent is marked as sent, and forgotten long after it was"),
    "parked_form": _BRIEF,
    "party": _ENTERED,
    "payment": _REBUILT,
    "payment_dispute": Line(_LASTING, "what a gateway said is looked at by a person, never removed"),
    "payment_order": Line(
        _LASTING, "an order is paid, fails or expires; what is paid late still refers to it"
    ),
    "partner_portal": _ENTERED,
    "portal_answer": Line(_APPENDED, "what a portal said is added to, and forgotten long after it was said"),
    "portal_feed": _COUNTED,
    "portal_filing": Line(ALL),
    "portal_status": Line(_LASTING, "what a portal is told stays, with what became of it"),
    "principal": _ENTERED,
    "procedure_entry_draft": Line(ALL),
    "procedure_entry_search": _REBUILT,
    "procedure_entry_version": Line(
        _APPENDED, "a version that was published stays as it was; what changes is the next one"
    ),
    "procedure_opening": Line(_APPENDED, "a procedure is closed or opened by the next row, from a day on"),
    "procedure_owner": Line(
        _APPENDED, "an owner is never changed or removed; another one is named from a day on"
    ),
    "rating": Line(_LASTING, "a rating is changed by who gave it, never removed"),
    "refund": _REBUILT,
    "register_document": Line(_LASTING, "a document that was entered stays; its state is brought up to date"),
    "rehoming": Line(_LASTING, "a job that was ordered is gone on with, and stays to be read"),
    "reminder": _TOLD,
    "report": Line(_LASTING, "a report that was made is read again, and marked when it is submitted"),
    "report_kind": _ENTERED,
    "report_obligation": Line(_LASTING, "a report that is owed is submitted or late, never removed"),
    "report_submission": Line(_APPENDED, "figures that were submitted stay as they were"),
    "report_submission_dossier": Line(
        _APPENDED, "whoever looks behind a submitted figure finds what was counted"
    ),
    "role_assignment": _ENTERED,
    "role_proposal": Line(_LASTING, "a proposal is decided, never removed"),
    "row_change": Line(_READ, "only the triggers of sealed tables write here"),
    "row_seal": Line(_READ, "only the seal of a transaction writes here"),
    "row_seal_head": Line(_READ, "only the seal of a transaction moves it"),
    "service_level": Line(_LASTING, "a service level ends by a date: dossiers were filed under it"),
    "sign_in_attempt": _BRIEF,
    "signing_key": Line(_LASTING, "a key is revoked, so that what was signed with it stays attributable"),
    "substitution": _ENTERED,
    "throttle": _REBUILT,
    "timer": _REBUILT,
    "unit": _ENTERED,
    "unknown_identity": _BRIEF,
    "upload": Line(ALL, "", _NOTHING, "no proof of what happened needs what is on its way in"),
    "urging": Line(_LASTING, "a call upon a unit is answered, never removed"),
    "used_signature": Line(ALL, "", _NOTHING, "no proof of what happened needs which signature was used up"),
    "user_task": _REBUILT,
    "webhook_receiver": Line(_LASTING, "a receiver is ended, so that what went to it stays attributable"),
    "webhook_secret": Line(
        _LASTING,
        "a secret ends at an instant",
        _NOTHING,
        "no proof of what happened needs the secrets of receivers",
    ),
    "watermark": Line(_LASTING, "how far a job has come is moved, not forgotten"),
    "workflow_version": Line(_LASTING, "a version is retired: dossiers stay on the one they began with"),
}
#: Functions with their owner's rights, by which the application reaches what it does not own.
FUNCTIONS: Mapping[str, str] = {
    "dossier_event_ensure_months(date,date)": "the event table gets the partitions of months to come",
    "dossier_event_erase(uuid,integer[],uuid,timestamp with time zone,text)": (
        "the payload of an event is erased where the law demands it, with a line in the access log"
    ),
    "escalation_moved(text[],uuid[],integer[],text[],timestamp with time zone)": (
        "what was told of a date that a revised calendar has moved counts as not told"
    ),
    "escalation_withdraw(timestamp with time zone,timestamp with time zone)": (
        "what was told at an instant that the clock has not reached counts as not told"
    ),
    "row_seal_again(text,text)": "a row that was put right by hand is sealed, with the act that says why",
    "idempotency_expire(timestamp with time zone,integer)": "answers are forgotten after thirty days at the earliest",
    "outbox_expire(timestamp with time zone,integer)": "sent messages are deleted after thirty days at the earliest",
    "notice_expire(timestamp with time zone,integer)": "notices are forgotten after a year at the earliest",
    "portal_answer_expire(timestamp with time zone,integer)": (
        "what portals have said is deleted after ninety days at the earliest"
    ),
    "access_log_close(timestamp with time zone)": "days of the access log are closed once they are over",
    "access_log_expire(timestamp with time zone,integer)": (
        "closed days of the access log are deleted after a year at the earliest, those of erasures never"
    ),
}
#: The functions that statements of readers call. They change nothing, and have the rights of who calls them, but for comparisons.
READINGS: Mapping[str, str] = {
    "units_below(text)": "an administrator or auditor of a unit has an eye on all units below it",
    "access_line_digest(access_log)": "whoever proves the records takes the digest of a line of the access log",
    "access_days(date,date)": "whoever proves the records takes the digests of days of the access log",
    "access_day_differences(date,date)": "days of the access log are compared with what they were when they were closed",
    "row_seal_hash(bigint,bigint,timestamp with time zone,text,text,jsonb,jsonb,jsonb,bytea)": (
        "whoever proves the records verifies the chain of seals"
    ),
    "browser_session_sha256(browser_session)": "a session stands in the access log with its digest",
    "browser_session_differences(timestamp with time zone,text[])": (
        "sessions are compared with their lines in the access log, also by auditors, who may not read them; it shows digests alone"
    ),
    "row_seal_differences(text)": (
        "rows are compared with their seals, also those that auditors may not read; of secrets it shows digests alone"
    ),
}
#: The functions that statements of the application call; they too have the rights of who calls them.
WRITINGS: Mapping[str, str] = {
    "access_day_lock(date)": "who writes a line into a day of the access log keeps it open until the commit",
    "notice_list(bigint[],timestamp with time zone)": "each message enters the lists of its readers",
    "portal_code(text,boolean)": "a portal of another authority is told the code of a status",
    "event_is_stale(text,uuid)": "a message goes out only while its dossier still needs it",
}


#: What is only added to.
LOGS = tuple(table for table, line in TABLES.items() if line.application == _APPENDED)


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One privilege of one role on one object, each as SQL writes it."""

    kind: str
    name: str
    grantee: str
    privilege: str

    def __str__(self) -> str:
        return f"{self.grantee} {self.privilege} on {self.kind} {self.name}"

    def given(self) -> str:
        """The GRANT statement."""
        return f"grant {self.privilege} on {self.kind} {self.name} to {self._grantee}"

    def taken(self) -> str:
        """The statement that takes it away."""
        return f"revoke {self.privilege} on {self.kind} {self.name} from {self._grantee}"

    @property
    def _grantee(self) -> str:
        return PUBLIC if self.grantee == PUBLIC else roles.name(self.grantee)


@dataclass(frozen=True, slots=True)
class Drift:
    """Differences between the catalogue and what is declared."""

    #: Declared, and not given.
    missing: tuple[Grant, ...]
    #: Given to one of our roles or to everybody, and not declared.
    extra: tuple[Grant, ...]
    #: Given to roles that are not ours to judge.
    strange: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class RoleReach:
    """Reach of a connection's role into events and logs, asked of PostgreSQL itself."""

    role: str
    owner: str
    #: It is the owner, or may become it.
    owns: bool
    #: Attributes that lead round every privilege.
    powers: tuple[str, ...]
    #: What it may do to events and logs beyond reading and adding, as `DELETE on access_log`.
    reach: tuple[str, ...]


async def role_reach(db: Database) -> RoleReach:
    """The reach of the connection's role, on an upgraded database."""
    row = await db.row(_ROLE)
    reach = await db.rows(_REACH, [list(LOGS)])
    powers = tuple(name for name in ("superuser", "createrole", "bypassrls", "replication") if row[name])
    return RoleReach(row.role, row.owner, row.owns, powers, tuple(each.said for each in reach))


async def drift(db: Database, named: Roles) -> Drift:
    """Compare the declared privileges with those of a database; any role can."""
    return _drift(await db.rows(_GRANTED), await db.rows(_THERE), named)


def apply(connection: Connection, named: Roles) -> None:
    """Make the privileges equal to the declared ones, in the owner's transaction.

    Changes only differences. Where the application's role is the owner, privileges have no effect and nothing is changed;
    missing roles are skipped, and so are a database or schema of another owner.
    """
    if not named.separate:
        return
    found = _drift(_rows(connection, _GRANTED), _rows(connection, _THERE), named)
    mine = {row.kind for row in _rows(connection, _MINE)}
    for statement, grants in ((Grant.taken, found.extra), (Grant.given, found.missing)):
        for grant in grants:
            if grant.kind in mine:
                connection.exec_driver_sql(statement(grant))


def declared(database: str, named: Roles) -> Iterator[Grant]:
    """Every privilege that a database, named as SQL writes it, should give."""
    for table, line in TABLES.items():
        for privilege in line.application:
            yield Grant("table", table, named.application, privilege)
        for privilege in line.auditor:
            yield Grant("table", table, named.auditor, privilege)
    for function in (*FUNCTIONS, *WRITINGS):
        yield Grant("routine", function, named.application, "EXECUTE")
    for role in (named.application, named.auditor):
        for reading in READINGS:
            yield Grant("routine", reading, role, "EXECUTE")
        yield Grant("schema", "public", role, "USAGE")
        yield Grant("database", database, role, "CONNECT")


def _drift(granted: Iterable[Any], there: Sequence[Any], named: Roles) -> Drift:
    (database,) = (row.name for row in there if row.kind == "database")
    existing = {(row.kind, row.name) for row in there}
    ours = {PUBLIC, named.application, named.auditor, named.prefect}
    actual = {Grant(row.kind, row.name, row.grantee, row.privilege) for row in granted}
    wanted = {
        grant
        for grant in declared(database, named)
        if ("role", grant.grantee) in existing and (grant.kind, grant.name) in existing
    }
    undeclared = actual - wanted
    return Drift(
        tuple(sorted(wanted - actual)),
        tuple(sorted(grant for grant in undeclared if grant.grantee in ours)),
        tuple(sorted(grant for grant in undeclared if grant.grantee not in ours)),
    )


def _rows(connection: Connection, sql: str) -> Sequence[Any]:
    return connection.exec_driver_sql(sql).fetchall()


#: Who owns our tables; what is theirs is ours to judge, what others keep beside it is not.
_OWNER = "(select relowner from pg_class where oid = to_regclass('alembic_version'))"
#: What is given to anybody but the owner of the object, an extension's own objects aside.
_GRANTED = f"""
with object as (
  select 'table' as kind, format('%I', relname) as name, relowner as owner, relacl as acl, '' as columns,
    'pg_class'::regclass as catalogue, oid
  from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
  union all
  select 'sequence', format('%I', relname), relowner, relacl, '', 'pg_class'::regclass, oid
  from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'
  union all
  select 'table', format('%I', c.relname), c.relowner, a.attacl, format(' (%I)', a.attname), 'pg_class'::regclass, c.oid
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'public'::regnamespace and a.attacl is not null and not a.attisdropped
  union all
  select 'routine', oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner)), '',
    'pg_proc'::regclass, oid
  from pg_proc where pronamespace = 'public'::regnamespace
), mine as (
  select kind, name, owner, acl, columns from object o
  where owner = {_OWNER} and not exists (
    select from pg_depend d where d.classid = o.catalogue and d.objid = o.oid and d.deptype = 'e')
  union all
  select 'schema', nspname::text, nspowner, nspacl, '' from pg_namespace where nspname = 'public'
  union all
  select 'database', format('%I', datname), datdba, coalesce(datacl, acldefault('d', datdba)), '' from pg_database
  where datname = current_database()
)
select kind, name, coalesce(r.rolname::text, '{PUBLIC}') as grantee, privilege_type || columns as privilege
from mine cross join aclexplode(acl) given left join pg_roles r on r.oid = given.grantee
where given.grantee <> owner
"""  # noqa: S608 - fixed text of this module
_THERE = """
select 'database' as kind, format('%I', current_database()) as name
union all select 'role', rolname::text from pg_roles
union all select 'schema', nspname::text from pg_namespace where nspname = 'public'
union all select 'table', format('%I', relname) from pg_class where relnamespace = 'public'::regnamespace
union all select 'routine', oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace
"""
#: The kinds of objects whose owner we are, so that their privileges are ours to give.
_MINE = """
select unnest(array['table', 'sequence', 'routine']) as kind
union all select 'schema' from pg_namespace where nspname = 'public' and pg_has_role(nspowner, 'USAGE')
union all select 'database' from pg_database where datname = current_database() and pg_has_role(datdba, 'USAGE')
"""
_ROLE = f"""
select r.rolname::text as role, pg_get_userbyid(o.relowner)::text as owner, pg_has_role(o.relowner, 'MEMBER') as owns,
  r.rolsuper as superuser, r.rolcreaterole as createrole, r.rolbypassrls as bypassrls, r.rolreplication as replication
from pg_roles r, {_OWNER} o(relowner) where r.rolname = current_user
"""  # noqa: S608 - fixed text of this module
_REACH = """
select privilege || ' on ' || relname as said
from pg_class c cross join unnest(array['DELETE', 'TRIGGER', 'TRUNCATE', 'UPDATE']) privilege
where c.oid in (select to_regclass(log) from unnest($1::text[]) log
    union all select relid from pg_partition_tree('dossier_event'))
  and (has_table_privilege(c.oid, privilege) or privilege = 'UPDATE' and has_any_column_privilege(c.oid, 'UPDATE'))
order by relname, privilege
"""
