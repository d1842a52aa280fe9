"""Acts of publication from forms: done once, each refusal at its field."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from uuid import UUID

from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.procedures import publication
from hoso_workflows.procedures.publication import Version

#: Fields of the forms, as their pages name them.
FILE, DECISION, DECIDED, BEGINS = "tep", "so-quyet-dinh", "ngay-quyet-dinh", "tu-ngay"
#: The field of each fault of a refusal.
FIELDS: Mapping[str, str] = {"decision_no": DECISION, "decision_date": DECIDED, "active_from": BEGINS}


async def act(visit: Visit, form: Form, doing: Callable[[], Awaitable[Version]], stamp: str) -> Version:
    """Carry out an act on a version. Its texts are judged first. Raises Stopped, Forbidden and NotFound.

    `stamp` is the attribute that names who has done it: the same form sent twice finds the act done.
    """
    form.require_legible()
    try:
        return await doing()
    except errors.VersionStands as stands:
        now = await publication.version(visit.service.db, stands.procedure, stands.number)
        if visit.principal in _persons(now, stamp):
            return now
        raise await stopped(visit, form, stands) from stands
    except errors.Forbidden:
        raise
    except errors.Refusal as refused:
        raise await stopped(visit, form, refused) from refused


def _persons(version: Version, stamp: str) -> tuple[UUID | None, ...]:
    return getattr(version, f"{stamp}_by"), getattr(version, f"{stamp}_for")


async def stopped(visit: Visit, form: Form, refused: errors.Refusal) -> Stopped:
    """The words of a refusal, those of a form at its fields."""
    if not isinstance(refused, errors.FormRefused):
        return await acting.stopped(visit, form, "", refused)
    return Stopped(
        form,
        [
            Fault(_sentence(messages.translated(fault.message)), FIELDS.get(fault.field, fault.field))
            for fault in refused.faults
        ],
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def day(form: Form, name: str) -> date:
    """The date in a field, written as 24/11/2026 or 2026-11-24. Raises Stopped."""
    text = form.text(name)
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    said = spoken("Nhập ngày theo dạng 24/11/2026.") if text else spoken("Nhập ngày.")
    raise Stopped(form, [Fault(said, name)])
