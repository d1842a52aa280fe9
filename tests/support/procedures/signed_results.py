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


#: A procedure with two steps at once that decide, of a specialist and of the head.
TWICE = "9.000301"
_STEPS = """
<parallelGateway id="Chia" name="Chia" /><parallelGateway id="Gop" name="Gộp" />
<userTask id="Duyet" name="Phê duyệt kết quả" milestone="result" limit="1 ngày làm việc" />
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Chia" />
<sequenceFlow id="F6" sourceRef="Chia" targetRef="Ky" />
<sequenceFlow id="F7" sourceRef="Chia" targetRef="Duyet" />
<sequenceFlow id="F4" sourceRef="Ky" targetRef="Gop" />
<sequenceFlow id="F8" sourceRef="Duyet" targetRef="Gop" />
<sequenceFlow id="F9" sourceRef="Gop" targetRef="Tra" />
<laneSet id="Lanes"><lane id="Lane_1" name="Bộ phận Một cửa">
  <flowNodeRef>Nop</flowNodeRef><flowNodeRef>Tiep_nhan</flowNodeRef><flowNodeRef>Tra</flowNodeRef><flowNodeRef>Xong</flowNodeRef>
</lane><lane id="Lane_2" name="Phòng chuyên môn">
  <flowNodeRef>Tham_dinh</flowNodeRef><flowNodeRef>Chia</flowNodeRef><flowNodeRef>Ky</flowNodeRef><flowNodeRef>Gop</flowNodeRef>
</lane><lane id="Lane_3" name="Lãnh đạo"><flowNodeRef>Duyet</flowNodeRef></lane></laneSet>
"""


def declared(code: str = CODE, steps: str = "", lane: str = "") -> package.Package:
    """The package as an agency would upload it."""
    head = packages.manifest(f'code = "{code}"').decode().partition("[[case]]")[0]
    case = '[[case]]\nid = "mot"\nname = "Một"\nprocess = "process.bpmn"\nterm = "5 ngày làm việc"\n'
    return package.read(
        {"procedure.toml": f"{head}{lane}{case}{POLICY}\n".encode(), "process.bpmn": packages.drawing(steps)}
    )


async def _establish(url: str) -> None:
    twice = declared(TWICE, _STEPS, '[lanes."Lãnh đạo"]\nrole = "agency_head"\nunit = "handling"\n')
    async with database.connect(url) as db:
        for code, drawn in ((CODE, declared()), (TWICE, twice)):
            async with db.transaction() as tx:
                for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
                    units.competence(tx, code, unit, part, worlds.SINCE, basis="Quyết định công bố")
            await worlds.publish_package(db, drawn)


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of a world in which the procedures are published too."""
    worlds.ensure(server)
    databases.ensure_template(server, TEMPLATE, _establish, base=worlds.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url
