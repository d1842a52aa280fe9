"""Rectification of what is recorded of the applicant or typed into the form.

The values stand in the rows of the dossier; the event keeps which fields were corrected, and digests of all values behind it,
so that an audit compares them. What the run was started with is not corrected: it has decided the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts import refusals
from hoso_workflows.lifecycle.decision import Decision, reason


@dataclass(frozen=True, slots=True)
class Meant(commands.Rectify):
    """A rectification with what it makes of the stored values."""

    #: The names of the fields that change, such as `applicant.name`.
    fields: tuple[str, ...] = ()
    #: Digests of the applicant and of the form behind it.
    applicant_sha256: str = ""
    form_sha256: str = ""


def rectify(act: Decision, command: Meant) -> Iterator[Event]:
    """Record the rectification. Raises `NothingToRectify`, and `FormRefused` for what has decided the way."""
    why = reason(say("rectifying what is recorded"), command.reason)
    if not command.fields:
        raise refusals.NothingToRectify
    read = act.loaded.specification.variables
    faults = [
        Fault(f"form.{name}", say("has decided the way of the dossier; ask for a supplement"))
        for name in command.form
        if name in read and f"form.{name}" in command.fields
    ]
    if faults:
        raise errors.FormRefused(faults)
    yield act.tell(
        Kind.RECTIFIED,
        reason=why,
        own_fault=command.own_fault,
        fields=list(command.fields),
        applicant_sha256=command.applicant_sha256,
        form_sha256=command.form_sha256,
    )
