"""Own settings of an officer: absences, notices, units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hoso_api.pages.heads import headship
from hoso_api.pages.heads.headship import Unit
from hoso_api.pages.shared import typed
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import localtime
from hoso_workflows.organisation import register
from hoso_workflows.organisation.directory import Officer
from hoso_workflows.organisation.permissions import OFFICES
from hoso_workflows.organisation.register import commands, lists
from hoso_workflows.organisation.register.lists import SubstitutionListed

#: Fields of the forms, as their page names them.
UNIT, ACTING, SINCE, UNTIL, REASON = "don-vi", "lam-thay", "tu-ngay", "den-ngay", "ly-do"
#: The field of a fault of the command, and of a refusal.
BY_FIELD = {"acting": ACTING, "valid_to": UNTIL, "valid_from": SINCE, "reason": REASON, "unit": UNIT}
BY_SLUG = {"overlapping": SINCE}


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in which the reader works, with their colleagues."""

    unit: Unit
    colleagues: Sequence[Officer]


async def places(visit: Visit) -> list[Place]:
    """The units in which the reader has a role of steps of their own."""
    own = {right.unit for right in visit.rights.own().held if right.role not in OFFICES}
    named = (await visit.service.reference_data.register()).name
    found = []
    for code in sorted(own):
        people = [each for each in await headship.officers(visit, code) if each.id != visit.principal]
        found.append(Place(Unit(code, named(code)), people))
    return found


async def absences(visit: Visit) -> list[SubstitutionListed]:
    """The reader's own absences, today's and those to come, by beginning."""
    today = localtime.local_date(visit.at)
    page = await lists.substitutions(visit.service.db, visit.principal, (), since=today)
    await headship.listed(visit, "list_substitutions", None, [each.id for each in page.items])
    mine = (each for each in page.items if each.absent == visit.principal)
    return sorted(mine, key=lambda each: (each.valid_from, each.valid_to, str(each.id)))


async def enter_absence(visit: Visit, form: Form) -> None:
    """Say who acts for the reader. An absence that stands so already is done. Raises Stopped, Refusal."""
    command = _absence(visit, form, [each.unit.code for each in await places(visit)])
    if any(_same(each, command) for each in await absences(visit)):
        return
    await register.perform(visit.service.db, [command], register.Asker(visit.principal), visit.at)


async def end_absence(visit: Visit, entry: SubstitutionListed, last: date) -> None:
    """Set the last day of an absence. Raises Refusal."""
    command = commands.EndSubstitution(substitution=entry.id, last_day=last)
    await register.perform(visit.service.db, [command], register.Asker(visit.principal), visit.at)


def _absence(visit: Visit, form: Form, units: Sequence[str]) -> commands.EnterSubstitution:
    form.require_legible()
    if not form.text(ACTING):
        raise Stopped(form, [Fault(spoken("Chọn người làm thay."), ACTING)])
    unit = form.text(UNIT) or (units[0] if len(units) == 1 else "")
    if unit not in units:
        raise Stopped(form, [Fault(spoken("Chọn đơn vị."), UNIT)])
    return commands.EnterSubstitution(
        absent=str(visit.principal),
        acting=form.text(ACTING),
        valid_from=typed.day(form, SINCE),
        valid_to=typed.day(form, UNTIL),
        reason=form.text(REASON),
        unit=unit,
    )


def _same(entry: SubstitutionListed, command: commands.EnterSubstitution) -> bool:
    said = (command.acting, command.unit, command.valid_from, command.valid_to)
    return (str(entry.acting), entry.unit, entry.valid_from, entry.valid_to) == said
