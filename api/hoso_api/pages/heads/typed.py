"""Fields of heads' forms: days, and refusals at their fields."""

from collections.abc import Mapping
from datetime import date, datetime

from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors

#: How a day is written: in the order of Việt Nam, or as machines write it.
WRITTEN = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d")


def day(form: Form, field: str) -> date:
    """The day in a field. Raises Stopped for one that cannot be read."""
    text = form.text(field).replace(" ", "")
    for shape in WRITTEN:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a local day
        except ValueError:
            continue
    raise Stopped(form, [Fault(spoken("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/12/2026."), field)])


def placed(stopped: Stopped, fields: Mapping[str, str]) -> Stopped:
    """The same with each fault of a refused form at its field."""
    refused = stopped.__cause__
    if isinstance(refused, errors.FormRefused):
        stopped.faults = tuple(
            Fault(messages.translated(each.message), fields.get(each.field or "")) for each in refused.faults
        )
    return stopped
