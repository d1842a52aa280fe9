"""A version as its page shows it: state, next act, findings, picture, steps, cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

import hoso_bpmn
import hoso_calendar as wt
from hoso_api.pages.procedures import findings
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_bpmn.document import critical_path
from hoso_bpmn.package import package
from hoso_bpmn.package.package import Case, Package
from hoso_models import VersionStatus
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.procedures import publication

#: The list of procedures.
ADDRESS = "/noi-bo/thu-tuc"
#: Hours of a day, by the law's arithmetic.
DAY = critical_path.HOURS[wt.Unit.WORKING_DAYS]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as a line of the table."""

    element: str
    name: str
    lane: str
    role: str
    unit: str
    limit: str
    milestone: str
    form: str
    #: True on the way whose limits are the most.
    longest: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A version with one of its cases."""

    version: publication.Version
    package: Package
    case: Case
    findings: findings.Findings
    picture: str | None
    steps: Sequence[Step]
    #: Limits along the longest way, and their sum in days of eight hours.
    limits: Sequence[str]
    total: str
    #: How the sum stands to the term, in words; empty where the two cannot be compared.
    against: str
    #: Persons by id.
    names: Mapping[UUID, str]
    #: Acts that the reader may do on this procedure.
    may: frozenset[str]

    @property
    def address(self) -> str:
        """The address of its page."""
        return address(self.version.procedure, self.version.number)

    @property
    def status(self) -> str:
        """Its state in words."""
        return wording.VERSION_STATUSES[self.version.status]

    @property
    def scheduled(self) -> bool:
        """True while an approved version waits for its day."""
        return self.version.status == VersionStatus.APPROVED and self.version.active_from is not None

    @property
    def scenarios(self) -> int:
        """The number of its scenarios."""
        return sum(path.startswith("scenarios/") for path in self.package.files)

    @property
    def forms(self) -> Sequence[str]:
        """The names of its forms."""
        return sorted(path.rpartition("/")[2] for path in self.package.files if path.endswith(".form"))

    def name(self, person: UUID | None) -> str:
        """A person's name; empty for nobody."""
        return self.names.get(person, "") if person is not None else ""


def address(procedure: str, number: int) -> str:
    """The address of a version."""
    return f"{ADDRESS}/{procedure}/ban/{number}"


async def read(visit: Visit, procedure: str, number: int, case: str = "") -> Shown:
    """A version with its package. Raises NotFound, also for a case that it has not."""
    db, day = visit.service.db, localtime.local_date(visit.at)
    version = await publication.version(db, procedure, number, day=day)
    declared = await publication.declared(db, procedure, number)
    try:
        chosen = declared.case(case or declared.cases[0].id)
    except package.NoSuchCase:
        raise errors.NotFound("case", case) from None
    found = findings.Findings.of(hoso_bpmn.Report.from_json(version.report))
    specification = hoso_bpmn.load(declared, chosen.id).specification
    total = specification.total_limit
    persons = (
        *version.brought_by,
        version.approved_by,
        version.approved_for,
        version.activated_by,
        version.activated_for,
    )
    return Shown(
        version=version,
        package=declared,
        case=chosen,
        findings=found,
        picture=await findings.picture(declared.process(chosen), found.marks),
        steps=[_step(each, total.elements) for each in specification.steps.values()],
        limits=total.limits,
        total=days(total.hours),
        against=_against(total.hours, chosen.term),
        names=await visit.names(persons),
        may=await allowed(visit, procedure),
    )


async def allowed(visit: Visit, procedure: str) -> frozenset[str]:
    """The acts of publication for which the reader holds an office over a procedure."""
    acts = (
        "declare_version",
        "submit_version",
        "approve_version",
        "activate_version",
        "take_back_activation",
        "migrate_dossiers",
    )
    return frozenset([act for act in acts if await may(visit, procedure, act)])


async def may(visit: Visit, procedure: str, act: str) -> bool:
    """True where the reader holds an office of the act over the procedure."""
    try:
        await procedure_rights.entitled(
            visit.service.db, act, procedure, *permissions.offices(act), actor=visit.principal, at=visit.at
        )
    except errors.Forbidden:
        return False
    return True


def days(hours: Fraction) -> str:
    """Hours as days of eight hours: `2`, `0,25`, `1/3`."""
    value = hours / DAY
    if value.denominator == 1:
        return str(value.numerator)
    exact = format(float(value), ".4f").rstrip("0")
    return exact.replace(".", ",") if Fraction(exact) == value else str(value)


def _against(total: Fraction, term: wt.Term) -> str:
    most = critical_path.hours(term)
    if most is None or not total:
        return ""
    return wording.AGAINST["above" if total > most else "equal" if total == most else "below"]


def _step(step: hoso_bpmn.Step, longest: Sequence[str]) -> Step:
    return Step(
        element=step.element,
        name=step.name,
        lane=step.lane or "",
        role=wording.ROLES.get(step.role or "", step.role or ""),
        unit=wording.UNIT_PARTS.get(step.unit or "", step.unit or ""),
        limit=str(step.limit) if step.limit else "",
        milestone=wording.MILESTONES.get(step.milestone or "", step.milestone or ""),
        form=step.form or "",
        longest=step.element in longest,
    )
