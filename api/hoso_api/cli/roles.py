"""`hoso roles`: roles, offices that wait for a second person, and substitutions."""

from typing import Annotated
from uuid import UUID

import typer

from hoso_api.cli import credentials, errors, instants, operators, register_acts, signals
from hoso_api.cli.register_acts import By, From, Json, Last, To
from hoso_api.installation import installation
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows.organisation.register import commands, lists

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Roles: list, give, end; offices that wait for a second person; substitutions.",
)
Entry = Annotated[str, typer.Argument(help="The entry's id, or its beginning as the list shows it.")]
Reason = Annotated[str, typer.Option(help="Why the officer is absent.")]


@app.command("list")
def listed(
    unit: Annotated[str | None, typer.Option(help="Only those in this unit.")] = None, json: Json = False
) -> None:
    """List the roles, past and future ones too."""
    rows = signals.run(_roles(unit))
    shown = ("id", "person_code", "unit", "role", "valid_from", "valid_to")
    register_acts.table(("id", "Mã", "Đơn vị", "Vai trò", "Từ", "Đến"), rows, shown, json=json)


@app.command()
def give(
    person: Annotated[str, typer.Argument(help="The officer's id or code.")],
    unit: Annotated[str, typer.Argument(help="Code of the unit.")],
    role: Annotated[str, typer.Argument(help="The role, as packages name it, or an office.")],
    basis: Annotated[str | None, typer.Option(help="The decision by which it is given.")] = None,
    begins: From = None,
    ends: To = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Give a role; administrator, auditor and procedure_approver wait for a second person."""
    given = commands.GiveRole(
        person=person,
        unit=unit,
        role=role,
        valid_from=register_acts.first_day(begins),
        valid_to=register_acts.end(ends),
        basis=basis,
    )
    register_acts.perform(by, given, json=json)


@app.command()
def end(entry: Entry, last: Last = None, by: By = None, json: Json = False) -> None:
    """Set the last day of a role."""
    ended = commands.EndRole(
        assignment=register_acts.entry("role_assignment", entry), last_day=register_acts.last_day(last)
    )
    register_acts.perform(by, ended, json=json)


@app.command()
def proposals(
    every: Annotated[bool, typer.Option("--all", help="Also those that were decided.")] = False,
    json: Json = False,
) -> None:
    """List the offices that wait for a second person."""
    rows = signals.run(_proposals(undecided=not every))
    shown = ("id", "person_name", "unit", "role", "proposed_at", "decision")
    register_acts.table(
        ("id", "Tên", "Đơn vị", "Chức trách", "Đề nghị", "Quyết định"), rows, shown, json=json
    )


@app.command()
def confirm(
    entry: Annotated[
        str | None, typer.Argument(help="The proposal's id, or its beginning as the list shows it.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    token_file: credentials.TokenFile = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Confirm proposed offices: by your own token; by the operator only where no administrator could be the second person."""
    if every == (entry is not None):
        raise errors.Usage(say("Name a proposal, or ask for --all."))
    named = _waiting() if entry is None else [register_acts.entry("role_proposal", entry)]
    confirmed = [commands.ConfirmRole(proposal=each) for each in named]
    token = None if token_file is None else credentials.token(token_file)
    register_acts.perform(by, *confirmed, json=json, token=token)


def _waiting() -> list[UUID]:
    return [each.id for each in signals.run(_proposals(undecided=True))]


@app.command()
def reject(entry: Entry, by: By = None, json: Json = False) -> None:
    """Reject a proposed office."""
    register_acts.perform(
        by, commands.RejectRole(proposal=register_acts.entry("role_proposal", entry)), json=json
    )


@app.command()
def substitutions(json: Json = False) -> None:
    """List the substitutions."""
    rows = signals.run(_substitutions())
    shown = ("id", "absent_name", "acting_name", "role", "valid_from", "valid_to")
    register_acts.table(("id", "Vắng", "Thay", "Vai trò", "Từ", "Đến"), rows, shown, json=json)


@app.command()
def substitute(
    absent: Annotated[str, typer.Argument(help="The absent officer's id or code.")],
    acting: Annotated[str, typer.Argument(help="Id or code of who acts for them.")],
    reason: Reason,
    ends: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")],
    begins: From = None,
    unit: Annotated[str | None, typer.Option(help="Only in this unit; without it where both work.")] = None,
    role: Annotated[str | None, typer.Option(help="Only in this role.")] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Let somebody act for an absent officer."""
    entered = commands.EnterSubstitution(
        absent=absent,
        acting=acting,
        valid_from=register_acts.first_day(begins),
        valid_to=instants.day(ends, "--to"),
        reason=reason,
        unit=unit,
        role=role,
    )
    register_acts.perform(by, entered, json=json)


@app.command("end-substitution")
def end_substitution(entry: Entry, last: Last = None, by: By = None, json: Json = False) -> None:
    """Set the last day of a substitution."""
    ended = commands.EndSubstitution(
        substitution=register_acts.entry("substitution", entry), last_day=register_acts.last_day(last)
    )
    register_acts.perform(by, ended, json=json)


async def _roles(unit: str | None) -> tuple[lists.RoleListed, ...]:
    async with installation.opened() as db:
        found = (await lists.roles(db, await _every_unit(db), unit=unit)).items
        await operators.reads(db, "list_roles", unit, (each.id for each in found))
        return found


async def _proposals(*, undecided: bool) -> tuple[lists.ProposalListed, ...]:
    async with installation.opened() as db:
        found = (await lists.proposals(db, await _every_unit(db), undecided=undecided)).items
        await operators.reads(db, "list_proposals", None, (each.id for each in found))
        return found


async def _substitutions() -> tuple[lists.SubstitutionListed, ...]:
    async with installation.opened() as db:
        found = (await lists.substitutions(db, None, await _every_unit(db))).items
        await operators.reads(db, "list_substitutions", None, (each.id for each in found))
        return found


async def _every_unit(db: Database) -> list[str]:
    return [each.code for each in (await lists.units(db)).items]
