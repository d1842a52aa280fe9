"""`hoso lifecycle`: every act on a dossier, its status, effect, letter, people and article."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from hoso_api.cli import console
from hoso_calendar.messages import translated
from hoso_models import DossierStatus
from hoso_workflows.lifecycle import rules
from hoso_workflows.lifecycle.rules import EFFECTS
from hoso_workflows.organisation.permissions import SAYS, table
from hoso_workflows.vocabulary import word

app = typer.Typer(
    add_completion=False, help="Every act on a dossier: in which status, with which effect, by whom."
)


class Format(StrEnum):
    """Formats of the table."""

    #: A table for the terminal.
    TEXT = "text"
    #: Markdown, as `docs/lifecycle.md`.
    MD = "md"
    #: JSON.
    JSON = "json"


@app.command("lifecycle")
def lifecycle(
    format: Annotated[Format, typer.Option("--format", help="How it is printed.")] = Format.TEXT,  # noqa: A002 - the option's name
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print every act on a dossier."""
    rows = list(_rows())
    if json or format is Format.JSON:
        console.json({"acts": rows})
    elif format is Format.MD:
        console.line(_markdown(rows).rstrip())
    else:
        columns = ("Việc", "Trạng thái", "Thành", "Phiếu")
        console.table(
            "",
            columns,
            [
                (r["act"], ", ".join(r["within"]), ", ".join(r["after"]), ", ".join(r["letters"]))
                for r in rows
            ],
        )


def _rows() -> Iterator[dict[str, Any]]:
    for command, rule in rules.RULES.items():
        act = table.ACTS.by_command[command]
        yield {
            "act": act.name,
            "says": translated(act.says),
            "within": _statuses(rule.within),
            "after": _statuses(rule.after),
            "clock": translated(EFFECTS[rule.clock]),
            "letters": list(rule.letters),
            "who": [translated(SAYS[relation]) for relation in act.who],
            "switch": rule.switch,
            "basis": rule.basis,
        }


def _statuses(statuses: tuple[DossierStatus, ...]) -> list[str]:
    every = len(statuses) == len(DossierStatus)
    return ["any"] if every else [status.value for status in statuses]


def _markdown(rows: list[dict[str, Any]]) -> str:
    lines = [
        "# Lifecycle of a dossier",
        "",
        "Every act of the law is one command, carried out as a whole or refused without a trace. This page is printed by",
        "`hoso lifecycle --format md` from [the rules](../workflows/hoso_workflows/lifecycle/rules.py), which decide, and",
        "[the permissions](permissions.md). A test compares it with both.",
        "",
        "| act | in | to | clock | letter | who may | switch | article |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{row['act']}` {row['says']} | {', '.join(row['within'])} | {', '.join(row['after']) or '–'} | {row['clock']} |"
        f" {', '.join(row['letters']) or '–'} | {'; '.join(row['who'])} | {row['switch'] or '–'} | {row['basis'] or '–'} |"
        for row in rows
    ]
    statuses = ["", "## Statuses", "", "| status | portal code |", "|---|---|"]
    return "\n".join([*lines, *statuses, *_codes()])


def _codes() -> Iterator[str]:
    known = {
        "in_process": "2 at the moment of acceptance, then 4",
        "closed_unanswered": "3 before acceptance, 8 after it",
    }
    for status in DossierStatus:
        yield f"| {word(status.value)} (`{status.value}`) | {known.get(status.value) or rules.PORTAL[status]} |"
