"""Acts of administrators on a dossier named by its code.

They track it and do not read it.
"""

from collections.abc import Mapping

from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Command
from hoso_workflows.tracking.keys import keys_in

#: Fields of the forms, as their pages name them.
KEY, REASON = "ho-so", "ly-do"


def named(form: Form, required: Mapping[str, str]) -> str:
    """The code or reference in a form. Raises Stopped with the sentence of each field that is empty."""
    form.require_legible()
    wanted = {KEY: spoken("Ghi mã hồ sơ."), **required}
    faults = [Fault(sentence, name) for name, sentence in wanted.items() if not form.text(name)]
    if faults:
        raise Stopped(form, faults)
    found = keys_in(form.text(KEY))
    return found[-1] if found else form.text(KEY)


async def act(visit: Visit, form: Form, key: str, command: Command) -> acting.Done:
    """Carry the command out once. Raises Stopped, for a dossier that is not theirs at the field of its code."""
    try:
        return await acting.act(visit, form, key, command, fields={})
    except errors.NotFound as missing:
        told = spoken("Không có hồ sơ nào mang mã này trong các đơn vị bạn quản trị.")
        raise Stopped(form, [Fault(told, KEY)], status=404) from missing
