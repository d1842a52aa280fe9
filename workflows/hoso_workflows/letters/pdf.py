"""Work of the limited child: a letter made ready for typst."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from importlib import resources

from hoso_workflows import localtime
from hoso_workflows.letters import display, qr
from hoso_workflows.letters.display import Shown
from hoso_workflows.letters.values import Values

#: Words beyond this length may be broken anywhere; Vietnamese has none, addresses have.
_LONG_WORD = re.compile(r"\S{24,}")
_BREAK = "\u200b"


@dataclass(frozen=True, slots=True)
class Job:
    """A letter to be typeset: template, inputs, and the date that the file bears."""

    source: bytes
    inputs: dict[str, str]
    #: Since 1970, the beginning of the letter's date in Vietnam.
    seconds: int


def job(values: Values, template: str | None = None) -> Job:
    """The work of typesetting a letter, by our own template or by another one."""
    address = values.check_address
    letter = breakable(display.shown(values))
    inputs = {"letter": json.dumps(letter, ensure_ascii=False), "address": address or ""}
    inputs["qr"] = qr.svg(address) if address else ""
    begun = datetime.combine(values.issued_on, time(), localtime.ZONE)
    return Job(own(values.form) if template is None else template.encode(), inputs, int(begun.timestamp()))


@cache
def own(form: str) -> bytes:
    """Our own template of a form."""
    folder = resources.files("hoso_workflows.letters").joinpath("templates", "typst")
    return folder.joinpath(f"{form}.typ").read_bytes()


def breakable(shown: Shown) -> Shown:
    """The same with places inside of long words where a line may end."""
    if isinstance(shown, str):
        return _LONG_WORD.sub(lambda word: _BREAK.join(word.group()), shown)
    if isinstance(shown, list):
        return [breakable(each) for each in shown]
    return {key: breakable(each) for key, each in shown.items()} if isinstance(shown, dict) else shown
