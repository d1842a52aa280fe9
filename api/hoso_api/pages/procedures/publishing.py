"""Acts of publication from forms: done once, each refusal at its field."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package.forms import spelling
from hoso_calendar import messages
from hoso_models import VersionStatus
from hoso_workflows import errors
from hoso_workflows.procedures import publication
from hoso_workflows.procedures.publication import Version

#: Fields of the forms, as their pages name them.
FILE, DECISION, DECIDED, BEGINS = "tep", "so-quyet-dinh", "ngay-quyet-dinh", "tu-ngay"
#: The field of each fault of a refusal.
FIELDS: Mapping[str, str] = {"decision_no": DECISION, "decision_date": DECIDED, "active_from": BEGINS}


#: Refusals that say where a version stands: perhaps where the act would have brought it.
STANDS = (errors.VersionStands, errors.ActivationScheduled, errors.NotScheduled)
#: What a version is once an act is done.
Wished = Callable[[Version], bool]


async def act(visit: Visit, form: Form, doing: Callable[[], Awaitable[Version]], wished: Wished) -> Version:
    """Carry out an act on a version. Its texts are judged first. Raises Stopped, Forbidden and NotFound.

    Where the version is as wished already, as behind the same form sent twice, the act is done.
    """
    form.require_legible()
    try:
        return await doing()
    except STANDS as stands:
        now = await publication.version(visit.service.db, stands.procedure, stands.number)
        if wished(now):
            return now
        raise await stopped(visit, form, stands) from stands
    except errors.Forbidden:
        raise
    except errors.Refusal as refused:
        raise await stopped(visit, form, refused) from refused


def submitted(visit: Visit) -> Wished:
    """True of a version that the reader has submitted."""
    return lambda now: visit.principal in (now.submitted_by, now.submitted_for)


def approved(visit: Visit) -> Wished:
    """True of a version that the reader has approved."""
    return lambda now: visit.principal in (now.approved_by, now.approved_for)


def activated(visit: Visit, number: int, begins: date) -> Wished:
    """True of this version, activated by the reader from that day on."""

    def wished(now: Version) -> bool:
        ours = visit.principal in (now.activated_by, now.activated_for)
        return (now.number, now.active_from, ours) == (number, begins, True)

    return wished


def taken_back(now: Version) -> bool:
    """True of an approved version whose activation waits for no day."""
    return now.status == VersionStatus.APPROVED and now.active_from is None


async def stopped(
    visit: Visit, form: Form, refused: errors.Refusal, fields: Mapping[str, str] = FIELDS
) -> Stopped:
    """The words of a refusal, those of a form at its fields."""
    if not isinstance(refused, errors.FormRefused):
        return await acting.stopped(visit, form, "", refused)
    return Stopped(
        form,
        [
            Fault(_sentence(messages.translated(fault.message)), fields.get(fault.field, fault.field))
            for fault in refused.faults
        ],
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def day(form: Form, name: str) -> date:
    """The day in a field. Raises Stopped for one that cannot be read."""
    text = form.text(name)
    found = spelling.day(text)
    if found is not None:
        return found
    said = spoken("Nhập ngày theo dạng 24/11/2026.") if text else spoken("Nhập ngày.")
    raise Stopped(form, [Fault(said, name)])
