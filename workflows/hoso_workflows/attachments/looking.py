"""Files looked at in a limited child each, few at a time."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from hoso_bpmn import sandbox
from hoso_calendar.messages import say
from hoso_workflows.attachments import examination, refusals
from hoso_workflows.attachments.examination import LIMITS, Finding
from hoso_workflows.operation import admission

#: Children at a time in each process, and files that wait for one.
LOOKS = admission.Queue("files to be looked at", at_once=2, waiting=30, again=timedelta(seconds=10))
#: What is said of a finding that is neither about the type nor about a password.
_WHY = {
    Finding.EMPTY: say("it is empty"),
    Finding.AMBIGUOUS: say("it is a file of another type as well"),
    Finding.ACTIVE: say("it carries a script, macros or another file, or leads to one"),
    Finding.UNREADABLE: say("it is damaged and cannot be read"),
    Finding.BOMB: say("unpacked, it is larger than any paper needs"),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """A child's answer: media type, pages, small PNG of the first page."""

    media_type: str
    pages: int | None
    thumbnail: bytes | None


async def look(file: BinaryIO, name: str, accepted: tuple[str, ...]) -> Looked:
    """Look at a file that lies on the disk.

    Raises `FileRefused`, `FileProtected`, `TooManyRequests`; `FileTypeRefused` for what is of no known type.
    """
    with LOOKS.place():
        answer = await LOOKS.run(_looked, file)
    finding = answer["finding"]
    if finding == Finding.UNKNOWN:
        raise refusals.FileTypeRefused(name, None, accepted)
    if finding == Finding.PROTECTED:
        raise refusals.FileProtected(name)
    if finding is not None:
        raise refusals.FileRefused(name, _WHY[Finding(finding)])
    picture = answer["thumbnail"]
    return Looked(answer["media_type"], answer["pages"], base64.b64decode(picture) if picture else None)


def _looked(file: BinaryIO) -> dict[str, Any]:
    """The child's answer. Whatever breaks a child cannot be read."""
    try:
        return sandbox.run(examination.examine_file, file, LIMITS)
    except sandbox.Stopped as stopped:
        return {"finding": Finding.BOMB if stopped.exhausted else Finding.UNREADABLE}
