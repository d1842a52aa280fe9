"""A province set up from one file: 120 units, 1,500 officers, 300 procedures with their competences.

`python bench/register.py` prints how long the file takes the first time, the second time, and written back.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows.organisation import administration, principals, register
from hoso_workflows.setup import document, export, service
from support import databases

UNITS, OFFICERS, PROCEDURES = 120, 1_500, 300
#: Every third procedure is handled by every commune; the departments share the others.
DEPARTMENTS = 20
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def lines(units: int) -> Iterator[str]:
    """The setup file of a province with departments and communes."""
    yield 'schema = "hoso-setup/1"\n[defaults]\nfrom = 2026-01-01\nbasis = "QĐ 1/QĐ-UBND"'
    communes = range(units - DEPARTMENTS - 1)
    yield _table("area", code="42", name="Tỉnh", kind="province")
    for number in communes:
        yield _table("area", code=f"18{number:03}", name=f"Xã {number}", kind="commune", parent="42")
    yield _table(
        "unit",
        code="H",
        name="UBND tỉnh",
        kind="people_committee",
        level="province",
        calendar="vn",
        area="42",
    )
    names = [f"H.S{number}" for number in range(DEPARTMENTS)] + [f"H.X{number}" for number in communes]
    for name in names:
        area = f'area = "18{int(name[3:]):03}"\n' if name.startswith("H.X") else ""
        words = {"name": name, "kind": "unit", "level": "province", "calendar": "vn", "parent": "H"}
        yield _table("unit", code=name, **words) + f"authority = true\n{area}"
    yield _table("person", code="qt", name="Quản trị hệ thống", unit="H", roles="administrator")
    roles = ("reception", "specialist", "division_head", "agency_head", "clerk")
    for number in range(OFFICERS * units // UNITS - 1):
        unit = names[number % len(names)]
        role = roles[number // len(names) % len(roles)]
        yield _table("person", code=f"cb{number}", name=f"Cán bộ {number}", unit=unit, roles=role)
    yield from _competences(names, PROCEDURES * units // UNITS)


def _competences(names: list[str], procedures: int) -> Iterator[str]:
    communes = ", ".join(f'"{name}"' for name in names if name.startswith("H.X"))
    shared = ", ".join(f'"2.{number:06}"' for number in range(procedures // 3))
    parts = 'part = ["receiving", "handling", "deciding"]'
    yield f"[[competence]]\nprocedure = [{shared}]\nunit = [{communes}]\n{parts}\n"
    for number in range(procedures - procedures // 3):
        yield _table("competence", procedure=f"1.{number:06}", unit=f"H.S{number % DEPARTMENTS}") + parts


def _table(table: str, **values: str) -> str:
    return f"[[{table}]]\n" + "".join(f'{name} = "{value}"\n' for name, value in values.items())


async def timed(what: str, work: Awaitable[object]) -> object:
    """The result, with how long it took printed."""
    begun = time.perf_counter()
    found = await work
    print(f"{what:<42}{time.perf_counter() - begun:>8.1f} s")
    return found


async def measure(db: database.Database, units: int) -> None:
    """Apply the file twice, write it back, verify the chains."""
    text = "\n".join(lines(units))
    declared = document.read(text)
    operator = await principals.ensure_operator(db, "người vận hành", at=AT)
    asker = register.Asker(None, operator)
    done = await timed("applied on an empty register", service.apply(db, declared, asker, AT))
    assert isinstance(done, tuple)
    again = await timed("applied again", service.apply(db, declared, asker, AT))
    assert again == ()
    written = await timed("written back", export.export(db, AT))
    assert isinstance(written, str)
    broken = await timed("chains verified", administration.verify(db))
    assert broken == []
    print(
        f"{len(done):,} acts, a file of {len(text.encode()):,} bytes, written back {len(written.encode()):,} bytes"
    )


async def _run(url: str, units: int) -> None:
    await databases.migrate(url)
    async with database.connect(url) as db:
        await measure(db, units)


def main() -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--units", type=int, default=UNITS, help="units of the province, in proportion all the rest"
    )
    units = parser.parse_args().units
    with databases.home() as directory, postgres.Server(directory) as server:
        asyncio.run(_run(server.ensure_database("bench"), units))


if __name__ == "__main__":
    main()
