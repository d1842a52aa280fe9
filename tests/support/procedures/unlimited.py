"""The bundled procedure of a term in calendar days, drawn without limits of its steps."""

import re

from hoso_bpmn.package import package
from support.world import World, publish_package

CODE = "1.013871"
_LIMIT = re.compile(rb'<camunda:property name="limit" [^>]*/>')


async def publish(world: World) -> None:
    """Make it the newest version. Its scenarios, which tell dates of steps, are left out."""
    files = {
        name: _LIMIT.sub(b"", content) if name.endswith(".bpmn") else content
        for name, content in package.bundled(CODE).files.items()
        if not name.startswith("scenarios/")
    }
    await publish_package(world.db, package.read(files))
