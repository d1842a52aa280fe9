"""A procedure that gives signed results, in the world of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, postgres
from hoso_models.storage import database
from hoso_workflows.organisation import units
from support import databases
from support import world as worlds
from support.builders import packages
from support.world import DEPARTMENT, DESK

TEMPLATE = "world_of_signed_results"
CODE = "9.000300"
POLICY = '[case.policy]\nresult = "signed"\nresult_basis = "Luật 20/2023/QH15 điều 22"'
#: What a filing at the desk says beside the applicant.
FILING: dict[str, Any] = {"procedure": CODE, "form": {}, "components": []}


def declared() -> package.Package:
    """The package as an agency would upload it."""
    head = packages.manifest(f'code = "{CODE}"').decode().partition("[[case]]")[0]
    case = '[[case]]\nid = "mot"\nname = "Một"\nprocess = "process.bpmn"\nterm = "5 ngày làm việc"\n'
    return package.read(
        {"procedure.toml": f"{head}{case}{POLICY}\n".encode(), "process.bpmn": packages.drawing()}
    )


async def _establish(url: str) -> None:
    async with database.connect(url) as db:
        async with db.transaction() as tx:
            for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
                units.competence(tx, CODE, unit, part, worlds.SINCE, basis="Quyết định công bố")
        await worlds.publish_package(db, declared())


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of a world in which the procedure is published too."""
    worlds.ensure(server)
    databases.ensure_template(server, TEMPLATE, _establish, base=worlds.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url
