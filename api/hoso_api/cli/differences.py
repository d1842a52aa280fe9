"""`hoso procedures diff`: compare two versions of a procedure, from disk or stored."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hoso_api.cli import console, errors, packages, signals
from hoso_api.cli.packages import Case, Json
from hoso_api.installation import installation
from hoso_bpmn.comparison import versions
from hoso_bpmn.drawing import apart
from hoso_bpmn.package.package import Package
from hoso_calendar.messages import say
from hoso_workflows.procedures import publication

app = typer.Typer(add_completion=False)


@app.command()
def diff(
    old: Annotated[
        Path, typer.Argument(help="A package folder, a zip or a bundled code; with --from and --to any code.")
    ],
    new: Annotated[Path | None, typer.Argument(help="The newer one.")] = None,
    source: Annotated[int | None, typer.Option("--from", help="The older version's number here.")] = None,
    target: Annotated[int | None, typer.Option("--to", help="The newer version's number here.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Also draw the newer diagram into this file.")] = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Tell two versions apart, in words and as a picture, what they call included; exit 1 when they differ."""
    before, after = _both(old, new, source, target)
    found = versions.compare(before, after)
    if svg is not None:
        packages.case_of(after, case)
        packages.put(versions.draw(before, after, case), svg)
    if json:
        console.json([{**asdict(difference), "words": difference.words} for difference in found])
    else:
        for difference in found:
            console.out.print(difference.words, markup=False, soft_wrap=True)
    raise typer.Exit(errors.FINDINGS if found else 0)


def _both(old: Path, new: Path | None, source: int | None, target: int | None) -> tuple[Package, Package]:
    if new is not None and source is None and target is None:
        return _readable(old), _readable(new)
    if new is None and source is not None and target is not None:
        return signals.run(_stored(str(old), source, target))
    raise errors.Usage(say("Name two packages, or a procedure's code with --from and --to."))


def _readable(path: Path) -> Package:
    """Read a package from disk and draw its diagrams in a child process.

    A file that hangs or exhausts its reader does so in the child.
    """
    found = packages.opened(path)
    for process in dict.fromkeys(found.process(case) for case in found.cases):
        apart.draw(process)
    return found


async def _stored(code: str, source: int, target: int) -> tuple[Package, Package]:
    async with installation.opened() as db:
        return await publication.declared(db, code, source), await publication.declared(db, code, target)
