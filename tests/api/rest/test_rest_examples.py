"""The examples for clients are true: the collection walks a dossier to its result, the guide's commands work as they stand."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from hoso_api.app import create_app
from hoso_api.settings import Settings
from support import ports
from support.api_client import CLERK, HEAD, LEADER, SPECIALIST, Rest
from support.world import person

DOCS = Path(__file__).parents[3] / "docs"
PEOPLE = {
    "reception": CLERK,
    "division_head": HEAD,
    "specialist": SPECIALIST,
    "agency_head": person("agency_head"),
    "provincial_leader": LEADER,
}
#: A step into an answer: a name, or a place in a list.
STEP = re.compile(r"\.?(\w+)|\[(\d+)\]")


def examples() -> list[str]:
    """The requests of the collection, one text each."""
    return re.split(r"^###.*\n", (DOCS / "rest.http").read_text(), flags=re.MULTILINE)[1:]


def found(path: str, answers: dict[str, Any]) -> str:
    """Value at a place such as `filed.response.body.reference`."""
    name, _, place = path.partition(".response.body")
    value = answers[name]
    for word, number in STEP.findall(place):
        value = value[word] if word else value[int(number)]
    return str(value)


async def send(rest: Rest, text: str, known: dict[str, str], answers: dict[str, Any]) -> httpx.Response:
    """One request of the collection; what it is named is known to those after it."""

    def put(place: re.Match[str]) -> str:
        return known.get(place[1]) or found(place[1], answers)

    name = re.search(r"^# @name (\w+)$", text, re.MULTILINE)
    asked = re.sub(r"\{\{(.+?)\}\}", put, re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    head, _, body = asked.strip().partition("\n\n")
    (method, url), *headers = (line.split(" ", 1) for line in head.splitlines())
    said = {key.rstrip(":"): value for key, value in headers}
    response = await rest.client.request(method, url, headers=said, content=body.encode())
    rest.contract.check(response)
    assert response.is_success, f"{method} {url}: {response.text}"
    if name:
        answers[name[1]] = response.json()
    return response


async def test_the_collection_walks_a_dossier_from_its_filing_to_its_result(rest: Rest):
    known = {role: await rest.token(who) for role, who in PEOPLE.items()}
    known["host"] = "http://hoso.test"
    answers: dict[str, Any] = {}
    last = [await send(rest, text, known, answers) for text in examples()][-1]
    assert (answers["decided"]["status"], answers["decided"]["outcome"]) == ("result_ready", "granted")
    assert set(last.json()) == {"code", "degree", "late", "late_since", "still"}
    assert len(examples()) > 12


async def test_the_commands_of_the_guide_work_as_they_stand(rest: Rest):
    blocks = re.findall(r"^```bash curl\n(.+?)^```", (DOCS / "rest.md").read_text(), re.DOTALL | re.MULTILINE)
    app = create_app(rest.world.service, clock=rest.clock, settings=Settings())
    with ports.listening() as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        serving = asyncio.create_task(server.serve([listening]))
        environment = {
            "HOSO": f"http://127.0.0.1:{listening.getsockname()[1]}",
            "TOKEN": await rest.token(CLERK),
            "PATH": "/usr/bin:/bin",
        }
        script = "set -euo pipefail\n" + "\necho\n".join(blocks)
        shell = await asyncio.create_subprocess_exec(
            *("bash", "-c", script), env=environment, stdout=-1, stderr=-1
        )
        out, err = await shell.communicate()
        server.should_exit = True
        await serving
    assert (shell.returncode, err.decode()) == (0, ""), out.decode()
    me, accepted, lists = (json.loads(line) for line in _answers(out.decode()))
    assert (me["id"], accepted["status"], lists["page"]["after"]) == (str(CLERK), "in_process", "2")


def _answers(out: str) -> list[str]:
    """The first answer, that of the acceptance, and the last list."""
    lines = [line for line in out.replace("}{", "}\n{").splitlines() if line]
    return [lines[0], lines[1], lines[-1]]
