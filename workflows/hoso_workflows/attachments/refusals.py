"""Refusals of files."""

from collections.abc import Iterable
from typing import ClassVar

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
    headers: ClassVar = {"Retry-After": "60"}
    remedy = "Try again in some minutes; tell the administrator if it goes on."

    def __init__(self) -> None:
        super().__init__(say("The search for malicious code does not answer."))


class StoreAway(errors.Refusal):
    """The store of files does not answer."""

    slug = "store-away"
    headers: ClassVar = {"Retry-After": "60"}
    remedy = "Try again in some minutes; tell the administrator if it goes on."

    def __init__(self) -> None:
        super().__init__(say("The store of files does not answer."))


class UploadElsewhere(errors.Refusal):
    """The upload goes on at another byte than the request begins with."""

    slug = "upload-elsewhere"
    remedy = "Go on at the byte that Upload-Offset of this answer names."

    def __init__(self, offset: int) -> None:
        super().__init__(say("The upload goes on at byte {offset}.", offset=offset))
        self.offset = offset


class UploadIncomplete(errors.Refusal):
    """The upload was to end, and bytes of it are missing."""

    slug = "upload-incomplete"
    remedy = "Send the bytes that are missing, and then say that the upload is complete."

    def __init__(self, offset: int, size: int) -> None:
        super().__init__(say("{offset} of {size} bytes have come.", offset=offset, size=size))
        self.offset, self.size = offset, size


class UploadTooLong(errors.Refusal):
    """More bytes came than the upload was announced with."""

    slug = "upload-too-long"
    remedy = "Begin the upload anew with the size of the file as it is; this one was given up."

    def __init__(self, size: int) -> None:
        super().__init__(say("The upload was announced with {size} bytes, and more came.", size=size))
        self.size = size


class UploadLost(errors.Refusal):
    """The store does not hold the bytes of the upload as they came."""

    slug = "upload-lost"
    remedy = "Begin the upload anew; this one was given up."

    def __init__(self) -> None:
        super().__init__(say("Bytes of the upload are lost or damaged."))


class UploadOver(errors.Refusal):
    """The upload is complete, and its file was taken."""

    slug = "upload-over"
    remedy = "Read the file in its dossier or draft."

    def __init__(self, attachment: object) -> None:
        super().__init__(say("The upload has become the file {attachment}.", attachment=attachment))
        self.attachment = attachment


class UploadScattered(errors.Refusal):
    """The upload came in more pieces than are put together."""

    slug = "upload-scattered"
    remedy = "Begin the upload anew, and send more bytes at a time."

    def __init__(self, most: int) -> None:
        super().__init__(say("The upload has {most} pieces already.", most=most))
        self.most = most


class TooManyUploads(errors.Refusal):
    """The person has as many uploads open as one may."""

    slug = "too-many-uploads"
    remedy = (
        "Go on with one of your uploads or cancel it; what is cut off is given up by itself after some hours."
    )

    def __init__(self, most: int) -> None:
        super().__init__(say("You have {most} uploads open already, as many as one may.", most=most))
        self.most = most
