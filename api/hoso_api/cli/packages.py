"""The part of `hoso procedures` that works on files: import, check, test, draw. Unless asked to, it needs no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

import hoso_bpmn
from hoso_api.cli import console, errors, output_modes
from hoso_api.cli.called_packages import With, known
from hoso_api.cli.scenario_calendars import Calendars, House, texts
from hoso_bpmn.conversion import Imported, scaffold
from hoso_bpmn.drawing import apart
from hoso_bpmn.package import archive, package
from hoso_calendar.messages import counted, joined, say, sentence, translated
from hoso_workflows.procedures import publication
from hoso_workflows.scenarios import runner

app = typer.Typer(add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Source = Annotated[Path, typer.Argument(help="A package folder or zip, or the code of a bundled procedure.")]
Case = Annotated[str | None, typer.Option(help="The case, where the package has several.")]


class Format(StrEnum):
    """The format in which findings are printed."""

    #: A table for people.
    TABLE = "table"
    #: Annotations that a forge shows beside the lines.
    GITHUB = "github"


@app.command("import")
def imported(
    file: Annotated[Path, typer.Argument(help="A BPMN file of any tool.")],
    folder: Annotated[
        Path, typer.Option("-o", "--output", help="The package's folder, which is made; never written over.")
    ],
    tables: Annotated[
        list[Path] | None,
        typer.Option("--decisions", help="A DMN file with decisions that the diagram asks for; repeatable."),
    ] = None,
    json: Json = False,
) -> None:
    """Turn a foreign diagram into a package, telling every change, and what its author still has to fill in."""
    decisions = _decisions(tables or ())
    found = hoso_bpmn.import_bpmn(content(file), decisions=decisions)
    files = scaffold.package(found, decisions)
    _write(folder, files)
    if json:
        report = {key: value for key, value in found.to_json().items() if key != "xml"}
        console.json({**report, "folder": str(folder), "files": sorted(files)})
    else:
        _show_import(found, folder)


def _decisions(tables: Sequence[Path]) -> dict[str, bytes]:
    """The decision tables by their names in the package.

    Raises Usage for two files of one name: only one of them could be in it.
    """
    found: dict[str, bytes] = {}
    for path in tables:
        name = f"{path.stem}.dmn"
        if name in found:
            taken = say(
                "--decisions {path}: another file is called {name} already; rename one of them.",
                path=path,
                name=name,
            )
            raise errors.Usage(taken)
        found[name] = content(path)
    return found


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A package folder, a zip, or one BPMN file.")],
    json: Json = False,
    called: With = None,
    calendars: Calendars = None,
    house: House = False,
    shape: Annotated[Format, typer.Option("--format", help="How findings are printed.")] = Format.TABLE,
) -> None:
    """Say what has to be changed before publication, element by element; exit 1 when something has to."""
    report = publication.check(there(path), known(called), texts(calendars, house=house))
    if json:
        console.json(report.to_json())
    elif shape is Format.GITHUB:
        for finding in report.findings:
            console.line(_annotation(finding, path))
    else:
        show(report)
    raise typer.Exit(0 if report.ok else errors.FINDINGS)


@app.command("test")
def played(
    path: Source,
    json: Json = False,
    called: With = None,
    calendars: Calendars = None,
    house: House = False,
) -> None:
    """Play the scenarios of a package and list the flows that none takes; exit 1 when one fails."""
    given, counted_by = known(called), texts(calendars, house=house)
    report = _unplayable(publication.check(path, given, counted_by)) if path.exists() else hoso_bpmn.Report()
    if not report.ok:
        show(report)
        raise typer.Exit(errors.FINDINGS)
    results = runner.run(opened(path), runner.known(counted_by), package.known(given))
    if json:
        console.json(results.to_json())
    else:
        _show_results(results)
    raise typer.Exit(0 if results.ok else errors.FINDINGS)


@app.command()
def draw(
    path: Annotated[Path, typer.Argument(help="A package, the code of a bundled one, or one BPMN file.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The SVG file; else stdout.")] = None,
    case: Case = None,
) -> None:
    """Draw a diagram from its own coordinates; one without coordinates is laid out."""
    if path.is_file() and not archive.is_zip(path):
        data = content(path)
    else:
        declared = opened(path)
        data = declared.process(case_of(declared, case))
    put(apart.draw(data), output)


def opened(path: Path) -> package.Package:
    """The package of a folder, a zip, or a bundled procedure's code."""
    if not path.exists() and str(path) in hoso_bpmn.bundled():
        return package.bundled(str(path))
    return package.read(path if there(path).is_dir() else content(path))


def content(path: Path) -> bytes:
    """The content of a file, cut off above the largest accepted size."""
    if not there(path).is_file():
        raise errors.Unreadable(path, say("is no file"))
    with path.open("rb") as stream:
        return stream.read(archive.MAX_TOTAL + 1)


def _unplayable(report: hoso_bpmn.Report) -> hoso_bpmn.Report:
    """The findings that keep the scenarios from being played here.

    They name an error of the package, or say that playing had to be stopped.
    """
    return hoso_bpmn.Report(tuple(f for f in report.findings if not f.rule.startswith("scenario-")))


def there(path: Path) -> Path:
    """The path, which must exist."""
    if not path.exists():
        raise errors.Unreadable(path, say("no such file or folder"))
    return path


def show(report: hoso_bpmn.Report) -> None:
    """Print findings for people."""
    for finding in report.findings:
        place = ":".join(filter(None, (finding.file, str(finding.line or ""))))
        head = f"{place}  {finding.severity}  {finding.rule}  {finding.element or ''}"
        console.out.print(
            head, style="bold" if finding.severity == "error" else None, markup=False, soft_wrap=True
        )
        console.out.print(f"    {translated(finding.message)}", markup=False, soft_wrap=True)
        console.out.print(f"    → {translated(finding.remedy)}", markup=False, soft_wrap=True)
    errors = sum(finding.severity == "error" for finding in report.findings)
    warnings = len(report.findings) - errors
    counts = [counted(errors, "{n} error", "{n} errors"), counted(warnings, "{n} warning", "{n} warnings")]
    console.err.print(translated(joined(", ", counts)))


#: What ends a property of an annotation, or the annotation itself.
_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"}


def _annotation(finding: hoso_bpmn.Finding, path: Path) -> str:
    """A finding as a forge reads it: `file` is a path from where the command runs, where the package lies below it.

    What is inside a zip is no file of the forge's: the zip is annotated, and the message begins with the place in it.
    """
    if archive.is_zip(path) and finding.file not in ("", path.name):
        within = f"{finding.file}:{finding.line or 1}: {translated(finding.message)}"
        finding = replace(finding, file=path.name, line=1, message=within)
    file = (path if path.is_dir() else path.parent) / finding.file if finding.file else path
    here = Path.cwd()
    near = file.absolute().relative_to(here) if file.absolute().is_relative_to(here) else finding.file
    place = f"file={_escaped(str(near), ':,')},line={finding.line or 1},title={finding.rule}"
    return f"::{finding.severity} {place}::{_escaped(f'{translated(finding.message)} {translated(finding.remedy)}')}"


def _escaped(text: str, besides: str = "") -> str:
    return "".join(_ESCAPED[each] if each in f"%\r\n{besides}" else each for each in text)


def case_of(declared: package.Package, case: str | None) -> package.Case:
    """The case that `--case` names, or the only one; raises `Usage`."""
    try:
        return declared.case(case)
    except package.NoSuchCase as unknown:
        raise errors.Usage(joined(": ", ["--case", sentence(unknown)])) from unknown


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise errors.Unreadable(folder, say("is there already; name a new folder, nothing is written over"))
    with output_modes.as_called():
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def put(svg: str, output: Path | None) -> None:
    """Write a picture into a file, or onto the terminal."""
    if output is None:
        console.line(svg)
    else:
        with output_modes.as_called():
            output.write_text(svg, encoding="utf-8")
        size = len(svg.encode())
        console.err.print(say("{output} holds {size} bytes of SVG", output=output, size=size), markup=False)


def _show_import(found: Imported, folder: Path) -> None:
    rows = [(change.rule, change.element, change.before, change.after) for change in found.changes]
    if rows:
        console.table("Đã sửa", ("Quy tắc", "Phần tử", "Trước", "Sau"), rows)
    kept = [(kind, counts.preserved, counts.replaced) for kind, counts in found.kept.items()]
    if kept:
        console.table("Phần tử", ("Loại", "Giữ nguyên", "Thay thế"), kept, numbers=(1, 2))
    console.err.print(
        translated(
            say(
                "Written to {folder}. Fill in procedure.toml; `hoso procedures check {folder}` names each gap.",
                folder=folder,
            )
        ),
        markup=False,
    )


def _show_results(results: runner.Results) -> None:
    rows = [
        (each.file, each.name, each.steps, "đạt" if each.ok else "KHÔNG ĐẠT") for each in results.scenarios
    ]
    console.table("", ("Tệp", "Kịch bản", "Bước", "Kết quả"), rows, numbers=(2,))
    for each in results.scenarios:
        reasons = (*(difference.sentence for difference in each.differences), *filter(None, (each.unread,)))
        _lines(f"{each.file}: {translated(reason)}" for reason in reasons)
    for covered in results.coverage:
        _lines([f"{covered.process}: {covered.taken} / {covered.flows} hướng đi có kịch bản đi qua"])
        _lines(f"  chưa đi qua {way}" for way in covered.untaken)


def _lines(lines: Iterable[Any]) -> None:
    for line in lines:
        console.out.print(translated(line), markup=False, soft_wrap=True)
