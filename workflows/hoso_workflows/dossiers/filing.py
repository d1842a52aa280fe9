"""Filing of a dossier: validation, competent units, and the first rows."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from hoso_bpmn.runs.specification import Loaded
from hoso_calendar.messages import say
from hoso_models import EntryChannel, PrincipalKind, text_search
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.dossiers import filer_identity
from hoso_workflows.dossiers.save_statement import Also
from hoso_workflows.embedding import sites
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import transitions, validation
from hoso_workflows.lifecycle.commands import Actor, Applicant, Attach, FileDossier
from hoso_workflows.operation.rate_limit import CountedOnce, Purpose
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.competence import Matter
from hoso_workflows.procedures import competent_units, openings
from hoso_workflows.procedures.reference_data import ReferenceData


@dataclass(frozen=True, slots=True)
class Enclosed:
    """Files that come with a filing and lie in the store already."""

    files: tuple[Attach, ...] = ()
    #: What is written in its transaction, where anything is, of the dossier of that id.
    beside: Callable[[UUID], Also] | None = None


def canonical(request: FileDossier) -> bytes:
    """The canonical bytes of a request, used to recognise a repeated one.

    One without a site is what it was before there were sites.
    """
    said = asdict(request)
    if request.site is None:
        del said["site"]
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


async def prepare(
    reference_data: ReferenceData,
    row: Any,
    request: FileDossier,
    rights: permissions.Rights,
    day: date,
    files: tuple[Attach, ...] = (),
) -> tuple[transitions.Filing, Actor]:
    """Validate a request on a local date, against a row of `LOAD_FILER`. Raises a `Refusal`; nothing is stored."""
    filer = filer_identity.Filer.of(row.known)
    openings.require_open(request.procedure, row.opening)
    if row.version is None:
        raise await openings.unopened(reference_data.db, request.procedure, day)
    version = await reference_data.version(row.version)
    loaded = competent_units.case_of(version, request.case)
    register = await reference_data.register()
    further = competent_units.area_faults(request, loaded, register, day)
    _sound(request, loaded, filer, (*further, *await _site_faults(reference_data.db, request)))
    matter = Matter(day, loaded.case.id, competent_units.place(request, loaded))
    desks = {right.unit for right in rights.held if right.role == permissions.RECEPTION}
    units = await competent_units.resolved(reference_data, request, row, register, matter, desks)
    actor = permissions.authorise_filing(rights, request.channel, units["receiving"])
    calendars = await reference_data.unit_calendars(units.values())
    filing = transitions.Filing(
        reference=_reference(),
        loaded=loaded,
        version=version.number,
        channel=request.channel,
        units=units,
        calendars=calendars,
        applicant=uuid4(),
        form_sha256=digest(request.form),
        components=request.components,
        portal=request.portal,
        variables=named(request.form, loaded.specification.variables),
        further=_further(request),
        files=files,
    )
    return filing, actor


def digest(values: Mapping[str, Any]) -> str:
    """The digest of a filing: SHA-256 of its JSON with sorted keys, in hex."""
    return hashlib.sha256(orjson.dumps(dict(values), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _further(request: FileDossier) -> dict[str, Any]:
    """The payload of `filed` about related rows; of the persons, the digest only."""
    return {
        "applicant_sha256": digest(named_itself(request.applicant)),
        "delivery_mode": request.delivery_mode,
        "e_result_consent": request.e_result_consent,
        "external_code": request.external_code,
        **({"site": request.site} if request.site is not None else {}),
    }


async def _site_faults(db: Database, request: FileDossier) -> list[Fault]:
    """The fault of a site in no register, or beside another way."""
    if request.site is None:
        return []
    if request.channel != EntryChannel.ONLINE or request.portal is not None:
        return [Fault("site", say("is only for what is filed online, and on no other portal"))]
    if request.site not in await sites.registered(db):
        return [Fault("site", say("is the site of no system in the register"))]
    return []


def named_itself(applicant: Applicant) -> dict[str, Any]:
    """The applicant as it named itself. One without an area is what it was before there were areas."""
    named = asdict(applicant)
    return named if named["area"] is not None else {key: named[key] for key in named if key != "area"}


#: What is counted when somebody files for themselves. The desk files for a queue of people, so nothing is counted there.
PACES: Mapping[PrincipalKind, tuple[Purpose, ...]] = {
    PrincipalKind.CITIZEN: (Purpose.FILING, Purpose.FILING_DAY),
    PrincipalKind.PARTNER: (Purpose.FILING_PARTNER,),
}


async def pace(limits: CountedOnce, rights: permissions.Rights, at: datetime) -> None:
    """Count a filing against the rate limit. Raises TooManyRequests."""
    for purpose in PACES.get(rights.kind, ()):
        await limits.take(purpose, str(rights.principal), at=at)


def _reference() -> str:
    """A random reference: unguessable, and never parsed as a command-line option."""
    while (drawn := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return drawn


def named(form: Mapping[str, Any], names: Any) -> dict[str, Any]:
    """The form values that enter the engine: those named in the diagram's expressions."""
    return {name: form[name] for name in names if name in form}


def _sound(
    request: FileDossier, loaded: Loaded, filer: filer_identity.Filer, further: Iterable[Fault]
) -> None:
    faults = [*validation.filing(loaded, request.channel, request.form, request.components), *further]
    if not request.applicant.name.strip():
        faults.append(Fault("applicant.name", say("is missing")))
    else:
        faults += filer.faults(request)
    if faults:
        raise errors.FormRefused(faults)


def entry(
    request: FileDossier, decided: Sequence[Event], loaded: Loaded, version: UUID, rights: permissions.Rights
) -> tuple[bytes, ...]:
    """The first rows of a dossier as `statements.Guard.entry` holds them: party, dossier, components, fees."""
    filed = decided[0]
    assessed = {event.payload["fee"] for event in decided if event.kind is Kind.FEE_ASSESSED}
    themselves = rights.kind in (PrincipalKind.CITIZEN, PrincipalKind.PARTNER)
    party = {
        **asdict(request.applicant),
        "area_code": request.applicant.area,
        "id": filed.payload["applicant"],
        "name_folded": text_search.fold(request.applicant.name),
        "principal_id": rights.principal if themselves else None,
        "created_at": filed.at,
    }
    dossier = {
        **{column: filed.payload.get(key) for column, key in FILED.items()},
        **{f"{part}_unit": unit for part, unit in filed.payload["units"].items()},
        "workflow_version_id": version,
        "filed_by": filed.actor,
        "form_data": dict(request.form),
        "filed_at": filed.at,
    }
    components = [_component(each, request.components) for each in loaded.case.components]
    return tuple(map(_json, (party, dossier, components, foreseen_fees(loaded, assessed))))


#: Columns of a dossier that repeat what its first event says, by the key there.
FILED = {
    "reference": "reference",
    "external_code": "external_code",
    "procedure_code": "procedure",
    "case_id": "case",
    "entry_channel": "channel",
    "filed_on_portal": "portal",
    "entry_site": "site",
    "applicant_id": "applicant",
    "delivery_mode": "delivery_mode",
    "e_result_consent": "e_result_consent",
}


def foreseen_fees(loaded: Loaded, assessed: Collection[int]) -> list[dict[str, Any]]:
    """Rows of the fees declared with an amount and not assessed."""
    return [
        {
            "number": number,
            **{name: getattr(fee, name) for name in FORESEEN},
            **dict.fromkeys(("reduction", "surplus"), 0),
            "assessed_at": None,
        }
        for number, fee in enumerate(loaded.case.fees, start=1)
        if fee.amount is not None and number not in assessed
    ]


#: What a procedure says of a fee that is not assessed yet.
FORESEEN = ("name", "amount", "basis", "due")


def _component(component: Any, received: tuple[str, ...]) -> dict[str, Any]:
    names = ("code", "name", "originals", "copies", "required")
    return {**{name: getattr(component, name) for name in names}, "received": component.code in received}


def _json(rows: Any) -> bytes:
    return orjson.dumps(rows, default=_plain)


def _plain(value: Any) -> str:
    """Convert instants and ids of a driver's own class, unknown to the encoder."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
