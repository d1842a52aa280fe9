"""The bundled procedure of a term in calendar days, drawn without limits of its steps."""

import re

from hoso_bpmn.package import package
from support.world import World, publish_package

CODE = "1.013871"
#: The step that decides as the procedure is drawn, which seals the result, and the one before it, which signs it.
SEALS, SIGNS = "B7", "B6"
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


def _drawn(process: bytes, decides: str) -> bytes:
    """The process without limits; the result is decided at this step."""
    properties = re.compile(rb'(<bpmn:userTask id="%s".*?<camunda:properties>)' % decides.encode(), re.DOTALL)
    return properties.sub(rb"\1" + _RESULT, _LIMIT.sub(b"", process).replace(_RESULT, b""))
