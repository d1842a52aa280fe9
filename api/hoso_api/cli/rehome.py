"""The part of `hoso units` that moves open dossiers to the successors of units.

Only this command loads what moves them: the others of `hoso units` start in half the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from hoso_api.cli import console, errors, operators, signals
from hoso_api.cli.register_acts import Json
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_bpmn import text_safety
from hoso_calendar.messages import say, translated
from hoso_workflows import vocabulary
from hoso_workflows.organisation import principals

if TYPE_CHECKING:
    from hoso_workflows import rehoming

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Units: move their open dossiers to successors.",
)


@app.command()
def rehome(
    old: Annotated[str, typer.Argument(help="The unit that is closed, merged or moved.")],
    new: Annotated[str, typer.Argument(help="The unit that takes its dossiers over; - for nobody.")],
    by: Annotated[str, typer.Option(help="On whose word: the id or name of an administrator over both.")],
    basis: Annotated[str, typer.Option(help="The decision or law by which it is done.")] = "",
    also: Annotated[
        list[str] | None, typer.Option("--and", help="A further unit that goes to the same successor.")
    ] = None,
    procedure: Annotated[
        list[str] | None, typer.Option(help="CODE=UNIT: who takes over the dossiers of one procedure.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would move.")] = False,
    json: Json = False,
) -> None:
    """Move the open dossiers of a unit to its successors; exit 1 when some are left.

    Code, dates, letters and history stay. An interrupted call is repeated.
    """
    from hoso_workflows import rehoming

    split = _split(procedure or ())
    successor = None if new == "-" else new
    moves = tuple(rehoming.Move(each, successor, split) for each in (old, *(also or ())))
    if dry_run:
        found = signals.run(_preview(moves, by))
        _show(found, json=json)
        raise typer.Exit(errors.FINDINGS if found.lacking else 0)
    done = signals.run(_apply(moves, text_safety.text(basis), by))
    _tell(done, json=json)
    raise typer.Exit(0 if done.finished else errors.FINDINGS)


async def _preview(moves: tuple[rehoming.Move, ...], by: str) -> rehoming.Preview:
    from hoso_workflows import rehoming
    from hoso_workflows.dossiers.service import DossierService

    at = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, by)
        found = await rehoming.preview(DossierService(db), moves, actor=person, at=at, operator=operator)
        closed = ", ".join(move.old for move in moves)
        await operators.reads(db, "preview_rehoming", closed, (each.officer for each in found.inboxes))
        return found


async def _apply(moves: tuple[rehoming.Move, ...], basis: str, by: str) -> rehoming.Applied:
    from hoso_workflows import rehoming
    from hoso_workflows.dossiers.service import DossierService

    at = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, by)
        return await rehoming.apply(
            DossierService(db), moves, basis=basis, actor=person, at=at, operator=operator
        )


def _split(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        code, equals, unit = pair.partition("=")
        if not (code and equals and unit):
            raise errors.Usage(say("--procedure {pair}: write it as CODE=UNIT.", pair=pair))
        found[code] = unit
    return found


def _show(found: rehoming.Preview, *, json: bool) -> None:
    if json:
        console.json(found.to_json())
        return
    console.table(
        "Hồ sơ đang giải quyết sẽ chuyển",
        ("Từ", "Đến", "Thủ tục", "Phần", "Trạng thái", "Số", "Quá hạn"),
        [
            (
                *(each.old, each.new or "–", each.procedure, _word(each.part), _word(each.status)),
                *(each.dossiers, each.late),
            )
            for each in found.groups
        ],
        numbers=(5, 6),
    )
    console.table(
        "Việc đang mở",
        ("Từ", "Đến", "Vai trò", "Người giữ", "Số", "Quá hạn", "Giữ lại"),
        [
            (
                *(each.old, each.new or "–", _word(each.role), each.officer_name or "chưa ai nhận"),
                *(each.tasks, each.late, "có" if each.keeps else "không"),
            )
            for each in found.inboxes
        ],
        numbers=(4, 5),
    )
    if found.lacking:
        rows = [(each.unit, each.procedure, _word(each.part)) for each in found.lacking]
        console.table("Đơn vị kế thừa chưa có thẩm quyền", ("Đơn vị", "Thủ tục", "Phần"), rows)
    closed = sum(each.closed for each in found.units)
    console.out.print(
        f"Chuyển {found.dossiers} hồ sơ; {found.without_successor} hồ sơ chưa có đơn vị kế thừa;"
        f" {closed} hồ sơ đã kết thúc ở lại."
    )


def _tell(done: rehoming.Applied, *, json: bool) -> None:
    if json:
        console.json(done.to_json())
        return
    console.table(
        "Chưa chuyển được",
        ("Hồ sơ", "Vì sao"),
        [(each.code or each.reference, each.why) for each in done.left],
    )
    console.out.print(
        f"Đã chuyển {done.moved} hồ sơ (tổng cộng {done.moved_altogether}); còn lại {done.remaining};"
        f" {done.without_successor} hồ sơ chưa có đơn vị kế thừa."
    )


#: Parts beside the three of a dossier.
_PARTS = {"task": "việc", "consultation": "lấy ý kiến", "incident": "sự cố", "ahead": "bước sau"}


def _word(name: str) -> str:
    return _PARTS.get(name) or translated(vocabulary.word(name))
