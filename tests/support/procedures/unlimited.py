"""The bundled procedure of a term in calendar days, drawn without limits of its steps."""

import re
from typing import Any

from hoso_bpmn.package import package
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import Result
from support.world import World, publish_package

CODE = "1.013871"
#: The step that decides as the procedure is drawn, which seals the result, and the one before it, which signs it.
SEALS, SIGNS = "B7", "B6"
#: The outcomes that go on towards the result.
OUTCOMES = {"B5": "Đạt", "B6": "Ký duyệt"}
_LIMIT = re.compile(rb'<camunda:property name="limit" [^>]*/>')
_RESULT = b'<camunda:property name="milestone" value="result"/>'


async def publish(world: World, decides: str = SEALS) -> None:
    """Make it the newest version. Its scenarios, which tell dates of steps, are left out."""
    files = {
        name: _drawn(content, decides) if name.endswith(".bpmn") else content
        for name, content in package.bundled(CODE).files.items()
        if not name.startswith("scenarios/")
    }
    await publish_package(world.db, package.read(files))


async def signed(world: World, **said: Any) -> Outcome:
    """A dossier whose result, due on 23 March 2026, is signed and waits to be sealed."""
    done = await world.completes(await world.accepts(await world.files(procedure=CODE, **said)))
    while (task := (await world.open_tasks(done))[0])["element"] != SEALS:
        decided = {"result": Result.GRANTED} if task["milestone"] == "result" else {}
        outcome = OUTCOMES.get(task["element"])
        done = await world.completes(done, "2026-03-16 10:00", outcome=outcome, **decided)
    return done


def _drawn(process: bytes, decides: str) -> bytes:
    """The process without limits; the result is decided at this step."""
    properties = re.compile(rb'(<bpmn:userTask id="%s".*?<camunda:properties>)' % decides.encode(), re.DOTALL)
    return properties.sub(rb"\1" + _RESULT, _LIMIT.sub(b"", process).replace(_RESULT, b""))
