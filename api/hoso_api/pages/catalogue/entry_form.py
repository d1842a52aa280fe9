"""Form of an entry: its fields as they are typed, and back."""

from typing import Any

from hoso_api.pages.catalogue import places
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.catalogue import cells, values
from hoso_workflows.catalogue.values import Content

#: Field of an entry → field of the page.
NAMES = {
    "name": "ten",
    "authority": "co-quan",
    "level": "cap",
    "field": "linh-vuc",
    "sequence": "trinh-tu",
    "method": "cach-thuc",
    "components": "thanh-phan",
    "sets": "so-bo",
    "term": "thoi-han",
    "term_note": "ghi-them",
    "applicants": "doi-tuong",
    "decided_by": "noi-quyet-dinh",
    "result": "ket-qua",
    "forms": "mau-don",
    "conditions": "dieu-kien",
    "fees": "phi",
    "receiving": "tiep-nhan",
    "returning": "tra-ket-qua",
    "legal_basis": "can-cu",
}
#: Fields that are ticked.
TICKED = ("receiving", "returning")
#: Its refusals at their fields.
FIELDS = {**NAMES, "code": "ma", "unit": "co-quan"}
VERSION = "ban-da-doc"


def typed(content: Content) -> dict[str, str | list[str]]:
    """The texts of a form that shows an entry."""
    document = content.model_dump(mode="json")
    return {
        page: [*(document[field] or ())] if field in TICKED else cells.write(field, document[field])
        for field, page in NAMES.items()
    }


def read(form: Form) -> Content:
    """The entry of a form. Raises Stopped with each field that is wrong."""
    given: dict[str, Any] = {}
    faults: list[Fault] = []
    for field, page in NAMES.items():
        try:
            given[field] = form.texts(page) or None if field in TICKED else cells.read(field, form.text(page))
        except (ValueError, OverflowError) as wrong:
            faults.append(Fault(_why(field, wrong), page))
    try:
        content = values.content(given)
    except errors.FormRefused as refused:
        told = {fault.field for fault in faults}
        faults += [
            Fault(_said(each), page)
            for each in refused.faults
            if (page := NAMES[each.field.partition(".")[0]]) not in told
        ]
        raise Stopped(form, faults) from refused
    if faults:
        raise Stopped(form, faults)
    return content


def _said(fault: errors.Fault) -> str:
    field = spoken(places.FIELDS[fault.field.partition(".")[0]])
    return f"{field}: {messages.translated(fault.message)}"


def _why(field: str, wrong: Exception) -> str:
    known = wrong.args and isinstance(wrong.args[0], messages.Message)
    why = messages.translated(wrong) if known else spoken("chưa đúng cách viết")
    return f"{spoken(places.FIELDS[field])}: {why}"
