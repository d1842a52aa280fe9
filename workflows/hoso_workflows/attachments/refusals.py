"""Refusals of files."""

from collections.abc import Iterable

from hoso_calendar.messages import say
from hoso_workflows import errors


class FileTooLarge(errors.Refusal):
    """The file is larger than this paper may be."""

    slug = "file-too-large"
    remedy = "Scan with fewer dots per inch, or hand the paper in as several files."

    def __init__(self, most: int) -> None:
        super().__init__(say("The file is larger than {most} MB.", most=f"{most / (1 << 20):g}"))
        self.most = most


class FileTypeRefused(errors.Refusal):
    """The content of the file is not of a type that is taken here."""

    slug = "file-type-refused"
    remedy = "Save or scan the paper as one of the named types, and send it under that ending."

    def __init__(self, name: str, found: str | None, accepted: Iterable[str]) -> None:
        self.accepted = tuple(accepted)
        super().__init__(
            say(
                "{name} is {found}; taken are {accepted}.",
                name=name,
                found=found or say("of no known type"),
                accepted=", ".join(self.accepted),
            )
        )
        self.found = found


class FileRefused(errors.Refusal):
    """The file cannot be kept as it is."""

    slug = "file-refused"
    remedy = "Print the paper to a new PDF, or scan it anew, and send that."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(say("{name} is refused: {why}.", name=name, why=why))
        self.why = why


class FileProtected(errors.Refusal):
    """The file asks for a password."""

    slug = "file-protected"
    remedy = "Take the password off and send the file again."

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} can be opened with a password only.", name=name))


class FileLost(errors.Refusal):
    """The store does not hold the file as it was sealed."""

    slug = "file-lost"
    remedy = "Tell the administrator: the store has to be restored from its backup."

    def __init__(self, attachment: object) -> None:
        super().__init__(
            say("The bytes of the file {attachment} are lost or damaged.", attachment=attachment)
        )


class FileInfected(errors.Refusal):
    """Malicious code was found in the file."""

    slug = "file-infected"
    remedy = "Send another copy of the paper, from a machine that is clean."

    def __init__(self, name: str) -> None:
        super().__init__(say("Malicious code was found in {name}.", name=name))


class FileTooLargeToScan(errors.Refusal):
    """The file is larger than what is searched for malicious code."""

    slug = "file-too-large-to-scan"
    remedy = "Hand the paper in as several smaller files; the administrator can let larger ones be searched."

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} is larger than what is searched for malicious code.", name=name))


class ScannerAway(errors.Refusal):
    """The file could not be searched for malicious code, and must be."""

    slug = "scanner-away"
    remedy = "Try again in some minutes; tell the administrator if it goes on."

    def __init__(self) -> None:
        super().__init__(say("The search for malicious code does not answer."))


class StoreAway(errors.Refusal):
    """The store of files does not answer."""

    slug = "store-away"
    remedy = "Try again in some minutes; tell the administrator if it goes on."

    def __init__(self) -> None:
        super().__init__(say("The store of files does not answer."))
