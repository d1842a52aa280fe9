"""Taking a dossier in: what must be there, who is competent, and the rows that exist from then on."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from hoso_bpmn import package
from hoso_bpmn.specification import Loaded
from hoso_models import DeliveryMode, EntryChannel, Party, PartyKind, PrincipalKind, spelling
from hoso_models.database import Database, Rows, Transaction
from hoso_workflows import authority, identity, lifecycle, refusals, validity
from hoso_workflows.cabinet import Cabinet, Version
from hoso_workflows.commands import Actor
from hoso_workflows.refusals import Fault
from hoso_workflows.throttle import Purpose, Throttle


@dataclass(frozen=True, slots=True)
class Applicant:
    """The person or organisation on whose behalf a dossier is filed."""

    name: str
    kind: PartyKind = PartyKind.PERSON
    identifier: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    authorised_name: str | None = None
    authorised_identifier: str | None = None
    authorisation_paper: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A dossier as somebody hands it in."""

    procedure: str
    applicant: Applicant
    channel: EntryChannel = EntryChannel.ONLINE
    case: str | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    #: Codes of the components that are handed in.
    components: tuple[str, ...] = ()
    delivery_mode: DeliveryMode = DeliveryMode.COUNTER
    e_result_consent: bool = False
    portal: str | None = None
    external_code: str | None = None
    #: The receiving unit; may be left out where only one is competent.
    receiving_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A dossier that may be filed, before it is stored."""

    id: UUID
    request: Request
    filing: lifecycle.Filing
    version: UUID
    party: UUID
    #: Who was competent on that day, `part unit` in order.
    competent: tuple[str, ...]
    #: The applicant's own principal where they filed it themselves.
    principal: UUID | None
    actor: Actor
    at: datetime


def canonical(request: Request) -> bytes:
    """The one byte form of a request, by which a repeated one is known."""
    return orjson.dumps(asdict(request), option=orjson.OPT_SORT_KEYS)


async def prepare(
    cabinet: Cabinet,
    db: Database,
    request: Request,
    rights: authority.Rights,
    filer: identity.Filer,
    at: datetime,
) -> Opened:
    """Check everything that can be wrong with a request. Raises a `Refusal`; nothing is stored."""
    version = await cabinet.active(request.procedure)
    loaded = _case(version, request.case)
    _sound(request, loaded, filer)
    competent = await db.rows(_COMPETENT, [request.procedure, authority.local_date(at)])
    units = _units(request, competent)
    actor = authority.files(rights, request.channel, units["receiving"])
    calendars = await cabinet.of_units(units.values())
    party = uuid4()
    filing = lifecycle.Filing(
        reference=_reference(),
        loaded=loaded,
        version=version.number,
        channel=request.channel,
        units=units,
        calendars=calendars,
        applicant=party,
        form_sha256=digest(request.form),
        components=request.components,
        portal=request.portal,
        variables=_named(request.form, loaded.specification.variables),
        further=_further(request),
    )
    themselves = rights.kind in (PrincipalKind.CITIZEN, PrincipalKind.PARTNER)
    principal = rights.principal if themselves else None
    pairs = tuple(f"{row.part} {row.unit_code}" for row in competent)
    return Opened(uuid4(), request, filing, version.id, party, pairs, principal, actor, at)


def digest(values: Mapping[str, Any]) -> str:
    """By which what was handed in is known again: sha256 of its JSON with sorted keys, in hex."""
    return hashlib.sha256(orjson.dumps(dict(values), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _further(request: Request) -> dict[str, Any]:
    """What the chain holds of the rows beside the dossier: of whom it is about the digest only."""
    return {
        "applicant_sha256": digest(asdict(request.applicant)),
        "delivery_mode": request.delivery_mode,
        "e_result_consent": request.e_result_consent,
        "external_code": request.external_code,
    }


#: What is counted when somebody files for themselves. The desk files for a queue of people, so nothing is counted there.
PACES: Mapping[PrincipalKind, tuple[Purpose, ...]] = {
    PrincipalKind.CITIZEN: (Purpose.FILING, Purpose.FILING_DAY),
    PrincipalKind.PARTNER: (Purpose.FILING_PARTNER,),
}


async def pace(throttle: Throttle, rights: authority.Rights, at: datetime) -> None:
    """Count a dossier that is about to be filed. Raises TooManyRequests."""
    for purpose in PACES.get(rights.kind, ()):
        await throttle.take(purpose, str(rights.principal), at=at)


def _reference() -> str:
    """A name that cannot be guessed, and that no command takes for an option."""
    while (drawn := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return drawn


def _named(form: Mapping[str, Any], names: Any) -> dict[str, Any]:
    return {name: form[name] for name in names if name in form}


def _case(version: Version, case: str | None) -> Loaded:
    try:
        return version.case(case)
    except package.NoSuchCase as unknown:
        raise refusals.FormRefused([refusals.Fault("case", str(unknown))]) from unknown


def _sound(request: Request, loaded: Loaded, filer: identity.Filer) -> None:
    faults = [*validity.filing(loaded, request.channel, request.form, request.components)]
    if not request.applicant.name.strip():
        faults.append(Fault("applicant.name", "is missing"))
    else:
        faults += filer.faults(request)
    if faults:
        raise refusals.FormRefused(faults)


def _units(request: Request, rows: Rows) -> dict[str, str]:
    """The units that are competent by these rows; the receiving one as asked, or the only one."""
    competent: dict[str, list[str]] = {"receiving": [], "handling": [], "deciding": []}
    for row in rows:
        competent[row.part].append(row.unit_code)
    receiving = competent["receiving"]
    if request.receiving_unit is not None:
        if request.receiving_unit not in receiving:
            raise refusals.NotCompetent(request.procedure, "receiving", request.receiving_unit, receiving)
        competent["receiving"] = [request.receiving_unit]
    for part, units in competent.items():
        if len(units) != 1:
            raise refusals.NotCompetent(request.procedure, part, None, units)
    return {part: units[0] for part, units in competent.items()}


_COMPETENT = """
select part, unit_code from competence
where procedure_code = $1 and $2 between valid_from and coalesce(valid_to, 'infinity') order by part, unit_code
"""


async def enter(tx: Transaction, opened: Opened) -> None:
    """The rows that a dossier has from its filing on; its projection is written by the statement of every act."""
    request, filing = opened.request, opened.filing
    applicant = asdict(request.applicant)
    party = {**applicant, "id": opened.party, "principal_id": opened.principal, "created_at": opened.at}
    tx.add(Party.model_validate({**party, "name_folded": spelling.fold(request.applicant.name)}))
    await tx.flush()
    parameters = [
        opened.id,
        filing.reference,
        request.external_code,
        request.procedure,
        opened.version,
        filing.loaded.case.id,
        request.channel,
        request.portal,
        opened.party,
        opened.actor.principal,
        filing.units["receiving"],
        filing.units["handling"],
        filing.units["deciding"],
        dict(request.form),
        request.delivery_mode,
        request.e_result_consent,
        opened.at,
        [_component(c, request.components) for c in filing.loaded.case.components],
        [
            {"number": number, "name": fee.name, "amount": fee.amount, "basis": fee.basis}
            for number, fee in enumerate(filing.loaded.case.fees, start=1)
            if fee.amount is not None
        ],
        authority.local_date(opened.at),
    ]
    await tx.rows(_ENTER, parameters)


def _component(component: Any, received: tuple[str, ...]) -> dict[str, Any]:
    names = ("code", "name", "originals", "copies", "required")
    return {**{name: getattr(component, name) for name in names}, "received": component.code in received}


_ENTER = """
with d as (
  insert into dossier (id, reference, external_code, procedure_code, workflow_version_id, case_id, status, entry_channel,
    filed_on_portal, applicant_id, filed_by, receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode,
    e_result_consent, filed_at, service_level)
  values ($1, $2, $3, $4, $5, $6, 'filed', $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16, $17,
    (select service_level from procedure_entry_version where procedure_code = $4
       and $20::date between service_level_from and coalesce(service_level_to, 'infinity') order by number desc limit 1))
  returning id
), e as (
  insert into engine_state (dossier_id, version, head, state, updated_at)
  select id, 0, decode(repeat('00', 32), 'hex'), '', $17 from d
), c as (
  insert into component (dossier_id, code, name, originals, copies, required, received)
  select d.id, code, name, originals, copies, required, received from d, jsonb_to_recordset($18::jsonb)
    as x(code text, name text, originals int, copies int, required bool, received bool)
)
insert into fee (dossier_id, number, name, amount, basis)
select d.id, number, name, amount, basis from d, jsonb_to_recordset($19::jsonb)
  as x(number int, name text, amount bigint, basis text)
"""
