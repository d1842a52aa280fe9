"""A walk through the commands: none that prints a dossier which is late takes it for dateless, or for in time."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hoso_api.cli import main
from hoso_api.rest.dossiers.act_endpoints import DOORS
from hoso_models import postgres
from support import api_client, late_belied, late_dossiers, late_walk
from support.api_client import CLERK, Rest
from support.command_line import Ran, in_vietnamese
from support.late_dossiers import ALWAYS, NOW, Late
from support.late_walk import Told
from support.world import DESK, instant, person


@pytest.fixture
async def rest(late_url: str) -> AsyncIterator[Rest]:
    """The API over the late dossiers."""
    async with api_client.opened(late_url, instant(NOW)) as found:
        yield found


@pytest.fixture
def late_url(server: postgres.Server) -> Iterator[str]:
    """The address of a copy of their world."""
    with late_dossiers.founded(server) as url:
        yield url


#: Commands that serve, or change a machine, and those that act.
MACHINES = {"serve", "demo", "backup", "restore", "db", "setup", "openapi"}
ACTING = {
    *(
        "sweep",
        "escalations sweep",
        "escalations remind",
        "privacy execute",
        "payments reconcile",
        "letters sign",
    ),
    *(
        "outbox release",
        "tokens revoke",
        "keys revoke",
        "notifications read",
        "dossiers sign",
        "roles confirm",
    ),
    *(
        f"tasks {act}"
        for act in (
            *("assignment", "release", "completion", "priority", "reassignment"),
            *("delegation", "delegation-end", "return"),
        )
    ),
    *(f"dossiers {door.name}" for door in DOORS),
}
#: What commands are asked beyond what they need, to print dossiers.
ALSO: Mapping[str, tuple[str, ...]] = {
    "deadlines explain": ("{key}",),
    "report": ("--column", "open_overdue", "--from", "2026-02-01", "--to", "2026-03-25"),
    "audit": ("{key}",),
    "traces": ("{key}",),
    "webhooks messages": ("--limit", "200"),
}
PRINT = {
    *(
        "dossiers show",
        "dossiers list",
        "dossiers search",
        "dossiers register",
        "dossiers control-sheet",
        "dossiers letter",
    ),
    *(
        "deadlines explain",
        "overdue",
        "tasks list",
        "report",
        "urgings list",
        "outbox",
        "webhooks messages",
        "portals log",
    ),
}


def commands(found: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The commands below one, by their words."""
    below = getattr(found, "commands", {})
    for name, each in below.items():
        yield from commands(each, (*path, name))
    if not below or getattr(found, "invoke_without_command", False):
        yield " ".join(path), found


async def test_no_command_that_prints_a_late_dossier_takes_it_for_dateless_or_in_time(
    rest: Rest, late_url: str, tmp_path: Path
) -> None:
    lates = await late_dossiers.found(rest.world)
    tokens = {"desk": await rest.token(CLERK), "specialist": await rest.token(person("specialist"))}
    output = tmp_path / "giay.html"
    entries = {name: await rest.world.one(sql) for name, sql in late_walk.ENTRIES.items()}
    printed, wrong = set[str](), dict[str, list[str]]()

    for way in ALWAYS:
        late = lates[way]
        known = {
            "key": late.code, "dossier": late.code, "task": late.task, "letter": late.letter, "output": str(output), "unit": DESK,
            "first": "2026-02-01", "last": "2026-03-25", "portal": late_walk.PARTS["portal"], "receiver": entries["webhook"],
        }  # fmt: skip
        for words, command in (
            each for name in main.COMMANDS for each in commands(main.imported(name), (name,))
        ):
            needs = [each for each in command.params if each.required]
            if (
                words in ACTING | MACHINES
                or words.split()[0] in MACHINES
                or not {each.name for each in needs} <= set(known)
            ):
                continue
            said = [word for each in needs for word in (*_option(each), known[each.name])]
            said += [each.format(**known) for each in ALSO.get(words, ())]
            forms: list[tuple[str, ...]] = (
                [("--json",), ()] if any(each.name == "json" for each in command.params) else [()]
            )
            by = tokens["specialist" if words.startswith("tasks") else "desk"]
            for form in forms:
                ran = await asyncio.to_thread(
                    in_vietnamese, *words.split(), *said, *form, url=late_url, HOSO_TOKEN=by
                )
                text = ran.out + (output.read_text() if output.exists() else "")
                output.unlink(missing_ok=True)
                if late.code not in text:
                    break
                printed.add(words)
                if found := late_belied.wrong(_told(late, ran, text, json_form=bool(form))):
                    wrong[f"{way}: {words} {' '.join(form)}"] = found

    late_walk.show({"commands": printed})
    assert wrong == {}
    assert PRINT - printed == set()


def _option(parameter: Any) -> list[str]:
    return [] if parameter.param_type_name == "argument" else [parameter.opts[0]]


def _told(late: Late, ran: Ran, text: str, *, json_form: bool) -> Told:
    place = late_walk.Place("hoso", "")
    if json_form:
        return Told(place, late, rows=list(late_walk.named(json.loads(ran.out), set(late.words))))
    lines = [text] if "<main" in text or "<html" in text else text.splitlines()
    return Told(place, late, words=[late_walk.words(each) for each in lines if late.code in each])
