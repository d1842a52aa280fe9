"""Acts of the law over REST, as tests of dossiers do them."""

from __future__ import annotations

from typing import Any

from hoso_workflows import audit
from support.api_client import CLERK, HEAD, LEADER, SPECIALIST, Rest, problem
from support.world import person

GROUND = {"reason": "Chờ kết luận giám định", "basis": "Luật mẫu điều 1"}
AGENCY_HEAD = person("agency_head")


async def acts(rest: Rest, standing: Any, name: str, by: Any, at: str, **said: Any) -> Any:
    """An act at an instant; its answer."""
    rest.clock.turn(at)
    return await rest.done(f"/v1/dossiers/{standing['reference']}/{name}", by, said)


async def refused(rest: Rest, standing: Any, name: str, by: Any, at: str, **said: Any) -> Any:
    """The problem of an act that is refused; nothing is changed by it."""
    rest.clock.turn(at)
    before = await rest.content()
    response = await rest.post(f"/v1/dossiers/{standing['reference']}/{name}", by, said)
    assert await rest.content() == before
    return problem(response)


async def read(rest: Rest, standing: Any, by: Any = CLERK) -> Any:
    """The dossier as somebody reads it; what is stored is what happened."""
    assert [each async for each in audit.differences(rest.world.service)] == []
    return (await rest.get(f"/v1/dossiers/{standing['reference']}", by)).json()


async def events(rest: Rest, standing: Any, by: Any = CLERK) -> list[Any]:
    return (await rest.get(f"/v1/dossiers/{standing['reference']}/events", by)).json()["items"]


async def letters(rest: Rest, standing: Any) -> list[str]:
    return [each["form"] for each in (await read(rest, standing))["letters"]]


async def completed(rest: Rest, standing: Any, *steps: tuple[Any, dict[str, Any]]) -> Any:
    for by, said in steps:
        standing = await rest.completes(standing, by, **said)
    return standing


#: The steps behind the acceptance up to the result.
TO_THE_RESULT = (
    (CLERK, {}),
    (HEAD, {}),
    (SPECIALIST, {}),
    (AGENCY_HEAD, {"outcome": "Trình UBND tỉnh"}),
    (LEADER, {"result": "granted"}),
)
