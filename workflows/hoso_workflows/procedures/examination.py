"""Check of uploads: packages and foreign diagrams, read in limited children; nothing is stored."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import hoso_bpmn
from hoso_bpmn import sandbox
from hoso_bpmn.checks import inspection
from hoso_bpmn.conversion import Imported, scaffold
from hoso_bpmn.package.bundle import Parcel
from hoso_bpmn.package.package import Package, Pin
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.operation import admission
from hoso_workflows.organisation import calendar_texts, permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.procedures import dependencies
from hoso_workflows.scenarios import apart, runner

#: One child at a time in each process: it may use 20 s of a processor and `sandbox.LIMITS.memory_bytes`.
CHECKS = admission.Queue("checks of packages", at_once=1, waiting=3, again=timedelta(seconds=30))
#: What an upload is called in findings that concern it as a whole.
PACKAGE, DRAWING = "package.zip", "process.bpmn"
_DECLARING = "declaring a procedure"


async def examine(db: Database, data: bytes, *, actor: UUID, at: datetime) -> hoso_bpmn.Report:
    """The findings on a zip, as `publication.declare` would have them.

    Raises Forbidden for who holds no office that declares, TooManyRequests while many packages are checked.
    """
    await require_declarer(db, actor, at)
    try:
        _, report = await examined(db, data, at)
    except errors.PackageRefused as refused:
        found: hoso_bpmn.Report = refused.report
        return found
    return report


async def converted(
    db: Database, drawing: bytes, *, actor: UUID, at: datetime
) -> tuple[Imported, scaffold.Outline]:
    """A foreign diagram, converted, with its name and lanes.

    Raises as `examine` does, and PackageRefused for what cannot be read.
    """
    await require_declarer(db, actor, at)
    try:
        with CHECKS.place():
            found = await CHECKS.run(hoso_bpmn.import_bpmn, drawing)
            said = await CHECKS.run(sandbox.run, scaffold.outline, found.xml)
            return found, scaffold.Outline(said["name"], tuple(said["lanes"]))
    except hoso_bpmn.RefusedFile as refused:
        raise errors.PackageRefused(hoso_bpmn.Report(refused.findings(DRAWING))) from None


async def played(db: Database, declared: Package, *, anew: bool = False) -> apart.Played:
    """The scenarios of a version, run in a limited child.

    They know the calendars of the house. Not `anew`, the results of the last runs are kept until a calendar changes.

    Raises TooManyRequests while many packages are checked, PackageRefused where the child used too much time or memory.
    """
    texts = await calendar_texts.texts(db)
    parcel = Parcel(declared.to_zip(), declared.pins, calendars=texts).packed()
    try:
        with CHECKS.place():
            return await CHECKS.run(apart.play if anew else _kept, parcel)
    except hoso_bpmn.RefusedFile as refused:
        raise errors.PackageRefused(hoso_bpmn.Report(refused.findings(PACKAGE))) from None


#: A version never changes, nor do its scenarios.
_kept = lru_cache(maxsize=8)(apart.play)


async def require_declarer(db: Database, actor: UUID, at: datetime) -> None:
    """Require an office that declares procedures, of whichever unit. Raises Forbidden."""
    rights = await permissions.held(db, actor, at, act=_DECLARING)
    units = {right.unit for right in rights.held}
    roles = permissions.offices("declare_version")
    permissions.require_role(rights, _DECLARING, units, procedure_rights.OWNING, *roles)


async def examined(db: Database, data: bytes, at: datetime) -> tuple[Mapping[str, Pin], hoso_bpmn.Report]:
    """The active versions that a zip calls, and the findings on it with these. Raises as `examine` does."""
    with CHECKS.place():
        pinned = await dependencies.active(db, await _called(data), localtime.local_date(at))
        texts = await calendar_texts.texts(db)
        return pinned, await CHECKS.run(
            inspection.check_version, data, pinned, work=runner.inspect_parcel, calendars=texts
        )


async def _called(data: bytes) -> frozenset[str]:
    try:
        return await CHECKS.run(inspection.called, data)
    except hoso_bpmn.RefusedFile as refused:
        raise errors.PackageRefused(hoso_bpmn.Report(refused.findings(PACKAGE))) from None
