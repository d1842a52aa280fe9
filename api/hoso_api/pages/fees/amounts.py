"""Amounts as they are typed. They are whole đồng."""

import re

from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.lifecycle.acts.fees import MOST

#: How an amount is written: digits, in groups of three or without.
_AMOUNT = re.compile(r"(\d{1,3}(?:[., ]\d{3})+|\d+)\s*(?:đ|đồng|vnđ|vnd)?", re.IGNORECASE)


def typed(form: Form, field: str) -> int | None:
    """The amount in a field; None where it is empty. Raises Stopped."""
    text = form.text(field)
    if not text:
        return None
    written = _AMOUNT.fullmatch(text)
    digits = re.sub(r"\D", "", written[1]) if written else ""
    if not digits or len(digits) > len(str(MOST)) or int(digits) > MOST:
        raise Stopped(form, [Fault(spoken("Ghi số tiền bằng đồng, ví dụ 25.000."), field)])
    return int(digits)
