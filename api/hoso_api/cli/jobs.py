"""`hoso jobs`: long jobs that go on in the background."""

from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import console, errors, operators, signals
from hoso_api.cli.register_acts import Json
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import translated
from hoso_models import JobKind, JobOutcome, JobState
from hoso_workflows import localtime
from hoso_workflows.jobs import ordering, register
from hoso_workflows.jobs.values import Job
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Long jobs: list them, follow one, stop it.",
)
#: Kinds, states and outcomes in the words of those who read them.
KINDS = {
    JobKind.REHOMING: "Chuyển hồ sơ sang đơn vị kế thừa",
    JobKind.CALENDAR_REVISION: "Áp dụng bản lịch",
    JobKind.VERIFICATION: "Kiểm chứng toàn bộ",
    JobKind.MIGRATION: "Chuyển hồ sơ sang bản thủ tục khác",
}
STATES = {
    JobState.WAITING: "chờ chạy",
    JobState.RUNNING: "đang chạy",
    JobState.DONE: "xong",
    JobState.FAILED: "không thành",
    JobState.CANCELLED: "đã dừng",
}
OUTCOMES = {JobOutcome.LEFT: "ở lại", JobOutcome.MOVED: "đã chuyển"}
JobId = Annotated[UUID, typer.Argument(help="The job's id.")]
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")]


@app.command("list")
def listed(limit: Limit = 50, json: Json = False) -> None:
    """List the jobs, the newest first."""
    found = signals.run(_listed(limit))
    if json:
        console.json({"items": [register.said(each) for each in found]})
        return
    rows = [
        (str(each.id), KINDS[each.kind], each.subject, STATES[each.state], f"{each.percent} %")
        for each in found
    ]
    console.table("Việc chạy lâu", ("Mã", "Việc", "Đối tượng", "Trạng thái", "Đã làm"), rows, numbers=(4,))


@app.command()
def show(job: JobId, limit: Limit = 50, json: Json = False) -> None:
    """Show a job with the dossiers that it has looked at; exit 1 when it was given up."""
    found, items = signals.run(_shown(job, limit))
    if json:
        console.json({**register.said(found), "items": items})
    else:
        _tell(found)
        rows = [
            (each["code"] or each["reference"], OUTCOMES[each["outcome"]], each["why"] or "")
            for each in items
        ]
        console.table("", ("Hồ sơ", "Kết quả", "Vì sao"), rows)
    raise typer.Exit(errors.FINDINGS if found.state is JobState.FAILED else 0)


@app.command()
def cancel(job: JobId, json: Json = False) -> None:
    """Stop a job; what it has done stays done."""
    found = signals.run(_cancelled(job))
    if json:
        console.json(register.said(found))
    else:
        _tell(found)


async def _listed(limit: int) -> tuple[Job, ...]:
    async with installation.opened() as db:
        return (await register.search(db, None, limit=limit)).items


async def _shown(job: UUID, limit: int) -> tuple[Job, list[dict[str, Any]]]:
    async with installation.opened() as db:
        found = await register.job(db, job)
        page = await register.items(db, job, limit=limit)
        await operators.reads(db, "list_job_items", str(job), (each.reference for each in page.items))
        return found, [register.told(each) for each in page.items]


async def _cancelled(job: UUID) -> Job:
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        return await ordering.cancel(db, job, actor=operator, at=at, operator=operator)


def _tell(found: Job) -> None:
    at = f"{found.updated_at.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"
    console.out.print(
        f"{KINDS[found.kind]}, {found.subject}: {STATES[found.state]} lúc {at}."
        f" Đã xem {found.done} trên {found.total} hồ sơ ({found.percent} %); {found.refused} hồ sơ ở lại."
    )
    if found.failure:
        console.out.print(translated(found.failure))
