"""Tables of a period, counted anew each time."""

from collections.abc import Mapping
from datetime import datetime

import hoso_calendar as wt
from hoso_models.storage.database import Database
from hoso_workflows.reports.forms import accounting, causes, satisfaction, steps, tables, targets
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.forms.tables import Form, Heading, Split, Table

Calendars = Mapping[str, wt.WorkCalendar]


async def table(
    db: Database,
    calendars: Calendars,
    form: Form,
    scope: Scope,
    *,
    at: datetime,
    split: Split = Split.PROCEDURE,
) -> Table:
    """The table of a form. `split` is of form II.06. Raises BadPeriod, DoesNotAddUp."""
    match form:
        case Form.ACCOUNT:
            count = accounting.by_entry if split is Split.ENTRY else accounting.account
            return tables.of_account(await count(db, scope, at=at), split)
        case Form.CAUSES:
            return tables.of_causes(await causes.causes(db, scope, at=at))
        case Form.STEPS:
            return tables.of_steps(await steps.by_step(db, calendars, scope, at=at))
        case Form.OFFICERS:
            return tables.of_officers(await steps.by_officer(db, calendars, scope, at=at))
        case Form.SATISFACTION:
            return tables.of_satisfaction(await satisfaction.satisfaction(db, scope, at=at))
        case Form.ONLINE:
            scope.bounds(at)
            return tables.of_online(await targets.shares(db, scope.unit, scope.last, at=at))


async def heading(db: Database, scope: Scope, *, at: datetime) -> Heading:
    """Period and unit of a table. Raises BadPeriod."""
    final = scope.final(at)
    row = await db.row("select name from unit where code = $1", [scope.unit])
    unit = scope.unit or ""
    return Heading(scope.first, scope.last, unit, row.name if row else "Tất cả đơn vị", at, final)
