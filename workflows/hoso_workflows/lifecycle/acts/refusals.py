"""Refusals of acts on the course of a dossier."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hoso_calendar.messages import say
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle.commands import Absence


class NotExtendable(errors.Refusal):
    """A law grants more time before the date passes, up to a limit."""

    slug = "not-extendable"
    remedy = "Apologise and make a new appointment while there is a day left; the legal date stays."

    def __init__(self, why: str) -> None:
        super().__init__(say("The term cannot be extended: {why}.", why=why))
        self.why = why


class NoteStands(errors.Refusal):
    """A note is amended by its author, soon after writing it."""

    slug = "note-stands"
    remedy = "Leave a further note that corrects it."

    def __init__(self, minutes: int) -> None:
        super().__init__(
            say("The note is another's, or was written more than {minutes} minutes ago.", minutes=minutes)
        )
        self.minutes = minutes


class AnswerAwaited(errors.Refusal):
    """The applicant may still answer; a dossier is closed after that."""

    slug = "answer-awaited"
    remedy = "Wait until the time for the answer has passed; the sweep closes the dossier then."

    def __init__(self, until: datetime) -> None:
        super().__init__(
            say("The applicant may answer until {until}.", until=localtime.isoformat(until) or "")
        )
        self.until = until


class ReturnTooLate(errors.Refusal):
    """A supplement that does not answer goes back within the law's term."""

    slug = "return-too-late"
    remedy = "Ask for a further supplement, with the justification that the law wants."

    def __init__(self, until: datetime | None) -> None:
        why = say("no supplement has come in")
        if until is not None:
            why = say("it had to go back by {until}", until=localtime.isoformat(until) or "")
        super().__init__(say("The supplement cannot go back: {why}.", why=why))
        self.until = until


class AttachmentSuperseded(errors.Refusal):
    """A newer version of the file is there already."""

    slug = "attachment-superseded"
    remedy = "Read the list of files again, and supersede the newest version."

    def __init__(self, attachment: UUID) -> None:
        super().__init__(say("The file {attachment} has been superseded.", attachment=attachment))
        self.attachment = attachment


class TooManyFiles(errors.Refusal):
    """The dossier holds as many files as it may."""

    slug = "too-many-files"
    remedy = "Put several pages into one PDF; the administrator can raise the limit."

    def __init__(self, files: int, most: int) -> None:
        super().__init__(
            say("The dossier may hold {files} files of {most} MB altogether.", files=files, most=most >> 20)
        )
        self.files = files
        self.most = most


class AttachmentThere(errors.Refusal):
    """A file was handed in under the same idempotency key before."""

    slug = "attachment-there"
    remedy = "Send it with another key; what was answered to the first request is no longer kept."

    def __init__(self, attachment: UUID) -> None:
        super().__init__(say("The file {attachment} is in the dossier already.", attachment=attachment))
        self.attachment = attachment


class ResultDecided(errors.Refusal):
    """The file is the result that was decided."""

    slug = "result-decided"
    remedy = (
        "Until it is handed over, who added it or a head exchanges it with a reason; behind the hand-over a head corrects it"
        " (`POST …/result-corrections`)."
    )

    def __init__(self, attachment: UUID) -> None:
        super().__init__(say("The file {attachment} is the result as it was decided.", attachment=attachment))
        self.attachment = attachment


class NothingCorrected(errors.Refusal):
    """No corrected result waits to be handed over."""

    slug = "nothing-corrected"
    remedy = "A head corrects the result first (`POST …/result-corrections`); then the desk hands it over."

    def __init__(self) -> None:
        super().__init__(say("No corrected result of the dossier waits to be handed over."))


class NoFileOfResult(errors.Refusal):
    """The file is no part of the result."""

    slug = "no-file-of-result"
    remedy = "Hand in a newer version of it, as of any other file."

    def __init__(self, attachment: UUID) -> None:
        super().__init__(say("The file {attachment} is no part of the result.", attachment=attachment))
        self.attachment = attachment


class NothingOwed(errors.Refusal):
    """Nothing is to be paid, so that there is nothing to prove."""

    slug = "nothing-owed"
    remedy = "Hand the file in as any other, or write to the desk."

    def __init__(self, reference: str) -> None:
        super().__init__(say("Nothing is to be paid for dossier {reference}.", reference=reference))
        self.reference = reference


class ResultUnsigned(errors.Refusal):
    """The procedure gives signed results, and this one is not."""

    slug = "result-unsigned"
    remedy = "Sign the files by `POST /v1/results/signatures`, or add PDFs with good signatures; then name these versions as the result."

    def __init__(self, unsigned: Iterable[UUID]) -> None:
        self.unsigned = tuple(unsigned)
        why = say("no file is named as the result")
        if self.unsigned:
            why = say("no good signature is on {files}", files=", ".join(map(str, self.unsigned)))
        super().__init__(say("Results of this procedure are signed: {why}.", why=why))


class DecisionNotOpen(errors.Refusal):
    """A result is signed while the step that decides is open."""

    slug = "decision-not-open"
    remedy = "Complete the steps before it; `GET …/waits` of the dossier tells which are open."

    def __init__(self, open_steps: Iterable[str]) -> None:
        self.open_steps = tuple(open_steps)
        super().__init__(
            say(
                "The step that decides is not open; open are: {steps}.",
                steps=", ".join(self.open_steps) or "–",
            )
        )


class NotReopenable(errors.Refusal):
    """An accepted dossier is reopened behind the acceptance that begins its procedure."""

    slug = "not-reopenable"
    remedy = "Declare a version of the procedure that begins with its acceptance, or file a new dossier."

    def __init__(self, steps: Iterable[str]) -> None:
        self.steps = tuple(steps)
        super().__init__(
            say(
                "The dossier cannot be reopened: its procedure begins with {steps}, not with the acceptance alone.",
                steps=", ".join(self.steps) or say("no step"),
            )
        )


class ConsultationOver(errors.Refusal):
    """The consultation was answered, passed in silence, or never belonged to this dossier."""

    slug = "consultation-over"
    remedy = "Reload the list of consultations."

    def __init__(self, consultation: UUID) -> None:
        super().__init__(say("The consultation {consultation} is not open.", consultation=str(consultation)))
        self.consultation = consultation


class ConsultationRuns(errors.Refusal):
    """The unit that was asked may still answer."""

    slug = "consultation-runs"
    remedy = "Wait until its term has passed; the sweep notes the silence then."

    def __init__(self, until: datetime) -> None:
        super().__init__(
            say("The unit that was asked may answer until {until}.", until=localtime.isoformat(until) or "")
        )
        self.until = until


class FourEyes(errors.Refusal):
    """The procedure wants another person to sign than to prepare."""

    slug = "four-eyes"
    remedy = "Have somebody else of the role complete this step."

    def __init__(self, element: str) -> None:
        super().__init__(say("{element} is for somebody who has completed no earlier step.", element=element))
        self.element = element


class FeesOpen(errors.Refusal):
    """The procedure lets nobody go on here while fees are open."""

    slug = "fees-open"
    remedy = "Record the payment, or the exemption with its basis; assess what is counted first."

    def __init__(self, fees: Iterable[str]) -> None:
        self.fees = tuple(fees)
        super().__init__(say("Not paid or not assessed: {fees}.", fees=", ".join(self.fees)))


class NotDelegated(errors.Refusal):
    """The task has no owner to go back to."""

    slug = "not-delegated"
    remedy = "Nothing needs to be done: nobody has delegated the task."

    def __init__(self, task: UUID) -> None:
        super().__init__(say("Task {task} is delegated by nobody.", task=str(task)))
        self.task = task


class NobodyBefore(errors.Refusal):
    """Nobody had the task before, or whoever had plays its role no more."""

    slug = "nobody-before"
    remedy = "Give the task back to its unit, or ask its head to reassign it."

    def __init__(self, task: UUID) -> None:
        super().__init__(say("There is nobody to return task {task} to.", task=str(task)))
        self.task = task


class OfficerAbsent(errors.Refusal):
    """The officer is absent today: a task that was given would wait."""

    slug = "officer-absent"
    remedy = "Give the task to who acts for the officer, to a colleague, or to the unit."

    def __init__(self, absence: Absence) -> None:
        until, acting = f"{absence.until:%d/%m/%Y}", ", ".join(absence.acting)
        if acting:
            told = say(
                "{officer} is absent until {until}; acting for them: {acting}.",
                officer=absence.officer,
                until=until,
                acting=acting,
            )
        else:
            told = say(
                "{officer} is absent until {until}, and nobody acts for them.",
                officer=absence.officer,
                until=until,
            )
        super().__init__(told)
        self.absence = absence


class ReturnNotOpen(errors.Refusal):
    """The result is handed over at its own step, which is not open yet."""

    slug = "return-not-open"
    remedy = "Complete the steps before it first."

    def __init__(self, steps: Iterable[str]) -> None:
        self.steps = tuple(steps)
        super().__init__(
            say(
                "The step at which the result is handed over is not open; open are {steps}.",
                steps=", ".join(self.steps) or say("none"),
            )
        )


class NothingToRectify(errors.Refusal):
    """The values are recorded so already."""

    slug = "nothing-to-rectify"
    remedy = "Name the field that is wrong, with its right value."

    def __init__(self) -> None:
        super().__init__(say("Nothing of what is recorded would change."))


class LegalHold(errors.Refusal):
    """The dossier is kept as it is until its hold is lifted."""

    slug = "legal-hold"
    remedy = "Wait until an administrator lifts the hold."

    def __init__(self, reference: str) -> None:
        super().__init__(say("A legal hold stands on the dossier {reference}.", reference=reference))
        self.reference = reference


class ErasureOrdered(errors.Refusal):
    """The dossier is on a list of destruction that is not finished."""

    slug = "erasure-ordered"
    remedy = "Have that list confirmed, or rejected before another order."

    def __init__(self, reference: str) -> None:
        super().__init__(
            say("The dossier {reference} is on a list of destruction already.", reference=reference)
        )
        self.reference = reference


class ClosedAgain(errors.Refusal):
    """The dossier was reopened and closed again behind the list that names it."""

    slug = "closed-again"
    remedy = "Nothing: its retention has begun again, and a new list takes it when that has ended."

    def __init__(self, reference: str) -> None:
        super().__init__(
            say("The dossier {reference} was closed again behind its list.", reference=reference)
        )
        self.reference = reference


class NoHold(errors.Refusal):
    """No hold stands on the dossier."""

    slug = "no-hold"
    remedy = "Nothing: it is erased when its time has come."

    def __init__(self, reference: str) -> None:
        super().__init__(say("No legal hold stands on the dossier {reference}.", reference=reference))
        self.reference = reference
