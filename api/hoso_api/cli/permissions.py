"""`hoso permissions`: the table of permissions, and the acts of a person."""

import csv
import io
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import translated
from hoso_workflows.organisation import permissions, principals
from hoso_workflows.organisation.permissions import table

app = typer.Typer(add_completion=False, help="Who may do what, and what a person may do, why and until when.")
#: The file that `make fix` writes.
DOCUMENT = "docs/permissions.md"


class Format(StrEnum):
    """The form in which permissions are printed."""

    #: For a terminal.
    TABLE = "table"
    #: `docs/permissions.md`.
    MD = "md"
    #: Acts by relations, for a spreadsheet.
    CSV = "csv"
    #: For programs.
    JSON = "json"


@app.command("permissions")
def listed(
    who: Annotated[str | None, typer.Option(help="What this person may do: an id or a name.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print who may do what; with --who what a person may do today, why and until when."""
    form = Format.JSON if json else form
    if who is None:
        _print_table(form)
    else:
        _print_person(signals.run(_person(who)), form)


def _print_table(form: Format) -> None:
    if form is Format.JSON:
        console.json({"items": [_document(act) for act in table.ACTS.acts.values()]})
    elif form is Format.TABLE:
        rows = [(act.name, translated(act.says), ", ".join(act.who)) for act in table.ACTS.acts.values()]
        console.table("", ("Việc", "Nội dung", "Ai được làm"), rows)
    else:
        console.line(markdown() if form is Format.MD else matrix(), end="")


def _print_person(found: permissions.Permissions, form: Format) -> None:
    if form is Format.JSON:
        console.json(found)
        return
    rows: list[tuple[str | None, ...]] = [
        (
            ground["role"],
            ground["unit"] + (" ↓" if ground["reaches_below"] else ""),
            f"{ground['valid_to']:%d/%m/%Y}" if ground["valid_to"] else None,
            ground["on_behalf_of"],
            ", ".join(ground["acts"]),
        )
        for ground in found["roles"]
    ]
    rows.append((None, None, None, None, ", ".join(found["acts"])))
    columns = ("Vai trò", "Đơn vị", "Đến ngày", "Thay cho", "Được làm")
    if form is Format.CSV:
        console.line(_csv([columns, *rows]), end="")
    elif form is Format.MD:
        console.line("\n".join(_lines(columns, rows)))
    else:
        console.table(found["name"], columns, rows)


async def _person(who: str) -> permissions.Permissions:
    async with installation.opened() as db:
        person = await principals.named(db, who)
        await operators.reads(db, "get_permissions", str(person))
        return await permissions.of_person(db, person, now())


def _document(act: permissions.Act) -> dict[str, Any]:
    flags = {"logged": act.logged, "second_person": act.second_person, "step_up": act.step_up}
    named = {"act": act.name, "meaning": translated(act.says), "group": act.group}
    return {**named, "who": list(act.who), "tells": act.fields, **flags, "cli": list(act.cli)}


def matrix() -> str:
    """The table as CSV: acts by relations, `x` where a relation suffices."""
    relations = list(permissions.Relation)
    rows = [
        [act.name, *("x" if each in act.who else "" for each in relations)]
        for act in table.ACTS.acts.values()
    ]
    return _csv([["act", *relations], *rows])


def markdown() -> str:
    """The table as `docs/permissions.md` holds it, in English."""
    return "\n".join([*_HEAD, *_relations(), "", "## Acts", *_acts()]) + "\n"


def _relations() -> Iterator[str]:
    rows = [(f"`{relation}`", str(said)) for relation, said in permissions.SAYS.items()]
    yield from _lines(("relation", "who that is"), rows)


def _acts() -> Iterator[str]:
    for group in permissions.Group:
        yield from ("", f"### {_GROUPS[group]}")
        rows = [_row(act) for act in table.ACTS.acts.values() if act.group is group]
        yield from _lines(("act", "what it is", "who may", "tells", "besides"), rows)


def _row(act: permissions.Act) -> tuple[str, ...]:
    besides = (
        ("logged", act.logged),
        ("a second person", act.second_person),
        ("a fresh proof of who acts", act.step_up),
        (f"`hoso {', '.join(act.cli)}`", bool(act.cli)),
    )
    who = ", ".join(f"`{each}`" for each in act.who)
    extra = "; ".join(words for words, holds in besides if holds)
    return f"`{act.name}`", str(act.says), who, act.fields, extra


def _lines(columns: tuple[str, ...], rows: list[Any]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |"


def _csv(rows: list[Any]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


_HEAD = (
    "# Permissions",
    "",
    "Printed by `hoso permissions --format md` from `workflows/hoso_workflows/organisation/permissions/table.py`, which decides for",
    "REST, pages, command line and flows. Who stands in one of the relations may do the act. A substitute stands where the absent",
    "officer stands, between the dates of the substitution; an office (administrator, auditor, declarer, approver) passes to a",
    "substitute only where the substitution names it. Whoever stands in no relation to a dossier is told that there is none.",
    "",
    "## Relations",
)
_GROUPS = {
    permissions.Group.DOSSIER: "Acts on a dossier",
    permissions.Group.READ: "Reads of one dossier or task",
    permissions.Group.LIST: "Lists and reports",
    permissions.Group.PROCEDURE: "Procedures",
    permissions.Group.ADMINISTRATION: "Administration",
    permissions.Group.PUBLIC: "Open to anybody",
}
