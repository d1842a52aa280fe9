"""A standard generator makes a client of the description without a warning; a linter has nothing to say; the client works a day."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support.api_client import SPECIALIST, Rest
from support.builders.forms import CODE, SOUND, accepted
from support.world import DEPARTMENT

ROOT = Path(__file__).parents[3]
DESCRIPTION = ROOT / "docs" / "openapi.json"
SETTINGS = ROOT / "tools" / "description"
#: Where `tools/description/install` has put them.
TOOLS = Path(sys.prefix) / "description"

pytestmark = pytest.mark.slow


def ran(*command: object) -> str:
    """Output of a tool for the description; fails with it where the tool does."""
    tool = Path(str(command[0]))
    assert tool.exists(), f"{tool} is missing: run tools/description/install"
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client as an integrator's generator writes it."""
    folder = tmp_path_factory.mktemp("client")
    said = ran(
        TOOLS / "bin" / "openapi-python-client",
        "generate",
        *("--path", DESCRIPTION, "--config", SETTINGS / "client.yaml", "--meta", "none"),
        *("--output-path", folder / "hoso_client", "--fail-on-warning"),
    )
    assert "warning" not in said.lower()
    sys.path.insert(0, str(folder))
    yield SimpleNamespace(
        models=importlib.import_module("hoso_client.models"),
        client=importlib.import_module("hoso_client").AuthenticatedClient,
        of=lambda room, name: importlib.import_module(f"hoso_client.api.{room}.{name}"),
    )
    sys.path.remove(str(folder))


def test_the_linter_of_descriptions_has_nothing_to_say():
    said = ran(
        TOOLS / "node_modules" / ".bin" / "redocly",
        *("lint", "--config", SETTINGS / "redocly.yaml", DESCRIPTION),
    )
    assert "Your API description is valid" in said
    assert "warning" not in said.lower().replace("deprecation warning", "")


async def test_a_generated_client_does_a_day_of_work(rest: Rest, generated: Any):
    standing = await accepted(rest)
    transport = rest.client._transport
    client = generated.client(
        base_url="http://hoso.test", token=await rest.token(SPECIALIST), httpx_args={"transport": transport}
    )

    async def calls(room: str, name: str, *place: Any, **said: Any) -> Any:
        return await generated.of(room, name).asyncio(*place, client=client, **said)

    me = await calls("people", "get_me")
    assert (me.id, [(held.role, held.unit) for held in me.roles]) == (
        SPECIALIST,
        [("specialist", DEPARTMENT)],
    )
    models = generated.models
    inbox = await calls("user_tasks", "search_user_tasks", body=models.TaskSearch())
    (task,) = inbox.items
    assert (task.step, task.dossier.procedure, inbox.page.after) == ("Tham_dinh", CODE, None)
    claimed = await calls("user_tasks", "assign_user_task", task.id, body=models.Assignment())
    assert claimed.tasks[0].assignee == SPECIALIST
    form = await calls("user_tasks", "get_user_task_form", task.id)
    assert [each["key"] for each in form.to_dict()["components"]] == ["dia_diem", "muc", "ngay"]
    wrong = await calls("user_tasks", "complete_user_task", task.id, body=models.Completion())
    assert (type(wrong), wrong.type_) == (models.Problem, "urn:hoso:problem:form-refused")
    answers = models.CompletionValues.from_dict(SOUND)
    body = models.Completion(values=answers)
    done = await calls("user_tasks", "complete_user_task", task.id, body=body, idempotency_key="k-1")
    again = await calls("user_tasks", "complete_user_task", task.id, body=body, idempotency_key="k-1")
    assert ([each.step for each in done.tasks], done.version) == (["Ky"], again.version)
    silent = await calls("user_tasks", "complete_user_task", done.tasks[0].id, body=models.Completion())
    assert silent.type_ == "urn:hoso:problem:result-missing"
    granted = models.Completion(result=models.Result.GRANTED)
    ready = await calls("user_tasks", "complete_user_task", done.tasks[0].id, body=granted)
    assert (ready.status, ready.outcome) == (models.DossierStatus.RESULT_READY, models.Outcome.GRANTED)
    reference = standing["reference"]
    why = await calls("dossiers", "explain_deadline", reference)
    assert why.to_dict()["schema"] == "hoso-explanation/1"
    events = await calls("dossiers", "list_events", reference, limit=3)
    assert ([event.seq for event in events.items], events.page.after) == ([1, 2, 3], "3")


async def test_a_client_without_a_good_token_is_told_so(rest: Rest, generated: Any):
    transport = rest.client._transport
    client = generated.client(
        base_url="http://hoso.test", token="hs_wrong", httpx_args={"transport": transport}
    )
    refused = await generated.of("people", "get_me").asyncio_detailed(client=client)
    assert (refused.status_code, refused.parsed.type_) == (401, "urn:hoso:problem:token-refused")
