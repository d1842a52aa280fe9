"""Figures of a submitted report.

They are counted once, stored with the dossiers behind them, and can be counted again from these.

What happens to a dossier or a calendar later changes neither. The digest covers figures, texts and dossiers.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import ReportPart
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, pagination
from hoso_workflows.events import canonical
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.reports import lateness
from hoso_workflows.reports.forms import accounting, causes, tables, targets
from hoso_workflows.reports.forms.accounting import Accounted, Line, Scope
from hoso_workflows.reports.forms.causes import CauseLine
from hoso_workflows.reports.forms.tables import Table
from hoso_workflows.reports.forms.targets import OnlineShare, Target
from hoso_workflows.reports.lateness_dossiers import CAME, Column
from hoso_workflows.reports.obligations import register
from hoso_workflows.reports.obligations.register import Obligation

KEYS = Keyset(code=pagination.TEXT)
_CHANNELS = ("online", "desk", "post")


@dataclass(frozen=True, slots=True)
class Source:
    """A report that went into a consolidated one, with the number of its submission."""

    obligation: UUID
    number: int
    unit: str
    unit_name: str
    late: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a report."""

    account: tuple[Line, ...]
    causes: tuple[CauseLine, ...]
    online: tuple[OnlineShare, ...]
    #: Of a consolidated report: what went into it, and the units whose reports are missing.
    sources: tuple[Source, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The figures as the tables of the report."""
        return tables.of_account(self.account), tables.of_causes(self.causes), tables.of_online(self.online)

    def document(self) -> dict[str, Any]:
        """The figures as they are stored."""
        return {
            "account": [asdict(each) for each in self.account],
            "causes": [asdict(each) for each in self.causes],
            "online": [_share(each) for each in self.online],
            "sources": [{**asdict(each), "obligation": str(each.obligation)} for each in self.sources],
            "missing": list(self.missing),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Figures":
        """The figures in a stored document."""
        return cls(
            tuple(Line(**each) for each in document["account"]),
            tuple(CauseLine(**each) for each in document["causes"]),
            tuple(_stored_share(each) for each in document["online"]),
            tuple(Source(**{**each, "obligation": UUID(each["obligation"])}) for each in document["sources"]),
            tuple(document["missing"]),
        )


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission of a report as it was stored."""

    number: int
    at: datetime
    by: UUID
    figures: Figures
    texts: Mapping[str, str]
    #: SHA-256, in hex.
    digest: str


@dataclass(frozen=True, slots=True)
class Recounted:
    """A submission counted again from the dossiers behind it."""

    #: Dossiers behind the figures.
    dossiers: int
    #: True where the figures follow from them.
    same: bool
    #: True where figures, texts and dossiers are what was digested.
    intact: bool


@dataclass(frozen=True, slots=True)
class Submitted:
    """A dossier behind the figures of a submission."""

    code: str
    unit: str
    procedure: str
    field: str
    channel: str
    came: Column
    went: Column


def _share(each: OnlineShare) -> dict[str, Any]:
    target = each.target and {**asdict(each.target), "entered_at": each.target.entered_at.isoformat()}
    return {**asdict(each), "target": target}


def _stored_share(document: Mapping[str, Any]) -> OnlineShare:
    told = document["target"]
    entered = {"entered_at": datetime.fromisoformat(told["entered_at"])} if told else {}
    return OnlineShare(**{**document, "target": Target(**{**told, **entered}) if told else None})


async def running(asked: Database | Transaction, found: Obligation, *, at: datetime) -> Figures:
    """The figures of a report that is not submitted, as they would be now. Raises BadPeriod, DoesNotAddUp."""
    if found.part is ReportPart.CONSOLIDATED:
        return await consolidated(asked, await register.of_period(asked, found), at)
    scope = Scope(found.period_from, found.period_to, found.unit)
    lines = await accounting.account(asked, scope, at=at)
    return Figures(
        lines,
        await causes.causes(asked, scope, at=at),
        await targets.shares(asked, found.unit, found.period_to, at=at) if scope.final(at) else (),
    )


async def consolidated(
    asked: Database | Transaction, agencies: Sequence[Obligation], at: datetime
) -> Figures:
    """The submitted figures of the agencies, line by line, with those that are missing."""
    lines: list[Line] = []
    caused: list[CauseLine] = []
    online: list[OnlineShare] = []
    sources = []
    for each in agencies:
        found = await newest(asked, each)
        if found is None:
            continue
        lines += found.figures.account
        caused += found.figures.causes
        online += found.figures.online
        sources.append(Source(each.id, found.number, each.unit, each.unit_name, each.late(at)))
    missing = tuple(
        each.unit for each in agencies if each.id not in {source.obligation for source in sources}
    )
    return Figures(tuple(lines), tuple(caused), tuple(online), tuple(sources), missing)


async def newest(asked: Database | Transaction, found: Obligation) -> Submission | None:
    """The newest submission that was not returned; None where there is none."""
    if found.submitted_at is None:
        return None
    return await submission(asked, found.id, found.submissions)


async def submission(asked: Database | Transaction, obligation: UUID, number: int) -> Submission:
    """A submission by its number. Raises NotFound."""
    rows = await asked.rows(_SUBMISSION, [obligation, number])
    if not rows:
        raise errors.NotFound("submission", number)
    row = rows[0]
    return Submission(number, row.at, row.by, Figures.of(row.figures), row.texts, row.digest.hex())


async def store(tx: Transaction, found: Obligation, figures: Figures, *, by: UUID, at: datetime) -> str:
    """Store the next submission with the dossiers behind it; return its digest in hex. Raises Conflict."""
    number = found.submissions + 1
    if found.part is ReportPart.AGENCY:
        start, end = Scope(found.period_from, found.period_to, found.unit).bounds(at)
        await tx.rows(_FREEZE, [start, end, found.unit, found.id, number])
    told = figures.document()
    rows = await _dossiers(tx, found.id, number, figures.sources)
    if counted(rows) != _by_line(figures.account):
        # Somebody has moved or corrected a dossier between the two statements.
        raise errors.Conflict(found.period_key)
    digest = digested(told, found.texts, rows)
    await tx.rows(_STORE, [found.id, number, at, by, told, dict(found.texts), digest])
    return digest.hex()


async def recount(db: Database, obligation: UUID, number: int) -> Recounted:
    """Count a submission again from the dossiers that were stored with it. Raises NotFound."""
    found = await submission(db, obligation, number)
    rows = await _dossiers(db, obligation, number, found.figures.sources)
    digest = digested(found.figures.document(), found.texts, rows)
    return Recounted(
        len(rows), counted(rows) == _by_line(found.figures.account), digest.hex() == found.digest
    )


def counted(rows: Iterable[Sequence[str]]) -> dict[tuple[str, ...], Accounted]:
    """Figures by unit, procedure, field and level, counted one dossier after the other."""
    found: dict[tuple[str, ...], Counter[str]] = {}
    for _, unit, procedure, field, level, channel, came, went in rows:
        count = found.setdefault((unit, procedure, field, level), Counter())
        count[channel if came == "received" else came] += 1
        count[went] += 1
    return {key: Accounted(**count) for key, count in found.items()}


def _by_line(lines: Iterable[Line]) -> dict[tuple[str, ...], Accounted]:
    found: dict[tuple[str, ...], list[Accounted]] = {}
    for each in lines:
        found.setdefault((each.unit, each.procedure, each.field, each.level), []).append(each)
    return {key: Accounted.sum(of) for key, of in found.items()}


def digested(figures: Mapping[str, Any], texts: Mapping[str, str], rows: Sequence[Sequence[str]]) -> bytes:
    """SHA-256 of a submission in canonical JSON."""
    return hashlib.sha256(canonical({"figures": figures, "texts": dict(texts), "dossiers": rows})).digest()


async def _dossiers(
    asked: Database | Transaction, obligation: UUID, number: int, sources: Sequence[Source]
) -> list[list[str]]:
    rows = await asked.rows(_ALL, list(_places(obligation, number, sources)))
    return [list(row) for row in rows]


def _places(obligation: UUID, number: int, sources: Sequence[Source]) -> tuple[list[UUID], list[int]]:
    """Submissions that hold the dossiers. Its own, or those of the reports that went into it."""
    if not sources:
        return [obligation], [number]
    return [each.obligation for each in sources], [each.number for each in sources]


async def dossiers(
    db: Database,
    found: Submission,
    obligation: UUID,
    column: Column,
    *,
    unit: str | None = None,
    procedure: str | None = None,
    channel: str | None = None,
    after: str | None = None,
    limit: int | None = 50,
) -> Page[Submitted]:
    """The dossiers behind a figure of a submission, by their codes. Raises BadCursor."""
    asked = Conditions()
    for part in _places(obligation, found.number, found.figures.sources):
        asked.given(part)
    asked.add("came = {}" if column in CAME else "went = {}", column.value)
    asked.equal("unit_code", unit)
    asked.equal("procedure_code", procedure)
    asked.equal("channel", channel)
    asked.behind("code", KEYS.values(after))
    return await pagination.page(db, _BEHIND, asked, KEYS, limit=limit, item=_submitted)


def _submitted(row: Any) -> Submitted:
    return Submitted(
        *(row.code, row.unit, row.procedure, row.field, row.channel), Column(row.came), Column(row.went)
    )


_SUBMISSION = (
    "select at, by, figures, texts, digest from report_submission where obligation_id = $1 and number = $2"
)
_STORE = """
insert into report_submission (obligation_id, number, at, by, figures, texts, digest) values ($1, $2, $3, $4, $5, $6, $7)
"""
_FREEZE = lateness.statement("frozen_dossiers")
COLUMNS = "code, unit_code, procedure_code, field, level, channel, came, went"
_FROM = """
from report_submission_dossier d
join unnest($1::uuid[], $2::int[]) as s(obligation, submission) on s.obligation = d.obligation_id and s.submission = d.number
"""
_ALL = f"select {COLUMNS} {_FROM} order by code"
_BEHIND = f"""
select code, unit_code as unit, procedure_code as procedure, field, channel, came, went {_FROM}
where {{conditions}} order by code limit {{limit}}
"""
