"""Lists and searches of dossiers, the newest first.

An officer finds the dossiers that their units receive, handle or decide, an auditor those of the units below theirs, an
applicant their own. ADR 0049 tells how common and rare names are found in milliseconds.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import DossierStatus, text_search
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.errors import Fault
from hoso_workflows.organisation import access_log, permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.organisation.permissions.relations import Relation, files_online
from hoso_workflows.organisation.permissions.rights import Rights
from hoso_workflows.pagination import Keyset, Page
from hoso_workflows.tracking import search_sql
from hoso_workflows.tracking.keys import keys_in
from hoso_workflows.tracking.search_sql import Terms

LIST, SEARCH = "list_dossiers", "search_dossiers"
DOSSIERS = Keyset("dossier", filed_at=pagination.INSTANT, id=pagination.IDENTITY)


class ReasonNeeded(errors.Refusal):
    """A search by personal data says no reason."""

    slug = "reason-needed"
    remedy = "Say why you look for this person in `reason`; it is kept in the access log."

    def __init__(self) -> None:
        super().__init__(say("Nobody is looked for by name or number without a reason."))


@dataclass(frozen=True, slots=True)
class DossierFilter:
    """Conditions that are not personal; a field that is None does not narrow."""

    #: A unit that receives, handles or decides it.
    unit: str | None = None
    procedure: str | None = None
    status: DossierStatus | None = None
    #: Local dates of filing, both included.
    filed_from: date | None = None
    filed_until: date | None = None
    #: Units that receive it. They reach no further than the reader does.
    receiving: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class ApplicantFilter:
    """Conditions on the applicant, and the name of the dossier itself."""

    #: Reference or code.
    key: str | None = None
    #: Words of the name in any order, with marks or without.
    name: str | None = None
    #: Identity card or enterprise number.
    identifier: str | None = None
    phone: str | None = None

    @property
    def personal(self) -> list[str]:
        """The fields with personal data that are given."""
        return [
            each.name for each in fields(self) if each.name != "key" and getattr(self, each.name) is not None
        ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: who asks, when, from where, and for which page."""

    reader: UUID
    at: datetime
    origin: Origin = WITHIN
    limit: int = 50
    after: str | None = None


async def listed(db: Database, wanted: DossierFilter, asked: Asked) -> Page[dict[str, Any]]:
    """One page of the dossiers of an officer's units, or an applicant's own.

    An officer's reading is logged. Raises Forbidden for another's unit, NotFound for one that is none, BadCursor.
    """
    rights = await permissions.held(db, asked.reader, asked.at)
    units = await _units(db, LIST, rights, wanted.unit, asked)
    terms = _terms(wanted, units)
    if units is None:
        if Relation.APPLICANT not in table.ACTS[LIST].who or not files_online(rights):
            seen = readings.access(LIST, asked.reader, None, asked.at, asked.origin)
            await readings.record(db, seen, ())
            return Page(())
        terms = replace(terms, principal=asked.reader)
    return await _page(db, LIST, terms, rights, wanted.unit or wanted.procedure, asked)


async def search(
    db: Database, applicant: ApplicantFilter, wanted: DossierFilter, reason: str, asked: Asked
) -> Page[dict[str, Any]]:
    """One page of the dossiers that match, for an officer or auditor. Its reading is logged with the reason.

    Raises ReasonNeeded for a search by personal data without one, FormRefused for a name without words, and the errors of
    `listed`.
    """
    reason = reason.strip() or asked.origin.reason or ""
    if applicant.personal and not reason:
        raise ReasonNeeded
    asked = replace(asked, origin=replace(asked.origin, reason=reason or None))
    rights = await permissions.held(db, asked.reader, asked.at)
    subject = _subject(applicant) or wanted.unit
    async with readings.refusals(db, SEARCH, asked.reader, subject, asked.at, asked.origin):
        units = await _units(db, SEARCH, rights, wanted.unit, asked)
        if units is None:
            raise errors.Forbidden(asked.reader, say("searching dossiers"), None, None)
    found = replace(
        _terms(wanted, units),
        key=applicant.key,
        words=_words(applicant.name),
        identifiers=_identifiers(applicant.identifier),
        phones=_phones(applicant.phone),
    )
    return await _page(db, SEARCH, found, rights, subject, asked)


def _subject(applicant: ApplicantFilter) -> str:
    """The subject for the log: a key, else the names of the fields. A number of a person is no key."""
    if applicant.key:
        return applicant.key if keys_in(applicant.key) else "key"
    return ", ".join(applicant.personal)


async def _units(
    db: Database, act: str, rights: Rights, wanted: str | None, asked: Asked
) -> list[str] | None:
    """The units that are searched; None for somebody whom the act gives none."""
    await permissions.existing_unit(db, wanted)
    reached = table.units(act, rights)
    if not reached and wanted is None:
        return None
    if wanted is None:
        return sorted(reached)
    async with readings.refusals(db, act, asked.reader, wanted, asked.at, asked.origin):
        if wanted not in reached:
            raise errors.Forbidden(rights.principal, say("searching dossiers"), None, wanted)
    return [wanted]


def _terms(wanted: DossierFilter, units: list[str] | None) -> Terms:
    until = wanted.filed_until
    return Terms(
        units,
        wanted.procedure,
        wanted.status,
        _midnight(wanted.filed_from) if wanted.filed_from else None,
        _midnight(until + timedelta(days=1)) if until else None,
        None if wanted.receiving is None else sorted(wanted.receiving),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=localtime.ZONE)


def _words(name: str | None) -> list[str]:
    words = text_search.fold(name or "").split()
    if name is not None and not words:
        raise errors.FormRefused([Fault("name", say("has no word"))])
    return words


def _identifiers(identifier: str | None) -> list[str]:
    """The number as it was typed, and without spaces."""
    return [] if identifier is None else sorted({identifier.strip(), "".join(identifier.split())})


def _phones(phone: str | None) -> list[str]:
    """The digits of a number, with the country's prefix and with a zero instead."""
    digits = "".join(each for each in phone or "" if each.isdecimal())
    if phone is not None and not digits:
        raise errors.FormRefused([Fault("phone", say("has no digit"))])
    national = digits.removeprefix("84") if digits.startswith("84") else digits.removeprefix("0")
    return sorted({digits, f"0{national}", f"84{national}"}) if digits else []


async def _page(
    db: Database, act: str, terms: Terms, rights: Rights, subject: str | None, asked: Asked
) -> Page[dict[str, Any]]:
    sql, parameters = search_sql.statement(terms, DOSSIERS.values(asked.after), asked.limit + 1)
    reading = readings.of_list(rights, act) if terms.principal is None else search_sql.OWN
    seen = readings.access(act, asked.reader, subject, asked.at, asked.origin, reading=reading)
    if seen is not None:
        sql = access_log.around(sql, parameters, seen, search_sql.ORDER, asked.limit)
    return pagination.cut(await db.rows(sql, parameters), asked.limit, DOSSIERS, _item)


def _item(row: Any) -> dict[str, Any]:
    """A dossier in a list."""
    instants = ("filed_at", "accepted_at", "due_legal", "due_promised", "late_since", "result_ready_at")
    return {
        **{name: row[name] for name in ("reference", "code", "status", "verdict")},
        "procedure": {"code": row["procedure_code"], "name": row["procedure_name"]},
        "applicant": {"kind": row["kind"], "name": row["name"]},
        "units": {part: row[f"{part}_unit"] for part in ("receiving", "handling", "deciding")},
        **{name: localtime.isoformat(row[name]) for name in instants},
    }
