"""Control sheet of a dossier (Mẫu 05): hand-overs, and verdicts on its steps."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from hoso_models import Verdict
from hoso_models.storage.database import Database
from hoso_workflows import errors, letters, localtime
from hoso_workflows.correspondence import own_templates, places
from hoso_workflows.correspondence.letter_views import Asked, Paper
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters.values import Authority, Handover, Outcome, Values

READ = "read_control_sheet"
FORM = "05"
#: Who gives the dossier to the desk, in the words of the form.
_APPLICANT = "Người nộp hồ sơ"
_OUTCOMES = {
    Verdict.EARLY: Outcome.EARLY,
    Verdict.ON_TIME: Outcome.ON_TIME,
    Verdict.LATE: Outcome.LATE,
}


async def read(service: DossierService, key: str, asked: Asked) -> Paper:
    """The control sheet as it stands now, with the receipt's number.

    It is the officers': its applicant gets the same NotFound as anybody else. Raises NotFound before acceptance too.
    """
    row, _ = await views.readable(service.db, READ, key, asked.reader, asked.at, asked.origin)
    projection = await service.repository.load(row)
    receipt = next((each for each in projection.letters if each["form"] == "01"), None)
    if receipt is None:
        raise errors.NotFound("control sheet", key)
    unit = await places.unit(service.db, row.receiving_unit)
    loaded = (await service.reference_data.version(row.workflow_version_id)).case(row.case_id)
    values = Values(
        form=FORM,
        number=receipt["number"],
        year=receipt["year"],
        place=unit.place,
        issued_on=localtime.local_date(asked.at),
        authority=Authority(unit=unit.name, abbreviation=unit.abbreviation, parent=unit.parent),
        code=row.code,
        procedure=loaded.package.name,
        case=loaded.case.name if len(loaded.package.cases) > 1 else None,
        handling=row.unit_name,
        cooperating=await _cooperating(service.db, row.id),
        received_at=row.accepted_at,
        return_at=projection.appointments(projection.clock.dates())[-1]["due_promised"],
        handovers=tuple(_handovers(row, await service.db.rows(_STEPS, [row.id]))),
    )
    template = await own_templates.standing(service.db, row.receiving_unit, FORM, asked.at)
    return Paper(letters.read(letters.write(values)), row.receiving_unit, template)


async def _cooperating(db: Database, dossier: Any) -> tuple[str, ...]:
    return tuple(row.name for row in await db.rows(_CONSULTED, [dossier]))


def _handovers(dossier: Any, steps: Sequence[Any]) -> Iterator[Handover]:
    """From the applicant to the desk, then from each done step to the next."""
    accepted: datetime = dossier.accepted_at
    desk = next((each.closed_by_name for each in steps if each.closed_at == accepted), None)
    receiving = dossier.receiving_name
    yield Handover(unit=receiving, sender=_APPLICANT, receiver=receiving, at=accepted, taker=desk)
    for step in steps:
        before = [each for each in steps if each is not step and _opened(each, step)]
        for done in before[:1]:
            yield Handover(
                unit=done.unit_name,
                sender=done.unit_name,
                receiver=step.unit_name,
                at=step.opened_at,
                giver=done.closed_by_name,
                taker=step.closed_by_name or step.assignee_name,
                outcome=_OUTCOMES.get(done.judged),
                note=done.name,
            )


def _opened(done: Any, step: Any) -> bool:
    """True where one act has ended a step and opened the other."""
    return bool(done.status == "closed" and done.closed_at == step.opened_at)


_STEPS = """
select t.name, t.status, t.opened_at, t.closed_at, t.judged, u.name as unit_name, b.name as closed_by_name, a.name as assignee_name
from user_task t join unit u on u.code = t.unit_code
left join principal b on b.id = t.closed_by left join principal a on a.id = t.assignee_id
where t.dossier_id = $1 order by t.opened_at, t.closed_at nulls last, t.id
"""
_CONSULTED = """
select u.name from consultation c join unit u on u.code = c.unit_code where c.dossier_id = $1 group by u.name order by min(c.asked_at), u.name
"""
