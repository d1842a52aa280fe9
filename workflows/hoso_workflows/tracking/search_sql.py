"""The statement of a search of dossiers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import DossierStatus
from hoso_models.tables import party
from hoso_workflows.organisation.permissions import Reading, View
from hoso_workflows.pagination import Conditions, Values

#: So many of the newest dossiers are looked through before the index of terms is asked. What is common fills a page among them;
#: what does not fill it there has few others: at a million dossiers and pages of fifty, some six thousand.
NEAR = 8_000
#: Above so many units, each row is asked for its units, and the index only for the other terms: a search that reaches most
#: units is not narrowed by them.
FEW = 12
ORDER = "filed_at desc, id desc"
#: The reading of an applicant's own dossiers.
OWN = Reading(View.APPLICANT)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a search; what is None or empty does not narrow."""

    #: Of which it has one; None where the units do not matter.
    units: list[str] | None = None
    procedure: str | None = None
    status: DossierStatus | None = None
    #: Filed from then on, and before then.
    filed_from: datetime | None = None
    filed_before: datetime | None = None
    #: Units of which one receives it.
    receiving: list[str] | None = None
    key: str | None = None
    #: Folded.
    words: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    #: The applicant's own account.
    principal: UUID | None = None

    @property
    def listed(self) -> list[str]:
        """The terms of which a dossier has all."""
        return [*self.words, *([f"procedure/{self.procedure}"] if self.procedure else [])]

    @property
    def exact(self) -> bool:
        """True where an index names a few dossiers."""
        return self.key is not None or bool(self.identifiers or self.phones or self.principal)


def statement(terms: Terms, place: Values | None, limit: int) -> tuple[str, list[Any]]:
    """The statement for so many dossiers behind a place, with its parameters."""
    asked = Conditions()
    most = asked.given(limit)
    window, rest, named = asked.branch(), asked.branch(), asked.branch()
    _narrow(terms, place, window, rest)
    _named(terms, named, asked.branch())
    of_dossier = terms.status or terms.receiving is not None
    joined = "join dossier d on d.id = s.dossier_id" if of_dossier else ""
    newest = (_NEWEST_OF_STATUS if terms.status and not terms.listed else _NEWEST).format(
        window=window, limit=NEAR, status=terms.status and terms.status.value
    )
    form = _EXACT if terms.exact else _NEAR_AND_FAR
    found = form.format(window=window, rest=rest, named=named, joined=joined, limit=most, newest=newest)
    return _SHOWN.format(found=found), asked.parameters


def _narrow(terms: Terms, place: Values | None, window: Conditions, rest: Conditions) -> None:
    """Add what the row of terms tells, the status, and who receives."""
    if terms.filed_from is not None:
        window.add("s.filed_at >= {}", terms.filed_from)
    if terms.filed_before is not None:
        window.add("s.filed_at < {}", terms.filed_before)
    window.behind("s.filed_at, s.dossier_id", place, falling=True)
    if terms.listed:
        rest.add("s.terms @> {}::text[]", terms.listed)
    if terms.units is not None:
        rest.add(_UNITS if len(terms.units) <= FEW else _MANY_UNITS, terms.units)
    if terms.status:
        # The word itself, not a parameter: how rare it is, decides on the plan.
        rest.add(f"d.status = '{terms.status.value}'")
    if terms.receiving is not None:
        rest.add("d.receiving_unit = any({}::text[])", terms.receiving)


def _named(terms: Terms, named: Conditions, applicant: Conditions) -> None:
    """Add what names a few dossiers, by themselves or by their applicant.

    That a number is there is said besides: a plan for numbers that it does not know yet would not see it, and leave the index aside.
    """
    if terms.key is not None:
        named.add("(d.reference = {0} or d.code = {0})", terms.key)
    if terms.identifiers:
        applicant.add("pa.identifier is not null and pa.identifier = any({}::text[])", terms.identifiers)
    if terms.phones:
        applicant.add(f"pa.phone is not null and {party.PHONE} = any({{}}::text[])", terms.phones)
    applicant.equal("pa.principal_id", terms.principal)
    if terms.identifiers or terms.phones or terms.principal:
        named.add(_OF_APPLICANT.format(applicant=applicant))


_UNITS = "s.units && {}::text[]"
_MANY_UNITS = (
    "(s.units[1] = any({0}::text[]) or s.units[2] = any({0}::text[]) or s.units[3] = any({0}::text[]))"
)
_NEWEST = """
select * from dossier_search s where {window} order by s.filed_at desc, s.dossier_id desc limit {limit}
"""
_NEWEST_OF_STATUS = """
select s.* from (
  select s.id as dossier_id from (select id, filed_at, id as dossier_id from dossier where status = '{status}') s
  where {window} order by s.filed_at desc, s.id desc limit {limit}
) d join dossier_search s on s.dossier_id = d.dossier_id
"""
#: Arrays, of which a planner expects a few: of a join it might expect so many that it walked the newest.
_OF_APPLICANT = "d.applicant_id = any(array(select pa.id from party pa where {applicant}))"
_EXACT = """
select s.dossier_id, s.filed_at from dossier_search s {joined}
where s.dossier_id = any(array(select d.id from dossier d where {named})) and {window} and {rest}
order by s.filed_at desc, s.dossier_id desc limit {limit}
"""
#: The far ones are all that match, unsorted: asked for the first of them in their order, a planner that expects many would walk
#: the whole table for a name that is rare.
_NEAR_AND_FAR = """
with near as materialized (
  select s.dossier_id, s.filed_at from ({newest}) s {joined} where {rest} order by s.filed_at desc, s.dossier_id desc limit {limit}
), far as materialized (
  select s.dossier_id, s.filed_at from dossier_search s {joined}
  where (select count(*) from near) < {limit} and {window} and {rest}
)
select dossier_id, filed_at from near where (select count(*) from near) >= {limit}
union all
(select dossier_id, filed_at from far order by filed_at desc, dossier_id desc limit {limit})
"""
_SHOWN = """
select d.id, d.filed_at, d.reference, d.code, d.status, d.verdict, d.procedure_code, v.name as procedure_name, pa.kind, pa.name,
  d.receiving_unit, d.handling_unit, d.deciding_unit, d.accepted_at, d.due_legal, d.due_promised, d.late_since, d.result_ready_at
from ({found}) place join dossier d on d.id = place.dossier_id join party pa on pa.id = d.applicant_id
join workflow_version v on v.id = d.workflow_version_id
order by d.filed_at desc, d.id desc
"""
