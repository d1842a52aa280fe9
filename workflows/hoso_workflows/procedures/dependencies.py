"""Pinned versions of called procedures, each fixed when its caller was declared.

`manifest.calls` of a version holds procedure → number of the version that was active when the caller was declared.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from hoso_bpmn.package import bundle
from hoso_bpmn.package.package import Package, Pin
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows.procedures import damage, openings


async def versions(db: Database, ids: Collection[UUID]) -> dict[str, Pin]:
    """Versions by their procedure's code, each with its own pinned versions. Unknown ids are left out.

    Raises ProcedureDamaged for one of them that is not as it was published.
    """
    rows = await db.rows(_PINNED, [list(ids)])
    packages = {(row.code, row.number): damage.package_of(row) for row in rows}
    calls = {(row.code, row.number): row.calls for row in rows}
    try:
        return bundle.tied({row.code: row.number for row in rows if row.id in ids}, packages, calls)
    except KeyError as missing:
        ((code, number),) = missing.args
        raise damage.ProcedureDamaged(code, number, say("absent"), say("present")) from missing


async def active(db: Database, codes: Collection[str], day: date) -> dict[str, Pin]:
    """Versions of these procedures that are active on a local date. One without such a version is left out."""
    rows = await db.rows(_ACTIVE, [sorted(codes), day])
    return await versions(db, {row.id for row in rows})


async def version(db: Database, identity: UUID) -> tuple[int, Package] | None:
    """The number and the package of a version, pinned as it was declared; None for an unknown id."""
    for pin in (await versions(db, {identity})).values():
        return pin.number, pin.package
    return None


_PINNED = """
with recursive called as (
  select id from workflow_version where id = any($1)
  union
  select pinned.id
  from called
  join workflow_version caller using (id)
  cross join jsonb_each_text(coalesce(caller.manifest -> 'calls', '{}')) as pin
  join workflow_version pinned on pinned.procedure_code = pin.key and pinned.number = pin.value::int
)
select id, procedure_code as code, number, package, sha256, coalesce(manifest -> 'calls', '{}') as calls
from called join workflow_version using (id)
"""
_ACTIVE = f"""
select v.id from unnest($1::text[]) code cross join lateral ({openings.in_force_sql("code", "$2::date")}) v
"""  # noqa: S608 - fixed text of this module
