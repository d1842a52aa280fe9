"""`hoso service-levels`: levels at which procedures are offered online, by decision."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts, instants, register_acts
from hoso_api.cli.coordination_acts import By, Json
from hoso_calendar.messages import say
from hoso_workflows.catalogue import service_levels
from hoso_workflows.catalogue.service_levels import ServiceLevel, Setting
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Service levels of procedures: list, set.",
)


@app.command("list")
def listed(
    code: Annotated[str | None, typer.Option(help="Only of one procedure.")] = None,
    authority: Annotated[str | None, typer.Option(help="Only of procedures of one unit.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List service levels, what begins last first."""
    found = coordination_acts.read(
        service_levels.LIST,
        authority,
        lambda db: service_levels.listed(db, code=code, authority=authority, limit=limit),
    )
    _tell(list(found.items), json=json)


@app.command("set")
def set_(
    code: Annotated[str, typer.Argument(help="The procedure's code.")],
    kind: Annotated[str, typer.Argument(help="The level: full, partial or information.")],
    by: By,
    decision: Annotated[str, typer.Option(help="Number of the decision.")],
    decided: Annotated[str, typer.Option(help="Day of the decision.")],
    first: register_acts.From = None,
    last: register_acts.To = None,
    reason: Annotated[str, typer.Option(help="Why it is no more than that, for everybody to read.")] = "",
    json: Json = False,
) -> None:
    """Set the service level of a published entry from a day on."""
    setting = Setting(
        code,
        kind,
        decision,
        instants.day(decided, "--decided"),
        register_acts.first_day(first),
        register_acts.end(last),
        reason,
    )
    made = coordination_acts.done(by, lambda db, asked: service_levels.set_level(db, setting, asked))
    _tell([made], json=json)


def _tell(found: list[ServiceLevel], *, json: bool) -> None:
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
        return
    rows = [
        (
            each.code,
            f"{each.kind_name} ({say('corrected')})" if each.corrected_at else each.kind_name,
            each.decision_no,
            f"{each.valid_from:%d/%m/%Y}",
            f"{each.valid_to:%d/%m/%Y}" if each.valid_to else "",
            each.name,
        )
        for each in found
    ]
    console.table("Mức độ dịch vụ", ("Mã", "Mức độ", "Quyết định", "Từ", "Đến hết", "Tên"), rows)
