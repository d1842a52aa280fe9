"""What a user of the command line can mend: said in a sentence with a remedy, never as a traceback."""

from pathlib import Path

from pydantic import ValidationError

import hoso_bpmn
import hoso_calendar as wt
import hoso_models.errors
from hoso_api import file_modes, settings, supervision
from hoso_calendar.messages import translated
from hoso_workflows import refusals

FINDINGS = 1
USAGE = 2


class Usage(Exception):
    """What was asked for cannot be read or does not go together."""


class Unreadable(Usage):
    """A file that the command names is not there or not of its kind."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


def known() -> tuple[type[Exception], ...]:
    """The exceptions that are the user's to mend; any other is a defect of ours and keeps its traceback."""
    return (
        Usage,
        wt.WorkingTimeError,
        hoso_bpmn.RefusedFile,
        refusals.Refusal,
        hoso_models.errors.StorageError,
        supervision.CannotListen,
        supervision.ServiceFailed,
        settings.Unreadable,
        file_modes.Refused,
        ValidationError,
        FileNotFoundError,
        PermissionError,
    )


def sentence(fault: Exception) -> str:
    """What is wrong, and what to do about it where the fault knows."""
    if isinstance(fault, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or fault.title}: {e['msg']}" for e in fault.errors())
    said, remedy = translated(fault), translated(getattr(fault, "remedy", ""))
    return said if remedy in said else f"{said} {remedy}"


def status(fault: Exception) -> int:
    """2 when the call itself cannot be understood or carried out, 1 when the rules refuse it."""
    return FINDINGS if isinstance(fault, refusals.Refusal) else USAGE
