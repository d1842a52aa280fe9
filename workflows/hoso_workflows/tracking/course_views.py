"""Timeline and account of a dossier, with their permissions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.tracking import accounting, timeline
from hoso_workflows.tracking.accounting import Account, Place
from hoso_workflows.tracking.timeline import ApplicantsEntry, OfficersEntry

TIMELINE, ACCOUNT = "get_timeline", "get_accounting"


@dataclass(frozen=True, slots=True)
class Names:
    """Names of units by their codes, and of people by their ids."""

    units: Mapping[str, str]
    people: Mapping[UUID, str]


async def read_timeline(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """The timeline of a dossier: by unit for its applicant, whole for officers. Raises NotFound."""
    row, inside = await views.readable(service.db, TIMELINE, key, reader, at, origin)
    history, gone = await service.repository.history_and_erased(row)
    erased = {each.seq: each.kind for each in gone}
    if inside:
        entries = list(timeline.of_officers(history, erased))
        people = {each.actor for each in entries} | {each.on_behalf_of for each in entries}
        names = await _names(service.db, {each.unit for each in entries}, people)
        return {"view": "officer", "items": [_officers(each, names) for each in entries]}
    told = timeline.of_applicants(history, at, erased)
    names = await _names(service.db, {each.unit for each in told}, ())
    return {"view": "applicant", "items": [_applicants(each, names) for each in told]}


async def read_account(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """The working time of a dossier up to an instant, divided. Raises NotFound.

    Steps and officers are told to who works in it, and within their own authority and those below.
    """
    row, _, named = await views.followed(service, ACCOUNT, key, reader, at, origin)
    history = await service.repository.history(row)
    found = accounting.account(history, await service.repository.load(row), at)
    if named is not None:
        found = accounting.discreet(found, named)
    places = {part.place for part in found.parts} | {excess.place for excess in found.excesses}
    names = await _names(
        service.db, {each.unit for each in places if each.unit}, {each.officer for each in places}
    )
    return {
        **{name: row[name] for name in ("reference", "code", "status")},
        "until": localtime.isoformat(at),
        **_document(found, names),
    }


def _document(found: Account, names: Names) -> dict[str, Any]:
    return {
        "minutes": found.minutes,
        "late": found.late,
        "reason": found.reason and _place(found.reason, names),
        "parts": [
            {**_place(each.place, names), "minutes": each.minutes, "counted": each.counted}
            for each in found.parts
        ],
        "excesses": [
            {**_place(each.place, names), "step": each.step, "minutes": each.minutes}
            for each in found.excesses
        ],
        "stretches": [
            {
                **_place(each.place, names),
                "since": localtime.isoformat(each.start),
                "until": localtime.isoformat(each.end),
                "runs": each.counted,
                "minutes": each.minutes,
            }
            for each in found.stretches
        ],
    }


def _place(place: Place, names: Names) -> dict[str, Any]:
    return {
        "holder": place.holder.value,
        "unit": place.unit,
        "unit_name": names.units.get(place.unit) if place.unit else None,
        "officer": str(place.officer) if place.officer else None,
        "officer_name": names.people.get(place.officer) if place.officer else None,
    }


def _officers(entry: OfficersEntry, names: Names) -> dict[str, Any]:
    behalf = entry.on_behalf_of
    return {
        "at": localtime.isoformat(entry.at),
        "kind": entry.kind,
        "unit": entry.unit,
        "unit_name": names.units.get(entry.unit),
        "actor": names.people.get(entry.actor),
        "on_behalf_of": names.people.get(behalf) if behalf else None,
        "automatic": entry.automatic,
        "step": entry.step,
        "words": entry.words,
    }


def _applicants(entry: ApplicantsEntry, names: Names) -> dict[str, Any]:
    return {
        "at": localtime.isoformat(entry.at),
        "kind": entry.kind,
        "unit": entry.unit,
        "unit_name": names.units.get(entry.unit),
        "reason": entry.reason,
    }


async def _names(db: Database, units: Iterable[str], people: Iterable[UUID | None]) -> Names:
    known = await db.rows(_UNITS, [list(units)])
    found = await db.rows(_PEOPLE, [[each for each in people if each is not None]])
    return Names({row.code: row.name for row in known}, {row.id: row.name for row in found})


_UNITS = "select code, name from unit where code = any($1::text[])"
_PEOPLE = "select id, name from principal where id = any($1::uuid[])"
