"""Approval and activation as their pages show them: what changes, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hoso_api.pages.procedures import version
from hoso_api.pages.shared.visit import Visit
from hoso_bpmn.comparison import versions as comparison
from hoso_models import CompetencePart, VersionStatus
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.procedures import overview, publication

ADDRESS = "/noi-bo/phe-duyet"


@dataclass(frozen=True, slots=True)
class Approval:
    """A version before its approval, beside the active one."""

    shown: version.Shown
    active: publication.Version | None
    differences: Sequence[comparison.Difference]
    #: True for who declared or submitted it, or has it done in their name.
    own: bool

    @property
    def able(self) -> bool:
        """True when the reader may approve it now."""
        waits = self.shown.version.status == VersionStatus.SUBMITTED
        return waits and not self.own and "approve_version" in self.shown.may


@dataclass(frozen=True, slots=True)
class Consequences:
    """Consequences of an activation."""

    shown: version.Shown
    active: publication.Version | None
    #: Dossiers that stay on the active version, and drafts that will be filed for the new one.
    running: int
    drafts: int
    #: Parts of a dossier for which no unit is competent.
    missing: Sequence[CompetencePart]
    today: date


async def read(visit: Visit, procedure: str, number: int, case: str = "") -> Approval:
    """A version with its differences from the active one. Raises NotFound."""
    shown = await version.read(visit, procedure, number, case)
    before = await active(visit, procedure)
    differences: Sequence[comparison.Difference] = ()
    if before is not None and before.number != number:
        old = await publication.declared(visit.service.db, procedure, before.number)
        differences = comparison.compare(old, shown.package)
    return Approval(
        shown, before, differences, bool(shown.version.brought_by & await _persons(visit, procedure))
    )


async def consequences(visit: Visit, procedure: str, number: int) -> Consequences:
    """Changes by the activation of a version. Raises NotFound."""
    db, today = visit.service.db, localtime.local_date(visit.at)
    shown, before = await version.read(visit, procedure, number), await active(visit, procedure)
    running = await overview.running(db, procedure)
    return Consequences(
        shown,
        before,
        running.get(before.number, 0) if before else 0,
        await overview.drafts(db, procedure, visit.at),
        await overview.incompetent(db, procedure, shown.package.field, today),
        today,
    )


async def active(visit: Visit, procedure: str) -> publication.Version | None:
    """The version that new dossiers run on today."""
    day = localtime.local_date(visit.at)
    found = await publication.versions(visit.service.db, procedure, day=day)
    return next((each for each in found.items if each.status == VersionStatus.ACTIVE), None)


async def _persons(visit: Visit, procedure: str) -> frozenset[UUID]:
    """The reader and who they act for, by the right that an approval uses."""
    act = "approve_version"
    try:
        acting = await procedure_rights.entitled(
            visit.service.db, act, procedure, *permissions.offices(act), actor=visit.principal, at=visit.at
        )
    except errors.Forbidden:
        return frozenset({visit.principal})
    return acting.persons
