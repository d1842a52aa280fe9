"""Errors that a user of the command line can correct.

Each is printed as one sentence with a remedy, never as a traceback.
"""

import errno
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

import hoso_bpmn
import hoso_calendar as wt
import hoso_models.errors
from hoso_api import provider_settings, settings
from hoso_api.installation import file_modes
from hoso_api.server import supervision
from hoso_api.translation import storage_errors, validation_errors
from hoso_calendar import messages
from hoso_calendar.messages import Message, joined, say
from hoso_workflows import errors
from hoso_workflows.backups import refusals as backups
from hoso_workflows.operation import key_file

FINDINGS = 1
USAGE = 2


class Usage(Exception):
    """Arguments that cannot be read or do not go together."""


class Unreadable(Usage):
    """A file that the command names is not there or not of its kind."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(joined(": ", [str(path), reason]))
        self.path = path


def known() -> tuple[type[Exception], ...]:
    """The exceptions that are the user's to mend; any other is a defect of ours and keeps its traceback."""
    return (
        Usage,
        wt.WorkingTimeError,
        hoso_bpmn.RefusedFile,
        errors.Refusal,
        hoso_models.errors.StorageError,
        supervision.CannotListen,
        supervision.ServiceFailed,
        settings.Unreadable,
        file_modes.Refused,
        backups.Refused,
        key_file.Unusable,
        provider_settings.SecretUnusable,
        ValidationError,
        FileNotFoundError,
        PermissionError,
    )


#: What a disk or a path refuses, and what to do about it; whatever else an operating system says is a defect of ours.
_REFUSED = {
    errno.EROFS: say(
        "it can only be read; name a folder on another disk, for the installation's own files with HOSO_HOME"
    ),
    errno.ENOSPC: say("the disk is full; make room there and repeat the command"),
    errno.EDQUOT: say("the space that is yours there is used up; make room and repeat the command"),
    errno.EFBIG: say("a file as large as that is not taken there; name another disk, or lift the limit"),
    errno.EIO: say("the disk does not answer as it should; look at the system's log"),
    errno.ENAMETOOLONG: say("the name is too long; choose a shorter one"),
    errno.ENOTDIR: say("a part of the path is a file, where a folder is needed; name another place"),
    errno.EISDIR: say("it is a folder, where a file is needed; name a file"),
    errno.EEXIST: say("it is there already; name another place, or take it away"),
}


def knows(fault: Exception) -> bool:
    """True for a fault that the user can mend."""
    return isinstance(fault, known()) or (isinstance(fault, OSError) and fault.errno in _REFUSED)


def _of_the_system(fault: OSError) -> str:
    where = [f"{fault.filename2 or fault.filename}: "] if fault.filename else []
    return joined("", [*where, _REFUSED[fault.errno or 0], "."])


def message(fault: Exception) -> str:
    """The sentence of a fault, with its remedy where it knows one, to be translated by who shows it."""
    if isinstance(fault, OSError) and fault.errno in _REFUSED:
        return _of_the_system(fault)
    if isinstance(fault, ValidationError):
        return joined("; ", [_of_a_field(fault, each) for each in fault.errors()])
    what, remedy = _what(fault), getattr(fault, "remedy", "")
    return what if remedy in what else joined(" ", [_plain(what), _plain(remedy)])


def _what(fault: Exception) -> str:
    text = messages.sentence(fault)
    if isinstance(fault, hoso_models.errors.StorageError) and not isinstance(text, Message):
        return storage_errors.sentence(fault)
    return text


def _plain(text: str) -> str:
    """A constant text as a sentence that is looked up: its braces are meant."""
    return text if isinstance(text, Message) else say(text.replace("{", "{{").replace("}", "}}"))


def _of_a_field(fault: ValidationError, error: ErrorDetails) -> str:
    return joined(": ", [".".join(map(str, error["loc"])) or fault.title, validation_errors.sentence(error)])


def sentence(fault: Exception) -> str:
    """The same in the language spoken."""
    return messages.translated(message(fault))


def status(fault: Exception) -> int:
    """2 when the call itself cannot be understood or carried out, 1 when the rules refuse it."""
    return FINDINGS if isinstance(fault, errors.Refusal) else USAGE
