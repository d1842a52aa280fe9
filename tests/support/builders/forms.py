"""A procedure whose steps have forms: the appraisal asks for a site and an amount, and the amount decides the way."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS
from hoso_workflows.organisation import units
from support.api_client import CLERK, Rest
from support.builders import packages
from support.world import DEPARTMENT, DESK, SINCE, World, publish_package

CODE = "9.000003"
Components = Sequence[Mapping[str, Any]]
_ASKED: Components = (
    {
        "type": "textfield",
        "key": "dia_diem",
        "label": "Địa điểm",
        "validate": {"required": True, "maxLength": 50},
    },
    {"type": "number", "key": "muc", "label": "Mức", "validate": {"required": True, "min": 0}},
    {"type": "datetime", "key": "ngay", "dateLabel": "Ngày kiểm tra"},
)
_DRAWING = """
<userTask id="Tham_dinh" name="Thẩm định" limit="2 ngày làm việc" form="tham-dinh" />
<exclusiveGateway id="Lon" name="Mức lớn?" default="F6" />
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Lon" />
<sequenceFlow id="F6" sourceRef="Lon" targetRef="Ky" />
<sequenceFlow id="F7" sourceRef="Lon" targetRef="Kiem_tra"><conditionExpression>muc &gt; 5</conditionExpression></sequenceFlow>
<userTask id="Kiem_tra" name="Kiểm tra lại" />
<sequenceFlow id="F8" sourceRef="Kiem_tra" targetRef="Ky" />
"""
#: The same question at reception.
_RECEPTION = '<userTask id="Tiep_nhan" name="Tiếp nhận hồ sơ" milestone="accept" form="tham-dinh" />'
SOUND = {"dia_diem": "Kho số 2", "muc": 3}


def drawn(
    *scenarios: str, at_reception: bool = False, more: Components = (), filing: Components = ()
) -> package.Package:
    """The package as an agency would upload it; its form asks more, and the filing has a form where it is given."""
    files = {"forms/tham-dinh.form": _file(*_ASKED, *more)}
    files |= {f"scenarios/{number}.toml": text.encode() for number, text in enumerate(scenarios)}
    change = _DRAWING + (_RECEPTION if at_reception else "")
    asked = '[[case]]\nform = "forms/nop.form"\n' if filing else ""
    files |= {"forms/nop.form": _file(*filing)} if filing else {}
    declared = f'code = "{CODE}"\n{asked}[[case.fee]]\nname = "Phí"\namount = 0'
    return package.read(packages.package(change, declared, files=files))


def _file(*components: Mapping[str, Any]) -> bytes:
    return json.dumps({"type": "default", "components": components}).encode()


async def accepted(
    rest: Rest,
    *,
    at_reception: bool = False,
    more: Components = (),
    filing: Components = (),
    form: Mapping[str, Any] | None = None,
) -> Any:
    """A dossier of the procedure whose appraisal has a form, filed with these answers and accepted."""
    await _published(rest.world, drawn(at_reception=at_reception, more=more, filing=filing))
    filed = await rest.files(procedure=CODE, form=form or {}, components=[])
    if at_reception:
        return filed
    return await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)


async def _published(world: World, wanted: package.Package) -> None:
    """Publish the procedure as it is wanted, unless it stands so in this world."""
    standing = await world.one(
        "select sha256 from workflow_version where procedure_code = $1 and status = 'active'", CODE
    )
    if standing is None:
        async with world.db.transaction() as tx:
            for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
                units.competence(tx, CODE, unit, part, SINCE, basis="Quyết định công bố")
    if standing != wanted.sha256:
        await publish_package(world.db, wanted)
