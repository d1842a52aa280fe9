"""A procedure that asks first who files; its form has a list of goods, and a question that one answer opens."""

from __future__ import annotations

import json
from typing import Any

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS
from hoso_workflows.organisation import units
from support.builders import packages
from support.world import DEPARTMENT, DESK, SINCE, World, publish_package

CODE = "9.000077"
FORM: dict[str, Any] = {
    "type": "default",
    "components": [
        packages.BEFORE["components"][0],
        {
            "type": "textfield",
            "key": "nguoi_dai_dien",
            "label": "Người đại diện",
            "validate": {"required": True},
            "conditional": {"hide": '=doi_tuong != "to_chuc"'},
        },
        {
            "type": "dynamiclist",
            "path": "hang",
            "label": "Hàng hóa",
            "defaultRepetitions": 0,
            "properties": {"hoso:item": "Mặt hàng"},
            "components": [
                {"type": "textfield", "key": "ten", "label": "Tên hàng", "validate": {"required": True}}
            ],
        },
    ],
}
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="k" name="k"><decisionTable id="t" hitPolicy="FIRST">
<input id="i"><inputExpression id="e"><text>doi_tuong</text></inputExpression></input>
<output id="a" name="eligible"/><output id="b" name="reason"/>
<rule id="r1"><inputEntry id="x1"><text>"to_chuc"</text></inputEntry>
<outputEntry id="y1"><text>false</text></outputEntry><outputEntry id="z1"><text>"Chỉ cá nhân được nộp."</text></outputEntry></rule>
<rule id="r2"><inputEntry id="x2"><text>-</text></inputEntry>
<outputEntry id="y2"><text>true</text></outputEntry><outputEntry id="z2"><text></text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def drawn(*more: dict[str, Any], papers: str = "") -> package.Package:
    """The package; its form asks for more, and its case for papers, where they are given."""
    form = {**FORM, "components": [*FORM["components"], *more]}
    before = {"forms/dieu-kien.form": json.dumps(packages.BEFORE).encode(), "dieu-kien.dmn": TABLE.encode()}
    declared = (
        f'code = "{CODE}"\n{packages.CONDITIONS}basis = ["Luật mẫu điều 3"]\n'
        f'[[case]]\nform = "forms/nop.form"\n{papers}'
    )
    asked = {**before, "forms/nop.form": json.dumps(form).encode()}
    return package.read(packages.package(declared=declared, files=asked))


async def established(world: World, *more: dict[str, Any], papers: str = "") -> None:
    """The procedure, published once in a world."""
    if await world.db.rows("select 1 from workflow_version where procedure_code = $1", [CODE]):
        return
    async with world.db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
            units.competence(tx, CODE, unit, part, SINCE, basis="Quyết định công bố")
    await publish_package(world.db, drawn(*more, papers=papers))
