"""`hoso catalogue`: entries, their drafts, publication, import and export, checks."""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from hoso_api.cli import console, coordination_acts, errors, instants, register_acts
from hoso_api.cli.coordination_acts import By, Json
from hoso_calendar.messages import say, translated
from hoso_models import PublicationKind
from hoso_models.storage.database import Database
from hoso_workflows.catalogue import (
    checking,
    comparison,
    drafts,
    exchange,
    importing,
    publishing,
    reads,
    storage,
    values,
)
from hoso_workflows.catalogue.exchange import FileForm
from hoso_workflows.catalogue.importing import Plan
from hoso_workflows.catalogue.reads import Filters
from hoso_workflows.pagination import MOST
from hoso_workflows.procedures.reference_data import ReferenceData

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Catalogue of procedures: list, show, draft, publish, import, export, check.",
)

LIST = "list_catalogue"
Code = Annotated[str, typer.Argument(help="The procedure's code.")]
Authority = Annotated[
    str | None, typer.Option("--authority", help="Only of one unit that answers for procedures.")
]
On = Annotated[str | None, typer.Option("--day", help="Local date, YYYY-MM-DD; today when absent.")]


@app.command("list")
def listed(
    words: Annotated[str, typer.Argument(help="Words of code, name or field; accents may be left out.")] = "",
    field: Annotated[str | None, typer.Option(help="Only of one field.")] = None,
    level: Annotated[str | None, typer.Option(help="Only of one level of administration.")] = None,
    authority: Authority = None,
    missing: Annotated[
        str | None, typer.Option(help="Only those that lack the item of this letter; '' for any.")
    ] = None,
    audience: Annotated[str | None, typer.Option(help="Only for whom: citizen or organisation.")] = None,
    day: On = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List the entries in force, the best ones first."""
    on, filters = register_acts.last_day(day), Filters(field, level, authority, None, missing, audience)
    found = coordination_acts.read(
        LIST, authority, lambda db: reads.search(db, words, filters, day=on, limit=limit)
    )
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found.items]})
        return
    rows = [
        (each.code, each.name, each.authority, each.service_level or "", " ".join(each.missing))
        for each in found.items
    ]
    console.table("Danh mục", ("Mã", "Tên", "Cơ quan", "Mức độ", "Thiếu"), rows)


@app.command()
def show(code: Code, json: Json = False) -> None:
    """Show the versions of an entry, the newest first, each with what it changed."""
    found = coordination_acts.read(LIST, None, lambda db: storage.versions(db, code))
    changed = [
        (each, publishing.changed(each, older))
        for each, older in zip(found, [*found[1:], None], strict=False)
    ]
    if json:
        console.json({"items": [_version(each, changes) for each, changes in changed]})
        return
    rows = [
        (
            each.number,
            each.publication.decision_no if each.publication else "",
            f"{each.publication.valid_from:%d/%m/%Y}" if each.publication else "",
            coordination_acts.at(each.entered_at),
            "\n".join(translated(change.title) for change in changes),
        )
        for each, changes in changed
    ]
    console.table(code, ("Bản", "Quyết định", "Hiệu lực từ", "Nhập lúc", "Thay đổi"), rows)


@app.command()
def draft(
    code: Code,
    file: Annotated[
        Path | None, typer.Argument(help="JSON of the information items; without it the draft is shown.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="On whose word: the id, code or name of a person who may do it.")
    ] = None,
    json: Json = False,
) -> None:
    """Show the draft of an entry, or save it from a file."""
    if file is None:
        found = coordination_acts.read(drafts.EDIT, None, lambda db: drafts.one(db, code))
    else:
        content, word = values.content(_object(file)), _word(by)
        found = coordination_acts.done(word, lambda db, asked: drafts.save(db, code, content, asked))
    if json:
        console.json({**coordination_acts.document(found), "content": found.content.model_dump(mode="json")})
        return
    console.table(
        f"{code} · {found.content.name}",
        ("Mục", "Bỏ", "Thêm"),
        [(translated(each.title), "\n".join(each.gone), "\n".join(each.came)) for each in found.changes],
    )


@app.command()
def discard(code: Code, by: By) -> None:
    """Take the draft of an entry away."""
    coordination_acts.done(by, lambda db, asked: drafts.discard(db, code, asked))


@app.command()
def publish(
    code: Code,
    by: By,
    decision: Annotated[str, typer.Option(help="Number of the decision.")],
    decided: Annotated[str, typer.Option(help="Day of the decision.")],
    published: Annotated[str, typer.Option(help="When the decision was made public.")],
    first: register_acts.From = None,
    last: register_acts.To = None,
    kind: Annotated[
        PublicationKind, typer.Option(help="What the decision does; abolishing needs no draft.")
    ] = PublicationKind.NEW,
    successor: Annotated[
        str | None, typer.Option(help="Of an abolished procedure: the code of the one in its place.")
    ] = None,
    json: Json = False,
) -> None:
    """Publish the draft of an entry by its decision, or abolish the entry."""
    said = values.publication(
        {
            "kind": kind,
            "decision_no": decision,
            "decision_date": instants.day(decided, "--decided"),
            "published_at": instants.read(published, "--published"),
            "valid_from": register_acts.first_day(first),
            "valid_to": register_acts.end(last),
            "successor": successor,
        }
    )
    made = coordination_acts.done(by, lambda db, asked: publishing.publish(db, code, said, asked))
    if json:
        console.json(_version(made, ()))
    else:
        console.line(translated(say("{code}: version {number} is entered.", code=code, number=made.number)))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV, xlsx or JSON file of entries.")],
    by: By,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look at the file.")] = False,
    json: Json = False,
) -> None:
    """Bring entries in from a file, all or none; what differs becomes a new version, what is missing stays."""
    data = file.read_bytes()
    plan = coordination_acts.done(by, lambda db, asked: importing.foresee(db, data, file.name, asked))
    if plan.ok and not dry_run:
        plan = coordination_acts.done(
            by, lambda db, asked: importing.bring_in(db, data, file.name, asked, digest=plan.digest)
        )
    if json:
        console.json(_plan(plan, written=plan.ok and not dry_run))
    else:
        _tell(plan, dry_run=dry_run)
    if not plan.ok:
        raise typer.Exit(1)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to: its ending .csv, .xlsx or .json says the form.")],
    authority: Authority = None,
) -> None:
    """Write the last version of each entry to a file that can be brought in again."""
    ending = file.suffix.lstrip(".").lower()
    if ending not in set(FileForm):
        raise errors.Usage(say("{file}: end its name in .csv, .xlsx or .json.", file=file.name))
    data = coordination_acts.read(
        LIST, authority, lambda db: importing.export(db, FileForm(ending), authority=authority)
    )
    file.write_bytes(data)


@app.command()
def check(authority: Authority = None, day: On = None, json: Json = False) -> None:
    """Say what entries lack, and where they differ from the procedures that are declared here."""
    on = register_acts.last_day(day)

    async def checked(db: Database) -> list[checking.Checked]:
        return await checking.check(db, ReferenceData(db), on, authority=authority)

    found = coordination_acts.read(LIST, authority, checked)
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
    else:
        rows = [
            (
                each.code,
                each.name,
                " ".join(each.missing),
                ", ".join(translated(one.title) for one in each.differences),
            )
            for each in found
        ]
        console.table("Chưa đầy đủ", ("Mã", "Tên", "Thiếu", "Khác quy trình đã khai báo"), rows)
    if found:
        raise typer.Exit(1)


@app.command()
def lags(
    first: Annotated[str | None, typer.Option("--from", help="First day of entry, YYYY-MM-DD.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of entry, YYYY-MM-DD.")] = None,
    authority: Authority = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List what was entered in a period, with the days since its publication."""
    begins = None if first is None else instants.day(first, "--from")
    ends = register_acts.end(last)
    page = coordination_acts.read(
        LIST,
        authority,
        lambda db: checking.lags(db, first=begins, last=ends, authority=authority, limit=limit),
    )
    if json:
        console.json({"items": [coordination_acts.document(each) for each in page.items]})
        return
    rows = [
        (
            each.code,
            each.name,
            coordination_acts.at(each.published_at),
            coordination_acts.at(each.entered_at),
            each.days,
        )
        for each in page.items
    ]
    console.table("Thời gian nhập", ("Mã", "Tên", "Công bố", "Nhập", "Ngày"), rows, numbers=(4,))


def _object(file: Path) -> dict[str, Any]:
    try:
        found = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise errors.Usage(say("{file} is no JSON object.", file=file.name))
    return found


def _word(by: str | None) -> str:
    if by is None:
        raise errors.Usage(say("Say by --by on whose word the draft is saved."))
    return by


def _version(each: storage.Version, changes: tuple[comparison.Change, ...]) -> dict[str, Any]:
    said = each.publication
    return {
        "code": each.code,
        "number": each.number,
        "content": each.content.model_dump(mode="json"),
        "publication": said.model_dump(mode="json") if said else None,
        "missing": each.content.missing,
        "entered_at": each.entered_at,
        "entered_by": each.entered_by,
        "drafted_by": each.drafted_by,
        "lag_days": each.lag_days,
        "changes": [coordination_acts.document(change) for change in changes],
    }


def _plan(plan: Plan, *, written: bool) -> dict[str, Any]:
    return {
        "findings": [
            {
                "line": each.line,
                "column": each.column,
                "field": each.field,
                "message": translated(each.message),
            }
            for each in plan.findings
        ],
        "new": plan.new,
        "changed": [each.code for each in plan.changed],
        "unchanged": plan.unchanged,
        "missing": plan.missing,
        "written": written,
    }


def _tell(plan: Plan, *, dry_run: bool) -> None:
    if not plan.ok:
        wrong = [
            (
                "" if each.line is None else each.line,
                each.column or "",
                _head(each.field or ""),
                translated(each.message),
            )
            for each in plan.findings
        ]
        console.table("Chưa nhập gì", ("Dòng", "Cột", "Mục", "Lỗi"), wrong)
        return
    rows = [
        ("Thủ tục mới", len(plan.new)),
        ("Có bản mới", len(plan.changed)),
        ("Không đổi", plan.unchanged),
        ("Không có trong tệp, giữ nguyên", len(plan.missing)),
    ]
    console.table("Xem trước, chưa nhập gì" if dry_run else "Đã nhập", ("Việc", "Số"), rows, numbers=(1,))


def _head(field: str) -> str:
    """The head of a field's column."""
    return exchange.COLUMNS[field][0] if field in exchange.COLUMNS else field
