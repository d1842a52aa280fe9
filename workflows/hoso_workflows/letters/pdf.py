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
from hoso_workflows.letters.values import Copy, Values

#: Words beyond this length may be broken anywhere; Vietnamese has none, addresses have.
_LONG_WORD = re.compile(r"\S{24,}")
_BREAK = "\u200b"
#: Before a template, on its first line, so that its lines keep their numbers: the mark of a copy on each page. As an artifact it
#: leaves the structure of what goes on over pages whole, which PDF/UA asks for.
_MARKED = (
    b"#set page(foreground: pdf.artifact(place(bottom + center, dy: -2.5mm, block(width: 92%, "
    b'text(font: ("Tinos", "Libertinus Serif", "DejaVu Sans Mono"), size: 7.5pt, weight: "bold", sys.inputs.mark))))); '
)


@dataclass(frozen=True, slots=True)
class Job:
    """A letter to be typeset: template, inputs, and the date that the file bears."""

    source: bytes
    inputs: dict[str, str]
    #: Since 1970, the beginning of the letter's date in Vietnam.
    seconds: int
    #: True where a picture of the first page is wanted in place of the file.
    picture: bool = False


def job(values: Values, template: str | None = None, copy: Copy | None = None) -> Job:
    """The work of typesetting a letter or a copy, by our template or another."""
    address = values.check_address
    letter = breakable(display.shown(values))
    inputs = {"letter": json.dumps(letter, ensure_ascii=False), "address": address or ""}
    inputs["qr"] = qr.svg(address) if address else ""
    begun = datetime.combine(values.issued_on, time(), localtime.ZONE)
    source = own(values.form) if template is None else template.encode()
    if copy is not None:
        source, inputs["mark"] = _MARKED + source, str(breakable(display.mark(copy)))
    return Job(source, inputs, int(begun.timestamp()))


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
