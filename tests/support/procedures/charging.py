"""A procedure with fees of every sort, in the world of the tests."""

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

TEMPLATE = "world_of_fees"
CODE = "9.000200"
#: Case → step that its open fees stop.
CASES = {
    "stops": 'fees_stop = "acceptance"\nfees_stop_basis = "NQ 12/2025/NQ-HĐND điều 3"',
    "goes_on": "",
    "by_another": "",
}
FEES = """
[[case.fee]]
name = "Lệ phí"
amount = 20000
basis = "NQ 12/2025/NQ-HĐND"
[[case.fee]]
name = "Phí sao chụp"
amount = 2000
per = "trang"
due = "return"
[[case.fee]]
name = "Phí thẩm định"
source = "unpublished"
"""
#: The paper of whoever files for somebody else, and the case that takes it.
AUTHORISATION = "UQ"
PAPERS = {
    "by_another": f"""
[[case.component]]
code = "{AUTHORISATION}"
name = "Văn bản ủy quyền"
requirement = "optional"
"""
}
#: What a filing at the desk says beside the applicant.
FILING: dict[str, Any] = {"procedure": CODE, "form": {}, "components": []}


def drawn() -> package.Package:
    """The package as an agency would upload it."""
    head = packages.manifest(f'code = "{CODE}"').decode().partition("[[case]]")[0]
    cases = (
        f'[[case]]\nid = "{case}"\nname = "{case}"\nprocess = "process.bpmn"\nterm = "5 ngày làm việc"\n'
        f"[case.policy]\n{policy}\n{FEES}{PAPERS.get(case, '')}"
        for case, policy in CASES.items()
    )
    return package.read(
        {"procedure.toml": (head + "\n".join(cases)).encode(), "process.bpmn": packages.drawing()}
    )


async def _establish(url: str) -> None:
    async with database.connect(url) as db:
        async with db.transaction() as tx:
            for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
                units.competence(tx, CODE, unit, part, worlds.SINCE, basis="Quyết định công bố")
        await worlds.publish_package(db, drawn())


def ensure(server: postgres.Server) -> None:
    """Build the template of the world, the first time in a session."""
    worlds.ensure(server)
    databases.ensure_template(server, TEMPLATE, _establish, base=worlds.TEMPLATE)


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of a world in which the procedure is published too."""
    ensure(server)
    with databases.clone(server, TEMPLATE) as url:
        yield url
