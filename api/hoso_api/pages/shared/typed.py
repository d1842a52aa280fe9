"""Fields of forms: days, and refusals at their fields."""

from collections.abc import Mapping
from datetime import date

from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package.forms import spelling
from hoso_calendar import messages
from hoso_workflows import errors


def day(form: Form, field: str) -> date:
    """The day in a field. Raises Stopped for one that cannot be read."""
    found = spelling.day(form.text(field))
    if found is not None:
        return found
    raise Stopped(form, [Fault(spoken("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/12/2026."), field)])


def day_said(form: Form, field: str) -> date | None:
    """The day in a field, None where it is empty. Raises Stopped for one that cannot be read."""
    return day(form, field) if form.text(field) else None


def placed(stopped: Stopped, fields: Mapping[str, str]) -> Stopped:
    """The same with each fault of a refused form at its field."""
    refused = stopped.__cause__
    if isinstance(refused, errors.FormRefused):
        stopped.faults = tuple(
            Fault(messages.translated(each.message), fields.get(each.field or "")) for each in refused.faults
        )
    return stopped
