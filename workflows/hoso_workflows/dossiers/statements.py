"""SQL of a command: one SELECT to load, one writable CTE to save.

The version is read from the row that holds the engine state and compared when that row is written; whatever else is
written depends on that comparison (`… from w`), so a command that lost a race has written nothing at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from hoso_models import (
    Appointment,
    Attachment,
    ClockStop,
    Component,
    Consultation,
    Disclosure,
    Dossier,
    DossierEvent,
    DossierSearch,
    Fee,
    Letter,
    Outbox,
    Party,
    Payment,
    Refund,
    Timer,
    UserTask,
)
from hoso_models.storage.compiled import Columns, columns
from hoso_workflows.dossiers import filer_identity
from hoso_workflows.organisation import competences, permissions
from hoso_workflows.procedures import openings

_OF_TASK = "select dossier_id as id from user_task where id = $1::uuid"
_OF_KEY = "select id from dossier where reference = $1::text or code = $1::text"
_PLAYING = "array[d.receiving_unit, d.handling_unit, d.deciding_unit]"


@dataclass(frozen=True, slots=True)
class Guard:
    """Preconditions of a save beside the version; `save` writes only while they hold."""

    head: bytes
    #: The local date and the instant for which the rights were read.
    day: date
    at: datetime
    #: Those of the actor, as `permissions.RIGHTS` tells them.
    rights: Any
    procedure: str
    #: Who was competent for it, as `load` tells it; of a dossier that is filed now all candidates, as `LOAD_FILER` tells them.
    competent: list[str] | str
    #: The field of the procedure.
    field: str | None = None
    #: The units of the dossier; of one that is filed now none.
    units: tuple[str, ...] = ()
    #: True where the actor is the applicant.
    applicant: bool = False
    #: Whose rights mattered as well, and what each one's were.
    others: tuple[tuple[UUID, Any], ...] = ()
    #: Of a dossier that is filed now, its first rows: party, dossier, components and fees as JSON.
    entry: tuple[bytes, ...] = ()

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The parameters of `save` from $14 on."""
        first = (self.head, self.day, self.at, self.rights, self.procedure, self.competent, self.field)
        if self.entry:
            return (*first, *self.entry)
        if not self.others:
            return (*first, list(self.units))
        people, rights = zip(*self.others, strict=True)
        return (*first, list(self.units), list(people), list(rights))


@cache
def load(*, task: bool, other: bool) -> str:
    """The SELECT that loads a dossier for a decision: one row, or none.

    $1 the id of a `task`, else a reference or code; $2 actor, $3 local date, $4 instant, $5 idempotency key or null; with
    `other`, $6 is a second principal whose rights are checked (an assignee). Parts that are not needed are left out,
    because PostgreSQL would plan them all the same.
    """
    return f"""
select d.id, d.reference, d.workflow_version_id, d.case_id, d.filed_at, d.last_seq, e.version, e.head, e.state, e.updated_at,
  d.receiving_unit, d.handling_unit, d.deciding_unit,
  pa.principal_id as applicant_id,
  {competences.competent_sql("d.procedure_code", "v.field", "$3::date", _PLAYING)} as competent, v.field,
  {permissions.rights_sql("$2::uuid", "$3::date", "$4::timestamptz")} as rights,
  {permissions.rights_sql("$6::uuid", "$3::date", "$4::timestamptz") if other else "null::jsonb"} as other_rights,
  (select jsonb_build_object('hash', encode(i.request_hash, 'hex'), 'status', i.status, 'response', i.response)
   from idempotency i where i.principal_id = $2::uuid and i.key = $5::text) as answered
from ({_OF_TASK if task else _OF_KEY}) s
join dossier d on d.id = s.id
join engine_state e on e.dossier_id = d.id
join party pa on pa.id = d.applicant_id
cross join lateral (select manifest ->> 'field' as field from workflow_version where id = d.workflow_version_id) v
"""  # noqa: S608 - fixed text of this module


#: Where anybody has ever worked on the dossier $1; nowhere for null.
WORKING = "select array(select distinct unit_code from user_task where dossier_id = $1::uuid) as units"
#: $1 principal, $2 local date, $3 instant, $4 idempotency key or null: their rights, what they were answered, and who they are
#: known to be. With them, of the procedure $5, the version on which new dossiers run, and who is competent.
LOAD_FILER = f"""
select {permissions.rights_sql("$1::uuid", "$2::date", "$3::timestamptz")} as rights,
  (select jsonb_build_object('hash', encode(i.request_hash, 'hex'), 'status', i.status, 'response', i.response)
   from idempotency i where i.principal_id = $1::uuid and i.key = $4::text) as answered,
  {filer_identity.KNOWN} as known, {competences.candidates_sql("$5::text", "v.field", "$2::date")} as candidates,
  v.id as version, v.field, {openings.state_sql("$5::text", "$2::date")} as opening
from (select) one left join ({openings.in_force_sql("$5::text", "$2::date")}) v on true"""  # noqa: S608 - fixed text of this module
#: What a `Guard` holds of $1 principal on $2 local date at $3 instant where no unit's competence matters.
LOAD_GUARD = f"select {permissions.rights_sql('$1::uuid', '$2::date', '$3::timestamptz')} as rights"

TASK = columns(UserTask, without=("dossier_id", "kept"))
APPOINTMENT = columns(Appointment, without=("dossier_id",))
STOP = columns(ClockStop, without=("dossier_id",))
LETTER = columns(Letter, without=("id", "dossier_id", "signed_at"))
CONSULTATION = columns(Consultation, without=("dossier_id",))
DISCLOSURE = columns(Disclosure, without=("dossier_id",))
ATTACHMENT = columns(Attachment, without=("dossier_id",))
FEE = columns(Fee, without=("dossier_id",))
PAYMENT = columns(Payment, without=("dossier_id",))
REFUND = columns(Refund, without=("dossier_id",))
_TIMER = columns(Timer, without=("dossier_id", "payload"))
#: What a filing enters of a dossier; it stays.
_ENTERED = columns(
    Dossier,
    *("reference", "external_code", "procedure_code", "workflow_version_id", "case_id", "entry_channel"),
    *(
        "filed_on_portal",
        "entry_site",
        "applicant_id",
        "filed_by",
        "form_data",
        "delivery_mode",
        "e_result_consent",
        "filed_at",
    ),
)
#: What of a dossier follows from its events.
DOSSIER = columns(
    Dossier, without=("id", "parent_id", "service_level", "retention_until", *_ENTERED.names.split(", "))
)
_PARTY = columns(Party)
_COMPONENT = columns(Component, without=("dossier_id", "note"))
_SEARCHED = columns(DossierSearch, "dossier_id", "filed_at", "units", "terms")
#: The terms by which a dossier d of an applicant pa is searched.
_TERMS = """d.id, d.filed_at, array[d.receiving_unit, d.handling_unit, d.deciding_unit],
  string_to_array(pa.name_folded, ' ') || ('procedure/' || d.procedure_code)"""
_EVENT = columns(DossierEvent, without=("dossier_id",))
_MESSAGE = columns(Outbox, "dedup_key", "topic", "recipient_id", "payload", "available_at")


#: The id of a letter x of the dossier w, which is printed on it: the same whenever the row is written, and guessed by nobody who
#: knows its number but not the dossier's own id.
_LETTER_ID = """encode(substr(sha256(convert_to(
    concat_ws('/', 'letter', w.dossier_id, unit_code, form, year, number), 'UTF8')), 1, 16), 'hex')::uuid"""
#: Parts of a statement, each with one parameter, `$0`, for the dossier in `w`. Most acts write these two kinds of rows …
_DOSSIER = f"""d as (
  update dossier set ({DOSSIER.names}) = (select {DOSSIER.names} from jsonb_to_record($0::jsonb) as x({DOSSIER.typed}))
  from w where dossier.id = w.dossier_id
)"""  # noqa: S608 - fixed text of this module
_TASKS = f"""t as (
  insert into user_task (dossier_id, {TASK.names})
  select w.dossier_id, {TASK.names} from w, jsonb_to_recordset($0::jsonb) as x({TASK.typed})
  on conflict (id) do update set {TASK.excluded}
)"""  # noqa: S608 - fixed text of this module
#: … and few write any of these.
_SELDOM = {
    "appointments": f"""ap as (
  insert into appointment (dossier_id, {APPOINTMENT.names})
  select w.dossier_id, {APPOINTMENT.names} from w, jsonb_to_recordset($0::jsonb) as x({APPOINTMENT.typed})
)""",  # noqa: S608 - fixed text of this module
    "stops": f"""cs as (
  insert into clock_stop (dossier_id, {STOP.names})
  select w.dossier_id, {STOP.names} from w, jsonb_to_recordset($0::jsonb) as x({STOP.typed})
  on conflict (dossier_id, number) do update set {STOP.excluded}
)""",  # noqa: S608 - fixed text of this module
    "consultations": f"""cn as (
  insert into consultation (dossier_id, {CONSULTATION.names})
  select w.dossier_id, {CONSULTATION.names} from w, jsonb_to_recordset($0::jsonb) as x({CONSULTATION.typed})
  on conflict (id) do update set {CONSULTATION.excluded}
)""",  # noqa: S608 - fixed text of this module
    "disclosures": f"""ds as (
  insert into disclosure (dossier_id, {DISCLOSURE.names})
  select w.dossier_id, {DISCLOSURE.names} from w, jsonb_to_recordset($0::jsonb) as x({DISCLOSURE.typed})
)""",  # noqa: S608 - fixed text of this module
    "attachments": f"""fi as (
  insert into attachment (dossier_id, {ATTACHMENT.names})
  select w.dossier_id, {ATTACHMENT.names} from w, jsonb_to_recordset($0::jsonb) as x({ATTACHMENT.typed})
  on conflict (id) do update set {ATTACHMENT.excluded}
)""",  # noqa: S608 - fixed text of this module
    "fees": f"""fe as (
  insert into fee (dossier_id, {FEE.names})
  select w.dossier_id, {FEE.names} from w, jsonb_to_recordset($0::jsonb) as x({FEE.typed})
  on conflict (dossier_id, number) do update set {FEE.excluded}
)""",  # noqa: S608 - fixed text of this module
    "payments": f"""py as (
  insert into payment (dossier_id, {PAYMENT.names})
  select w.dossier_id, {PAYMENT.names} from w, jsonb_to_recordset($0::jsonb) as x({PAYMENT.typed})
  on conflict (id) do update set {PAYMENT.excluded}
)""",  # noqa: S608 - fixed text of this module
    "refunds": f"""rf as (
  insert into refund (dossier_id, {REFUND.names})
  select w.dossier_id, {REFUND.names} from w, jsonb_to_recordset($0::jsonb) as x({REFUND.typed})
  on conflict (id) do update set {REFUND.excluded}
)""",  # noqa: S608 - fixed text of this module
    "timers": f"""ts as (
  insert into timer (dossier_id, {_TIMER.names}, payload)
  select w.dossier_id, {_TIMER.names}, '{{}}' from w, jsonb_to_recordset($0::jsonb) as x({_TIMER.typed})
  on conflict (dossier_id, id) do update set {_TIMER.excluded}
)""",  # noqa: S608 - fixed text of this module
    "letters": f"""le as (
  insert into letter (id, dossier_id, {LETTER.names})
  select {_LETTER_ID}, w.dossier_id, {LETTER.names} from w, jsonb_to_recordset($0::jsonb) as x({LETTER.typed})
)""",  # noqa: S608 - fixed text of this module
    "timers_dropped": """td as (
  delete from timer using w where timer.dossier_id = w.dossier_id and timer.id = any($0::text[])
)""",
    "messages": f"""ob as (
  insert into outbox (dedup_key, topic, dossier_id, recipient_id, payload, created_at, available_at)
  select dedup_key, topic, w.dossier_id, recipient_id, payload, $6, coalesce(available_at, $6)
  from w, jsonb_to_recordset($0::jsonb) as x({_MESSAGE.typed})
)""",  # noqa: S608 - fixed text of this module
    "units": """se as (
  update dossier_search set units = $0::text[] from w where dossier_search.dossier_id = w.dossier_id
)""",
    "components": """co as (
  update component set received = true from w
  where component.dossier_id = w.dossier_id and component.code = any($0::text[])
)""",
}


def _placed(part: str, parameter: int) -> str:
    return part.replace("$0", f"${parameter}")


#: A `Guard`: $14 head, $15 local date, $16 instant, $17 rights, $18 procedure, $19 competent, $20 field, $21 units; $22 others,
#: $23 the rights of each.
_GUARD = f"""
    and head = $14 and {permissions.rights_sql("$10::uuid", "$15::date", "$16::timestamptz")} = $17::jsonb
    and {competences.competent_sql("$18::text", "$20::text", "$15::date", "$21::text[]")}::text[] = $19::text[]"""
#: The same of a filing: a chain begins with its first event, and all candidates are compared.
_GENESIS = f"""
    and $14::bytea = decode(repeat('00', 32), 'hex')
    and {permissions.rights_sql("$10::uuid", "$15::date", "$16::timestamptz")} = $17::jsonb
    and {competences.candidates_sql("$18::text", "$20::text", "$15::date")} = $19::text"""
_APPLICANT = """
    and exists (select from dossier d join party pa on pa.id = d.applicant_id
      where d.id = $1 and pa.principal_id = $10::uuid)"""
_OTHER = f"""
    and (select jsonb_agg({permissions.rights_sql("o.id", "$15::date", "$16::timestamptz")} order by o.n)
      from unnest($22::uuid[]) with ordinality as o(id, n)) = $23::jsonb"""  # noqa: S608 - fixed text of this module
#: In the place of the row that an act compares and sets: all first rows of a dossier, where the guard holds. $21 party,
#: $22 dossier, $23 components, $24 fees.
_ENTRY = f"""
with pa as (
  insert into party ({_PARTY.names}) select {_PARTY.names} from jsonb_to_record($21::jsonb) as x({_PARTY.typed})
  where $2::int = 0 %s
  returning id, name_folded
), d as (
  insert into dossier (id, {_ENTERED.names}, {DOSSIER.names}, service_level)
  select $1, {_ENTERED.names}, {DOSSIER.names}, (
    select kind from service_level where procedure_code = x.procedure_code
      and corrected_at is null and $15::date between valid_from and coalesce(valid_to, 'infinity') order by valid_from desc limit 1)
  from pa, jsonb_to_record($22::jsonb) as x({_ENTERED.typed}), jsonb_to_record($7::jsonb) as y({DOSSIER.typed})
  returning id, filed_at, receiving_unit, handling_unit, deciding_unit, procedure_code
), w as (
  insert into engine_state (dossier_id, version, head, state, finished, updated_at)
  select id, $2::int + 1, $3, $4, $5, $6 from d
  returning dossier_id
), pc as (
  insert into component (dossier_id, {_COMPONENT.names})
  select w.dossier_id, {_COMPONENT.names} from w, jsonb_to_recordset($23::jsonb) as x({_COMPONENT.typed})
), pf as (
  insert into fee (dossier_id, {FEE.names})
  select w.dossier_id, {FEE.names} from w, jsonb_to_recordset($24::jsonb) as x({FEE.typed})
), ds as (
  insert into dossier_search ({_SEARCHED.names}) select {_TERMS} from d, pa
), {_placed(_TASKS, 8)}"""  # noqa: S608 - fixed text of this module
#: $1 dossier, $2 version read, $3 head, $4 state, $5 finished, $6 instant, $7 dossier columns, $8 tasks, $9 events,
#: $10 actor, $11 idempotency key or null, $12 request hash, $13 answer.
_SAVE = f"""
with w as (
  update engine_state set version = version + 1, head = $3, state = $4, finished = $5, updated_at = $6
  where dossier_id = $1 and version = $2%s returning dossier_id
), {_placed(_DOSSIER, 7)}, {_placed(_TASKS, 8)}"""  # noqa: S608 - fixed text of this module
_TOLD = f""", ev as (
  insert into dossier_event (dossier_id, {_EVENT.names})
  select w.dossier_id, {_EVENT.decoded} from w, jsonb_to_recordset($9::jsonb) as x({_EVENT.encoded})
), id as (
  insert into idempotency (principal_id, key, request_hash, status, response, at)
  select $10::uuid, $11::text, $12::bytea, 200, $13::jsonb, $6 from w where $11::text is not null
)"""  # noqa: S608 - fixed text of this module


def save(*seldom: str, guard: Guard) -> str:
    """The statement that saves a command if its guard holds.

    The guard's parameters begin at $14; after them follows one for each kind of optional rows. It returns one row: the number
    of versions set, one or none. PostgreSQL initialises every part of a statement at each execution, whether there is anything
    to write or not; so a part that has nothing to write is left out.
    """
    first = 14 + len(guard.parameters)
    if guard.entry:
        return _enter(seldom, first)
    return _save(seldom, first, applicant=guard.applicant, other=bool(guard.others))


@cache
def _save(seldom: tuple[str, ...], first: int, *, applicant: bool, other: bool) -> str:
    guard = f"{_GUARD}{_APPLICANT if applicant else ''}{_OTHER if other else ''}"
    return _whole(f"{_SAVE % guard}{_TOLD}", _SELDOM, seldom, first)


@cache
def _enter(seldom: tuple[str, ...], first: int) -> str:
    # The components that came in with it are entered as received.
    parts = {**_SELDOM, "components": "co as (select $0::text[])"}
    return _whole(f"{_ENTRY % _GENESIS}{_TOLD}", parts, seldom, first)


def _whole(begun: str, texts: Mapping[str, str], seldom: tuple[str, ...], first: int) -> str:
    parts = [_placed(texts[kind], place) for place, kind in enumerate(seldom, start=first)]
    return f"{', '.join((begun, *parts))}\nselect count(*) as won from w"


def _again(kind: str, key: str, columns: Columns) -> str:
    """A part as an upsert, for rows that may exist already.

    In the save statement of a command an existing row would be a bug, so there the parts only insert.
    """
    return f"{_SELDOM[kind].removesuffix(')')} on conflict ({key}) do update set {columns.excluded}\n)"


_EVERYTHING = (
    _DOSSIER,
    _TASKS,
    _again("appointments", "dossier_id, number", APPOINTMENT),
    _SELDOM["stops"],
    _SELDOM["timers"],
    _again("letters", "unit_code, form, year, number", LETTER),
    _SELDOM["consultations"],
    _again("disclosures", "id", DISCLOSURE),
    _SELDOM["attachments"],
    _SELDOM["fees"],
    _SELDOM["payments"],
    _SELDOM["refunds"],
)
#: $1 dossier, $2 dossier columns, $3 tasks, $4 appointments, $5 stops, $6 timers, $7 letters, $8 consultations,
#: $9 disclosures, $10 files, $11 fees, $12 payments, $13 refunds: all projections, written anew.
REBUILD = f"""
with w as (select $1::uuid as dossier_id), {", ".join(map(_placed, _EVERYTHING, range(2, 14)))} select 1
"""
#: The terms of a dossier ($1), written anew from its rows.
SEARCHED = f"""
insert into dossier_search ({_SEARCHED.names})
select {_TERMS} from dossier d join party pa on pa.id = d.applicant_id where d.id = $1
on conflict (dossier_id) do update set {_SEARCHED.excluded}
"""  # noqa: S608 - fixed text of this module
#: The version of its procedure ($2, a number) on which a dossier ($1) runs.
MOVE = """
update dossier set workflow_version_id = v.id from workflow_version v
where dossier.id = $1 and v.procedure_code = dossier.procedure_code and v.number = $2
"""
