"""Tables of the house whose rows are sealed, declared once (ADR 0087).

Their triggers are made after every upgrade. Whatever changes a sealed row on a connection of the application appends to the
chain in `row_seal`, in its own transaction; a row that is changed otherwise differs from its seal. A test enforces that
every table has a line in one of `SEALED`, `COMPARED` and `UNCOMPARED`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from hoso_models.roles import literal, name
from hoso_models.storage.database import Database, Rows, Transaction


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table whose rows are sealed."""

    #: Columns whose values are personal or secret: of these a seal holds a digest, as of every long value.
    digested: tuple[str, ...] = ()
    #: Column → why it is not sealed.
    unsealed: Mapping[str, str] = field(default_factory=dict)


_USE = "how often and when it was used gives nothing to anybody"
_TRIED = "how deliveries go is what a receiver's server makes of them"
_ANSWERED = "by it those are asked about first that were asked longest ago; what was answered is sealed"
_PROGRESS = "how far the work has come; what it did is in the events of the dossiers"
_WRITING = "somebody is still sending it; whose it is, and what, is sealed"
_TYPED = "what was typed and never filed is read by its owner alone, and does not open once it is altered"
_OFTEN = "how often and when it was changed gives nothing to anybody"
_UNTIL = (
    "until when it is kept unless it is changed, as its owner is shown; of a dossier nothing follows from it"
)
_FILING = "whether its filing is under way; what came of it is a dossier, with its events"
_PLAIN = Sealed()
#: Seals that are verified by one statement, within a fraction of the time that a statement has.
PORTION = 20_000

#: Table → what of its rows is sealed.
SEALED: Mapping[str, Sealed] = {
    "access_day": Sealed(("digest", "erasures_digest")),
    "administration_chain": Sealed(("head",)),
    "agency_system": _PLAIN,
    "api_token": Sealed(("sha256", "label"), {"last_used_at": _USE}),
    "area": _PLAIN,
    "backup": _PLAIN,
    "calendar": _PLAIN,
    "calendar_revision": _PLAIN,
    "calendar_version": _PLAIN,
    "chain_finding": _PLAIN,
    "competence": _PLAIN,
    "contact_point": Sealed(("value",)),
    "contact_proof": Sealed(("code_sha256",), {"attempts": _USE}),
    "credential": Sealed(
        ("label", "hash", "sealed", "key_id", "public_key"),
        {"last_step": _USE, "sign_count": _USE, "last_used_at": _USE},
    ),
    "damaged_file": _PLAIN,
    "damaged_run": Sealed(("message",)),
    "delivery_preference": _PLAIN,
    "destruction_item": _PLAIN,
    "destruction_list": _PLAIN,
    "document_progress": _PLAIN,
    "draft": Sealed(
        ("owner_id", "procedure_code", "reference", "file_key"),
        {
            "version": _OFTEN,
            "sealed": _TYPED,
            "sealed_name": _TYPED,
            "updated_at": _OFTEN,
            "expires_at": _UNTIL,
            "filing_at": _FILING,
            "filings": _FILING,
        },
    ),
    "draft_file": Sealed(("described", "object", "thumbnail")),
    "duty": _PLAIN,
    "duty_alarm": _PLAIN,
    "escalation_rung": _PLAIN,
    "escalation_withdrawn": _PLAIN,
    "evaluation_mark": _PLAIN,
    "evaluation_sheet": _PLAIN,
    "feedback": Sealed(("sealed", "answer")),
    "house_finding": _PLAIN,
    "identity": Sealed(("subject", "identifier")),
    "invitation": Sealed(("code_sha256", "detail")),
    "job": Sealed(
        ("failure",),
        dict.fromkeys(
            (
                "total",
                "done",
                "refused",
                "place",
                "failure",
                "attempts",
                "updated_at",
                "lease",
                "leased_until",
            ),
            _PROGRESS,
        ),
    ),
    "letter_template": _PLAIN,
    "maintenance": _PLAIN,
    "online_target": _PLAIN,
    "outage": Sealed(("description",)),
    "outage_acknowledgement": _PLAIN,
    "outage_recipient": _PLAIN,
    "outage_told": _PLAIN,
    "outage_update": _PLAIN,
    "partner_portal": _PLAIN,
    "parked_form": Sealed(("secret_sha256", "path", "sealed")),
    "payment_dispute": Sealed(("gateway_reference", "settled_for", "settled_reference")),
    "payment_order": Sealed(("pay_at", "gateway_reference"), {"asked_at": _ANSWERED}),
    "portal_answer": Sealed(("sha256",)),
    "principal": Sealed(("name", "title", "subject", "code", "account")),
    "procedure_entry_draft": _PLAIN,
    "procedure_entry_search": _PLAIN,
    "procedure_entry_version": _PLAIN,
    "procedure_opening": _PLAIN,
    "procedure_owner": _PLAIN,
    "rating": Sealed(("comment",)),
    "register_document": _PLAIN,
    "rehoming": _PLAIN,
    "reminder": _PLAIN,
    "report": _PLAIN,
    "report_kind": _PLAIN,
    "report_obligation": _PLAIN,
    "report_submission": Sealed(("digest",)),
    "role_assignment": _PLAIN,
    "role_proposal": _PLAIN,
    "service_level": _PLAIN,
    "signing_key": Sealed(("public_key", "label")),
    "substitution": Sealed(("reason",)),
    "unit": _PLAIN,
    "unknown_identity": Sealed(("subject", "name", "compared"), {"last_at": _USE, "tries": _USE}),
    "upload": Sealed(
        ("owner_id", "described"), dict.fromkeys(("received", "turn", "pieces", "expires_at"), _WRITING)
    ),
    "urging": _PLAIN,
    "webhook_receiver": Sealed(
        ("name", "url"),
        dict.fromkeys(("failures", "failing_since", "again_at", "last_error", "last_success_at"), _TRIED),
    ),
    "webhook_secret": Sealed(("sealed",)),
    "workflow_version": _PLAIN,
}
_DOSSIERS = "an audit compares it with the events of its dossier"
_CHAINED = "it is a chain itself"
_COUNTED = "an audit compares it with the numbers and instants that were given out"
_PROVED = "an audit compares it with the lines, messages, events or digests that tell of it"
_BRIEF = "it ends by itself within days, and what was done with it stands elsewhere"
_DELIVERY = "how something was told; whom it concerns is told by what is sealed"
_UNFINISHED = "somebody is still writing; what becomes of it is sealed, or an event"
_NOTED = "it gives no right, no date and no letter"

#: Table whose rows are not sealed → what an audit compares them with.
COMPARED: Mapping[str, str] = {
    "access_log": "its closed days are sealed",
    "administration_event": _CHAINED,
    "appointment": _DOSSIERS,
    "attachment": _DOSSIERS,
    "browser_session": _PROVED,
    "clock_stop": _DOSSIERS,
    "code_sequence": _COUNTED,
    "component": _DOSSIERS,
    "consultation": _DOSSIERS,
    "disclosure": _DOSSIERS,
    "dossier": _DOSSIERS,
    "dossier_event": _CHAINED,
    "dossier_key": _DOSSIERS,
    "dossier_search": _DOSSIERS,
    "engine_state": _DOSSIERS,
    "escalation": _DOSSIERS,
    "fee": _DOSSIERS,
    "idempotency": _DOSSIERS,
    "letter": _DOSSIERS,
    "letter_file": _DOSSIERS,
    "letter_series": _COUNTED,
    "notice": _PROVED,
    "outbox": _DOSSIERS,
    "party": _DOSSIERS,
    "payment": _DOSSIERS,
    "portal_feed": _COUNTED,
    "portal_filing": _DOSSIERS,
    "portal_status": _PROVED,
    "refund": _DOSSIERS,
    "report_submission_dossier": _PROVED,
    "row_change": _PROVED,
    "row_seal": _CHAINED,
    "row_seal_head": "it is the head of a chain",
    "timer": _DOSSIERS,
    "user_task": _DOSSIERS,
    "watermark": _COUNTED,
}
#: Table → why no audit compares its rows with anything.
UNCOMPARED: Mapping[str, str] = {
    "calendar_move": "the dates that it shows are events of the dossiers",
    "embedding_seen": _NOTED,
    "job_item": _NOTED,
    "logout_token": _BRIEF,
    "mail_server": _DELIVERY,
    "officer_task": _UNFINISHED,
    "sign_in_attempt": _BRIEF,
    "throttle": _BRIEF,
    "used_signature": _BRIEF,
}
#: Table → why its rows are not sealed.
OTHERS: Mapping[str, str] = {**COMPARED, **UNCOMPARED}


@dataclass(frozen=True, slots=True)
class _Trigger:
    """The trigger of a sealed table as it should be."""

    table: str
    #: Each with its columns' names.
    columns: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def sealed(self) -> Sealed:
        return SEALED[self.table]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The columns of the key, the unsealed and the digested ones."""
        return tuple(
            literal("{" + ",".join(columns) + "}")
            for columns in (self.keys, tuple(self.sealed.unsealed), self.sealed.digested)
        )

    @property
    def definition(self) -> str:
        """It does not fire where nothing but unsealed columns is set."""
        watched = ", ".join(name(column) for column in self.columns if column not in self.sealed.unsealed)
        return (
            f"after insert or delete or update of {watched} on {name(self.table)}"
            f" for each row execute function row_changed({', '.join(self.arguments)})"
        )

    @property
    def name(self) -> str:
        """Its name tells its definition."""
        return f"row_sealed_{hashlib.sha256(self.definition.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first seal that does not verify."""

    number: int
    #: `missing`, `altered` or `head`.
    why: str


async def broken(db: Database) -> Broken | None:
    """Verify the chain, a limited number of seals in each statement; None when it holds. Any role may ask."""
    number, linked = 0, None
    while row := await db.row(_BROKEN, [number, linked, PORTION]):
        if row.why is not None:
            return Broken(row.number, row.why)
        number, linked = row.number, row.hash
    return None


async def differences(db: Database) -> list[Any]:
    """Rows that are not as their newest seals say, with their numbers.

    Each table is compared by itself.

    `name` is a column; where it is absent, `stored` or `sealed` says on which side the row is present. A digest stands for
    what is personal.
    """
    compared = "select * from row_seal_differences($1)"
    return [row for table in sorted(SEALED) for row in await db.rows(compared, [table])]


async def beside(db: Database) -> Rows:
    """The seals that found their rows changed beside the application, with the columns; `*` for a whole row.

    Those of rows that were sealed again are left out.
    """
    return await db.rows(_BESIDE)


async def seal_again(tx: Transaction, table: str, key: str) -> bool:
    """Seal a row as it is, in a transaction with an act of administration; False where there never was one."""
    return bool((await tx.rows("select row_seal_again($1, $2) as sealed", [table, key]))[0].sealed)


async def unwatched(db: Database) -> list[str]:
    """The sealed tables whose trigger is not there, or switched off."""
    if not (rows := await db.rows(_THERE, [list(SEALED)])):
        return []
    return sorted(row.table_name for row in rows if _trigger(row).name not in row.triggers)


def apply(connection: Connection) -> None:
    """Make the triggers equal to the declared ones, in the owner's transaction.

    The rows of a table are sealed as they are when its sealing begins.
    """
    for row in _rows(connection):
        trigger = _trigger(row)
        if trigger.name in row.triggers:
            continue
        for former in row.former:
            connection.exec_driver_sql(f"drop trigger {name(former)} on {name(trigger.table)}")
        connection.exec_driver_sql(f"create trigger {name(trigger.name)} {trigger.definition}")
        arguments = ", ".join((literal(trigger.table), *trigger.arguments))
        connection.exec_driver_sql(f"select row_seal_begin({arguments})")


def _trigger(row: Any) -> _Trigger:
    return _Trigger(row.table_name, tuple(row.columns), tuple(row.key_columns))


def _rows(connection: Connection) -> Sequence[Any]:
    return connection.exec_driver_sql(_THERE, (list(SEALED),)).fetchall()


#: The sealed tables that exist beside the chain, with their columns and triggers. $1 the names of tables.
_THERE = """
select c.relname::text as table_name,
  array(select a.attname::text from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
  array(select a.attname::text from pg_constraint k cross join unnest(k.conkey) with ordinality as p(attnum, place)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = p.attnum
    where k.conrelid = c.oid and k.contype = 'p' order by p.place) as key_columns,
  array(select t.tgname::text from pg_trigger t
    where t.tgrelid = c.oid and t.tgname like 'row\\_sealed\\_%' and t.tgenabled = 'O') as triggers,
  array(select t.tgname::text from pg_trigger t
    where t.tgrelid = c.oid and t.tgname like 'row\\_sealed\\_%') as former
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relname = any ($1::text[]) and to_regclass('row_seal') is not null
order by c.relname
"""
_BESIDE = """
select s.number, s.table_name, s.key, s.beside from row_seal s
where s.beside <> '[]' and not exists (
  select from row_seal l where l.table_name = s.table_name and l.key = s.key and l.number > s.number and l.beside = '[]')
order by s.number
"""
#: $1 the last seal that was verified, 0 before the first one, $2 its hash, $3 how many are verified. The first of them that does not
#: verify, or the last of them; behind the last seal the head, where it is another.
_BROKEN = """
with linked as (
  select number, previous, hash,
    row_seal_hash(number, first, at, table_name, key, plain, digests, beside, previous) as computed,
    coalesce(lag(number) over (order by number), $1) as number_before,
    coalesce(lag(hash) over (order by number), $2, sha256('row seals')) as hash_before
  from row_seal where number >= case $1::bigint when 0 then -9223372036854775808 else $1 + 1 end
  order by number limit $3
)
(select case when number <> number_before + 1 then number_before + 1 else number end as number,
    case when number <> number_before + 1 then 'missing' else 'altered' end as why, null::bytea as hash
  from linked
  where number <> number_before + 1 or previous <> hash_before or hash <> computed
  order by 1 limit 1)
union all
(select number, null, hash from linked order by number desc limit 1)
union all
(select $1, 'head', null from (select 1) one left join row_seal_head h on true
  where (h.id, h.number, h.hash) is distinct from (true, $1, coalesce($2, sha256('row seals'))))
limit 1
"""
