"""A procedure about land that a hundred communes of a province handle, each for its own area."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, CompetencePart, PrincipalKind, postgres
from hoso_models.storage import database
from hoso_workflows.organisation import principals, units
from support import databases
from support import world as worlds
from support.builders import packages
from support.world import FOUNDED, PROVINCE, SINCE, World, person, publish_package

TEMPLATE = "world_of_communes"
CODE, FIELD = "9.000017", "Đất đai"
#: Each commune is a unit that answers for its own area: unit → area.
COMMUNES = {f"H27.X{n:03}": f"18{n:03}" for n in range(100)}
FIRST, SECOND, THIRD = list(COMMUNES)[:3]
#: A commune that has become a part of the first one.
FORMER = "18900"
QUESTIONS = [
    {"type": "textfield", "key": "thua_dat", "label": "Thửa đất"},
    {"type": "textfield", "key": "xa", "label": "Xã có đất", "properties": {"area": "true"}},
]


def drawn() -> package.Package:
    """The procedure; its form of filing asks where the land is."""
    form = json.dumps({"type": "default", "components": QUESTIONS}).encode()
    declared = f'code = "{CODE}"\nfield = "{FIELD}"\n[[case]]\nform = "forms/nop.form"'
    return package.read(packages.package("", declared, files={"forms/nop.form": form}))


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the communes; the first one a session is built."""
    worlds.ensure(server)
    databases.ensure_template(server, TEMPLATE, _establish, base=worlds.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url


async def _establish(url: str) -> None:
    async with database.connect(url) as db:
        async with db.transaction() as tx:
            for code, name in (("42", "Tỉnh Hà Tĩnh"), ("40", "Tỉnh Nghệ An")):
                units.area(tx, code, name, kind="province", valid_from=SINCE)
            await tx.flush()
            entered: dict[str, Any] = {"kind": "commune", "valid_from": SINCE}
            for code in COMMUNES.values():
                units.area(tx, code, f"Xã {code}", parent="42", **entered)
            await tx.flush()
            gone = {
                "valid_from": date(2020, 1, 1),
                "valid_to": date(2026, 1, 31),
                "successor": COMMUNES[FIRST],
            }
            units.area(tx, FORMER, "Xã cũ", **{**entered, **gone})
            entered |= {"level": "commune", "calendar": "ha-tinh", "is_authority": True, "parent": PROVINCE}
            for unit, code in COMMUNES.items():
                units.unit(tx, unit, f"UBND xã {code}", area=code, **entered)
            await tx.flush()
            for unit in (FIRST, SECOND):
                identity = person("reception", unit)
                name = f"Một cửa · {unit}"
                principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=identity)
                await tx.flush()
                units.assign(tx, identity, unit, "reception", SINCE)
        await publish_package(db, drawn())


async def competent(
    world: World, *parts: CompetencePart, among: Iterable[str] = COMMUNES, **given: Any
) -> None:
    """Let the communes be competent for the parts of a dossier, all of both unless some are named."""
    of = {"procedure_code": None if "field" in given else CODE, "valid_from": SINCE, "basis": "QĐ", **given}
    async with world.db.transaction() as tx:
        for unit in among:
            for part in parts or DOSSIER_PARTS:
                units.competence(tx, unit_code=unit, part=part, **of)
