"""Refusals of commands: one class per reason, with data, message and remedy.

Each is written once. `slug` is stable: it becomes the `type` of a problem document. Whoever shows a refusal maps the
class, never the text. The first line of the docstring is the title of the problem, unless the class has a `title`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from hoso_calendar.messages import joined, opening, say
from hoso_workflows.vocabulary import word, words


class Refusal(Exception):
    """An act that the rules do not allow. Nothing was changed by it."""

    #: Stable name of the reason, in kebab case.
    slug: ClassVar[str]
    #: The problem's title; a class without one has the first line of its docstring.
    title: ClassVar[str]
    #: What the person can do now.
    remedy: str

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "title" not in vars(cls):
            cls.title = (cls.__doc__ or cls.__name__).partition("\n")[0]


#: Where the right name of a thing stands.
_WHERE = {
    "principal": say("Who may act is listed by `hoso tokens people`, with ids and roles."),
    "token": say("Tokens are listed by `hoso tokens list`, with their first characters and labels."),
    "key": say("Keys are listed by `hoso keys list`."),
    "unit": say("Take the unit's code from the filter of the overdue board, or from `hoso tokens people`."),
    "version": say("The versions of a procedure are listed at /v1/procedures/{{code}}/versions."),
    "active procedure": say(
        "Procedures that are active are listed at /v1/procedures; publish and activate this one first."
    ),
    "task": say("Look into the inbox again: it may be done, or be somebody else's now."),
    "draft of a dossier": say(
        "Your drafts are listed at /v1/drafts; one that was discarded or has expired is gone."
    ),
    "file of a draft": say(
        "Its files are listed at /v1/drafts/{{id}}/files; with the filing the dossier has them."
    ),
    "payment in dispute": say(
        "Disputes are listed at /v1/payments/disputes, the settled ones with `settled=true`."
    ),
    "form of task": say("Look into the inbox again; a task that has a form says so."),
}


class NotFound(Refusal):
    """Nothing of that kind is known under that key, or not to this reader."""

    slug = "not-found"
    remedy = "Check the code; copy it from the receipt or the list."

    def __init__(self, what: str, key: object) -> None:
        super().__init__(say("No {what} is known as {key}.", what=say(what), key=key))
        self.what = what
        self.key = key
        self.remedy = _WHERE.get(what, self.remedy)


class BadCursor(Refusal):
    """The place in the list that the request names was not given out by us."""

    slug = "bad-cursor"
    remedy = "Send `after` exactly as the page before it gave it, or leave it out for the first page."

    def __init__(self, cursor: str) -> None:
        super().__init__(say("{cursor!r} is no place in this list.", cursor=cursor))
        self.cursor = cursor


class Forbidden(Refusal):
    """The actor lacks the role, in that unit, on that day."""

    slug = "forbidden"
    remedy = "Ask somebody who holds the role, or the administrator for a role or substitution with dates."

    def __init__(self, principal: UUID, act: str, role: str | None, unit: str | None) -> None:
        values = {"act": opening(word(act)), "role": word(role or ""), "unit": unit}
        if role and unit:
            super().__init__(say("{act}: the role {role} in the unit {unit} is needed.", **values))
        elif role:
            super().__init__(say("{act}: the role {role} is needed.", **values))
        elif unit:
            super().__init__(say("{act}: a role in the unit {unit} is needed.", **values))
        else:
            super().__init__(say("{act}: a role in a unit is needed.", **values))
        self.principal = principal
        self.act = act
        self.role = role
        self.unit = unit


class NotYourTurn(Refusal):
    """The actor has a step in this dossier's procedure, and it is not open now."""

    slug = "not-your-turn"
    remedy = "Wait until your step is open; your inbox shows it then."

    def __init__(self, act: str, steps: Iterable[str]) -> None:
        self.act = act
        self.steps = tuple(steps)
        super().__init__(
            say(
                "{act} is possible while your step is open: {steps}.",
                act=opening(word(act)),
                steps=", ".join(self.steps),
            )
        )


class WrongStatus(Refusal):
    """The dossier's status does not admit the act."""

    slug = "wrong-status"
    remedy = "Reload the dossier: somebody may have acted before."

    def __init__(self, act: str, status: str, allowed: Iterable[str]) -> None:
        self.act = act
        self.status = status
        self.allowed = tuple(allowed)
        super().__init__(
            say(
                "{act} is possible in {allowed}; the dossier is {status}.",
                act=opening(word(act)),
                allowed=words(self.allowed),
                status=word(status),
            )
        )


class NotForeseen(Refusal):
    """The procedure's policy switches the act off."""

    slug = "not-foreseen"
    remedy = "The procedure's declaration decides this; its authority can publish a version that allows it."

    def __init__(self, act: str, procedure: str) -> None:
        super().__init__(
            say("The procedure {procedure} does not provide for {act}.", procedure=procedure, act=word(act))
        )
        self.act = act
        self.procedure = procedure


class ReasonMissing(Refusal):
    """The law wants a written reason for this act."""

    slug = "reason-missing"
    remedy = "Write the reason; the applicant reads it."

    def __init__(self, act: str) -> None:
        super().__init__(say("{act} needs a reason.", act=opening(word(act))))
        self.act = act


class PapersMissing(Refusal):
    """Required components of the dossier have not come in, and reception has not said that it knows."""

    slug = "papers-missing"
    remedy = "Ask for a supplement; or accept the dossier with `confirm_missing` true, which is recorded."

    def __init__(self, missing: Iterable[tuple[str, str]]) -> None:
        self.missing = tuple(missing)
        listed = "; ".join(f"{code} {name}" for code, name in self.missing)
        super().__init__(say("Required components have not come in: {listed}.", listed=listed))


class SupplementAlreadyAsked(Refusal):
    """A supplement is asked once, fully and exactly; a further time needs a justification."""

    slug = "supplement-already-asked"
    remedy = "Say in `justification` why it could not be asked for the first time."

    def __init__(self, times: int) -> None:
        super().__init__(say("A supplement has been asked for already (times: {times}).", times=times))
        self.times = times


class SupplementAwaited(Refusal):
    """No step is completed while the applicant's supplement is awaited: the token stays where it is."""

    slug = "supplement-awaited"
    remedy = "Wait for the supplement; on its receipt the step starts again."

    def __init__(self, task: UUID | None = None) -> None:
        waiting = say("Task {task}", task=task) if task else say("The dossier")
        super().__init__(say("{waiting} waits for the applicant's supplement.", waiting=waiting))
        self.task = task


class NobodyWaits(Refusal):
    """No element of the dossier's procedure awaits this message now."""

    slug = "nobody-waits"
    remedy = "Send one of the messages that are awaited; if it was sent before, it has been received."

    def __init__(self, message: str, awaited: Iterable[str]) -> None:
        self.message = message
        self.awaited = tuple(awaited)
        super().__init__(
            say(
                "Nobody waits for {message!r}; awaited: {awaited}.",
                message=message,
                awaited=", ".join(self.awaited) or say("nothing"),
            )
        )


class NotExternal(Refusal):
    """The task waits for a person, not for a call that could fail."""

    slug = "not-external"
    remedy = "Only the call of an external task can fail; complete the task, or leave it to its officer."

    def __init__(self, task: UUID, element: str) -> None:
        super().__init__(
            say("Task {task} at {element} waits for a person, not for a call.", task=task, element=element)
        )
        self.task = task
        self.element = element


class IncidentNotOpen(Refusal):
    """Nothing is held up by this incident any more, or never was."""

    slug = "incident-not-open"
    remedy = "Reload the list: somebody may have resolved it."

    def __init__(self, incident: str) -> None:
        super().__init__(say("The incident {incident} is not open.", incident=incident))
        self.incident = incident


class TaskAwaited(Refusal):
    """The incident is the failed call of a task; the task itself waits."""

    slug = "task-awaited"
    remedy = "Have the call made again by who makes it, or complete the task."

    def __init__(self, incident: str) -> None:
        super().__init__(say("The incident {incident} ends when its task is completed.", incident=incident))
        self.incident = incident


class NotReappointable(Refusal):
    """A new appointment with apology is made once, in time, while the clock runs."""

    slug = "not-reappointable"
    remedy = "The dossier stays due as it is; its lateness is explained in the report."

    def __init__(self, why: str) -> None:
        super().__init__(say("No new appointment can be made: {why}.", why=why))
        self.why = why


class TaskNotOpen(Refusal):
    """The task was completed or cancelled before, or never belonged to this dossier."""

    slug = "task-not-open"
    remedy = "Reload the list: somebody may have completed it."

    def __init__(self, task: UUID) -> None:
        super().__init__(say("Task {task} is not open.", task=task))
        self.task = task


class WrongTask(Refusal):
    """The task is not the one at which this act belongs."""

    slug = "wrong-task"
    remedy = "Do it at the task whose milestone is named."

    def __init__(self, act: str, element: str, milestone: str) -> None:
        super().__init__(
            say(
                "{act} belongs to the task with milestone {milestone}, not to {element}.",
                act=opening(word(act)),
                milestone=word(milestone),
                element=element,
            )
        )
        self.act = act
        self.element = element
        self.milestone = milestone


class AcceptanceNeeded(Refusal):
    """Reception's task is not completed like others: it accepts, refuses or asks for a supplement."""

    slug = "acceptance-needed"
    remedy = "Accept the dossier, refuse it with a reason, or ask for a supplement."

    def __init__(self, element: str) -> None:
        super().__init__(
            say("{element} is closed by accepting or refusing the dossier only.", element=element)
        )
        self.element = element


class AlreadyClaimed(Refusal):
    """Somebody has taken the task."""

    slug = "already-claimed"
    remedy = "Ask its assignee, or have the task given back first."

    def __init__(self, task: UUID, assignee: UUID) -> None:
        super().__init__(say("Task {task} is taken by {assignee}.", task=task, assignee=assignee))
        self.task = task
        self.assignee = assignee


class TaskDelegated(Refusal):
    """A colleague works on the task; it goes back to its owner first."""

    slug = "task-delegated"
    remedy = "Resolve the delegation first: the task goes back to its owner."

    def __init__(self, task: UUID, owner: UUID) -> None:
        super().__init__(say("Task {task} is delegated by {owner}.", task=str(task), owner=str(owner)))
        self.task, self.owner = task, owner


class AlreadyYours(AlreadyClaimed):
    """You have taken the task before."""

    slug = "already-claimed"

    remedy = "Nothing needs to be done: work on it, or give it back."

    def __init__(self, task: UUID, assignee: UUID) -> None:
        super().__init__(task, assignee)
        self.args = (say("Task {task} is yours already.", task=task),)


class NotClaimed(Refusal):
    """There is nobody to take the task back from."""

    slug = "not-claimed"
    remedy = "Nothing needs to be done: the task is the unit's."

    def __init__(self, task: UUID) -> None:
        super().__init__(say("Task {task} is taken by nobody.", task=task))
        self.task = task


class OutcomeRefused(Refusal):
    """The task's outcome is missing or not one of those drawn."""

    slug = "outcome-refused"
    remedy = "Choose one of the outcomes that the task offers."

    def __init__(self, element: str, outcome: str | None, allowed: Iterable[str]) -> None:
        self.element = element
        self.outcome = outcome
        self.allowed = tuple(allowed)
        offered = say("one of {allowed}", allowed=", ".join(self.allowed)) if self.allowed else say("none")
        if outcome is None:
            super().__init__(say("{element} needs an outcome: {offered}.", element=element, offered=offered))
            return
        super().__init__(
            say(
                "{element} takes {offered} as its outcome, not {outcome!r}.",
                element=element,
                offered=offered,
                outcome=outcome,
            )
        )


class ResultNotReached(Refusal):
    """A result was told with an outcome that does not reach it."""

    slug = "result-not-reached"
    remedy = "Leave the result out, or choose the outcome that gives it."

    def __init__(self, element: str, outcome: str) -> None:
        super().__init__(
            say(
                "By the outcome {outcome!r} {element} does not reach its result.",
                outcome=outcome,
                element=element,
            )
        )
        self.element = element
        self.outcome = outcome


class ResultMissing(Refusal):
    """The task decides, and nothing was said about how."""

    slug = "result-missing"
    remedy = "Say in `result` what was decided: `granted`, or `not_eligible` with the reason."

    def __init__(self, element: str, results: Iterable[str]) -> None:
        self.element = element
        self.results = tuple(results)
        super().__init__(
            say(
                "{element} decides; its result is one of {results}, and none was said.",
                element=element,
                results=", ".join(self.results),
            )
        )


class BadVariable(Refusal):
    """A value that came with a task cannot enter the run."""

    slug = "bad-variable"
    remedy = "Send texts, whole or decimal numbers, true, false, null, or lists of these."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class CannotStart(Refusal):
    """The way from the drawing's start to its first task fails for what was filed."""

    slug = "cannot-start"
    remedy = "Correct the value that the element reads, or tell the authority that declared the procedure."

    def __init__(self, element: str, why: str) -> None:
        super().__init__(say("The procedure does not start; at {element}: {why}", element=element, why=why))
        self.element = element
        self.why = why


class UnitUnknown(Refusal):
    """The dossier names no unit for a part that the procedure needs, or the unit has no calendar."""

    slug = "unit-unknown"
    remedy = "Assign a competent unit with a calendar to the procedure."

    def __init__(self, unit: str) -> None:
        super().__init__(say("No unit with a calendar plays the part {unit}.", unit=word(unit)))
        self.unit = unit


class CalendarEnds(Refusal):
    """The working calendar has no data for a year that the count reaches."""

    slug = "calendar-ends"
    remedy = "Install a release of hoso that knows the calendar's next year, then repeat the act."

    def __init__(self, calendar: str, year: int) -> None:
        super().__init__(say("The calendar {calendar} has no data for {year}.", calendar=calendar, year=year))
        self.calendar = calendar
        self.year = year


class Conflict(Refusal):
    """Others kept writing the same dossier; the act was given up after several tries."""

    slug = "conflict"
    remedy = "Reload the dossier and repeat the act if it is still wanted."

    def __init__(self, reference: str) -> None:
        super().__init__(say("The dossier {reference} is being changed by others.", reference=reference))
        self.reference = reference


class StaleVersion(Refusal):
    """The reader had seen an older version of the dossier."""

    slug = "stale-version"
    remedy = "Reload the dossier, look at what changed, then repeat the act."

    def __init__(self, reference: str, seen: int | None, version: int) -> None:
        known = say("none") if seen is None else seen
        super().__init__(
            say(
                "The dossier {reference} is at version {version}; the request had seen {known}.",
                reference=reference,
                version=version,
                known=known,
            )
        )
        self.reference, self.seen, self.version = reference, seen, version


class KeyReused(Refusal):
    """An idempotency key came a second time with another body."""

    slug = "key-reused"
    remedy = "Take a new key for a new request."

    def __init__(self, key: str) -> None:
        super().__init__(say("The idempotency key {key} was used for another request.", key=key))
        self.key = key


@dataclass(frozen=True, slots=True)
class Fault:
    """One field of a form and what is wrong with it."""

    field: str
    message: str


class FormRefused(Refusal):
    """The form is not complete, or not of this procedure."""

    slug = "form-refused"
    title = "What was handed in is not complete or not of this procedure."
    remedy = "Mend the named fields and send the form again; what was filled in is kept."

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(joined("; ", (joined(": ", (fault.field, fault.message)) for fault in faults)))


class NotCompetent(Refusal):
    """No unit, several units, or another unit is competent on that day."""

    slug = "not-competent"
    title = "On that day no unit, more than one, or another unit is competent for a part of the procedure."
    remedy = "Name a competent unit, or have the administrator assign one."

    def __init__(self, procedure: str, part: str, asked: str | None, competent: Sequence[str]) -> None:
        self.procedure = procedure
        self.part = part
        self.asked = asked
        self.competent = tuple(competent)
        known = ", ".join(self.competent) or say("no unit")
        super().__init__(
            say(
                "For {part} the procedure {procedure}, competent is {known}; asked was {asked}.",
                part=word(part),
                procedure=procedure,
                known=known,
                asked=asked or say("any one"),
            )
        )


class UnitUnsettled(NotCompetent):
    """Several units are competent for a part of the procedure, and the rules leave the choice to who files."""

    slug = "unit-unsettled"

    def __init__(self, procedure: str, part: str, choices: Mapping[str, str]) -> None:
        super().__init__(procedure, part, None, tuple(choices))
        self.choices = choices
        known = joined("; ", [f"{code} {name}" for code, name in choices.items()])
        Refusal.__init__(
            self,
            say(
                "For {part} of {procedure} several units are competent; choose one in {field}: {known}.",
                part=word(part),
                procedure=procedure,
                field=f"{part}_unit",
                known=known,
            ),
        )
        self.remedy = say(
            "Name one of them in `{field}`, or say where the matter is, if the units differ by area.",
            field=f"{part}_unit",
        )


class UnitSettled(NotCompetent):
    """The rules have decided which unit is competent, and it is not the one that was chosen."""

    slug = "unit-settled"

    def __init__(self, procedure: str, part: str, asked: str, unit: str, name: str) -> None:
        super().__init__(procedure, part, asked, (unit,))
        Refusal.__init__(
            self,
            say(
                "For {part} of {procedure} the rules name {unit} {name}, so {asked} cannot be chosen.",
                part=word(part),
                procedure=procedure,
                unit=unit,
                name=name,
                asked=asked,
            ),
        )
        self.remedy = say("Leave out `{field}`, or correct the place of the matter.", field=f"{part}_unit")


class NobodyCompetent(NotCompetent):
    """No unit is competent for a part of the procedure, on that day, for that case and place."""

    slug = "nobody-competent"
    remedy = "File where one of the units named is competent, or have the administrator enter the competence."

    def __init__(
        self, procedure: str, part: str, case: str, day: date, place: str | None, would_be: Sequence[str]
    ) -> None:
        super().__init__(procedure, part, None, ())
        self.case = case
        self.day = day
        self.place = place
        #: In words: who is or will be competent, where, for which case, from when.
        self.would_be = tuple(would_be)
        where = say("in {place}", place=place) if place else say("anywhere")
        Refusal.__init__(
            self,
            say(
                "For {part} of {procedure}, case {case}, on {day} nobody is competent {where}; there would be: {known}.",
                part=word(part),
                procedure=procedure,
                case=case,
                day=day,
                where=where,
                known=joined("; ", self.would_be) if self.would_be else say("no unit"),
            ),
        )


class ProcedureClosed(Refusal):
    """The procedure takes no new dossiers on that day."""

    slug = "procedure-closed"
    remedy = "What has been filed goes on. Ask the authority which procedure takes the place of this one."

    def __init__(self, procedure: str, since: date, basis: str) -> None:
        super().__init__(
            say(
                "{procedure} takes no new dossiers since {since}: {basis}.",
                procedure=procedure,
                since=since,
                basis=basis,
            )
        )
        self.procedure = procedure
        self.since = since
        self.basis = basis


class ProcedureNotYet(Refusal):
    """The procedure takes dossiers from a later day on."""

    slug = "procedure-not-yet"
    remedy = "File it on that day or later."

    def __init__(self, procedure: str, begins: date) -> None:
        super().__init__(
            say("{procedure} takes dossiers from {begins} on.", procedure=procedure, begins=begins)
        )
        self.procedure = procedure
        self.begins = begins


class OpeningStands(Refusal):
    """The procedure is open, or closed, on that day already."""

    slug = "opening-stands"
    remedy = "`hoso procedures openings` lists from which days on it is open and closed."

    def __init__(self, procedure: str, is_open: bool, day: date, since: date | None) -> None:
        state = say("open") if is_open else say("closed")
        super().__init__(
            say(
                "On {day} {procedure} is {state} already, since {since}.",
                day=day,
                procedure=procedure,
                state=state,
                since=since or say("the beginning"),
            )
        )
        self.procedure = procedure
        self.is_open = is_open
        self.day = day
        self.since = since


class ActivationScheduled(Refusal):
    """An activation of the procedure is scheduled already."""

    slug = "activation-scheduled"
    remedy = "Take that activation back first; one at a time is scheduled."

    def __init__(self, procedure: str, number: int, begins: date) -> None:
        super().__init__(
            say(
                "Version {number} of {procedure} becomes active on {begins}.",
                number=number,
                procedure=procedure,
                begins=begins,
            )
        )
        self.procedure = procedure
        self.number = number
        self.begins = begins


class NotScheduled(Refusal):
    """No activation of the version waits for its day."""

    slug = "not-scheduled"
    remedy = "What is active stays so until another version takes its place, or the procedure is closed."

    def __init__(self, procedure: str, number: int, status: str) -> None:
        super().__init__(
            say(
                "No activation of version {number} of {procedure} waits for its day; it is {status}.",
                number=number,
                procedure=procedure,
                status=word(status),
            )
        )
        self.procedure = procedure
        self.number = number
        self.status = status


class SuccessorNotCompetent(Refusal):
    """A unit would take over dossiers on which it may not act."""

    slug = "successor-not-competent"
    title = "A unit that would take dossiers over is not competent for their procedures on that day."
    remedy = "Assign the competences first, or name other successors; the preview lists what is lacking."

    def __init__(self, lacking: Iterable[tuple[str, str, str]]) -> None:
        self.lacking = tuple(lacking)
        listed = joined(
            "; ",
            (joined(" ", (unit, procedure, word(part))) for procedure, part, unit in self.lacking),
        )
        super().__init__(say("On that day these are not competent: {listed}.", listed=listed))


class VersionStands(Refusal):
    """The version of the procedure is not at the point at which the act belongs."""

    slug = "version-stands"
    remedy = "draft → submitted → approved → active: do the step that is due."

    def __init__(self, procedure: str, number: int, status: str, needed: str) -> None:
        super().__init__(
            say(
                "Version {number} of {procedure} is {status}; it has to be {needed}.",
                number=number,
                procedure=procedure,
                status=word(status),
                needed=word(needed),
            )
        )
        self.procedure = procedure
        self.number = number
        self.status = status
        self.needed = needed


class OwnDeclaration(Refusal):
    """A version is not approved by those who declared or submitted it, nor in their name."""

    slug = "own-declaration"
    remedy = "Have another approver decide."

    def __init__(self, procedure: str, number: int) -> None:
        super().__init__(
            say(
                "Version {number} of {procedure} cannot be approved by those who brought it.",
                number=number,
                procedure=procedure,
            )
        )
        self.procedure = procedure
        self.number = number


class PackageRefused(Refusal):
    """The check of a procedure package found what forbids its publication."""

    slug = "package-refused"
    remedy = "Mend each finding and bring the package again."

    def __init__(self, report: Any) -> None:
        self.report = report
        errors = [finding for finding in report.findings if finding.severity == "error"]
        super().__init__(
            say(
                "The package cannot be published: {errors} finding(s), first: {message}",
                errors=len(errors),
                message=errors[0].message,
            )
        )


class Erased(Refusal):
    """Payloads of the dossier's events were erased by law, so its projections cannot be written from them any more."""

    slug = "erased"
    remedy = "Nothing: what is stored stays, and the chain still proves that it was not altered."

    def __init__(self, reference: str) -> None:
        super().__init__(say("Events of the dossier {reference} were erased by law.", reference=reference))
        self.reference = reference


class HistoryBroken(Refusal):
    """The chain of the dossier's events does not verify, so nothing is written from it."""

    slug = "history-broken"
    remedy = "Put the events back from a backup; what is stored of the dossier may be the last right copy."

    def __init__(self, reference: str, why: str) -> None:
        super().__init__(
            say(
                "The chain of the dossier {reference} is broken: {why}. Nothing was changed.",
                reference=reference,
                why=why,
            )
        )
        self.reference = reference
        self.why = why


class EventMissing(Refusal):
    """Something is stored of the dossier that none of its events speaks of, so nothing is written from them."""

    slug = "event-missing"
    remedy = (
        "Put the events back from a backup. Where none is missing, `hoso traces KEY` shows what there is,"
        " and takes it away with a reason."
    )

    def __init__(self, reference: str, what: str) -> None:
        super().__init__(
            say(
                "An event of the dossier {reference} may be missing; no event speaks of: {what}. Nothing was changed.",
                reference=reference,
                what=what,
            )
        )
        self.reference = reference


class StateDamaged(Refusal):
    """The stored state of the run is unreadable, or belongs to another dossier."""

    slug = "state-damaged"
    title = "What is stored of the dossier's run cannot be read, or is not that of this dossier."
    remedy = "Have the administrator run `hoso audit KEY --rebuild`; until then nothing can be done on the dossier."

    def __init__(self, reference: str, process: str, why: str) -> None:
        super().__init__(
            say("The run of the dossier {reference} is damaged: {why}", reference=reference, why=why)
        )
        self.reference = reference
        #: The process whose state it is.
        self.process = process
        self.why = why


class NotCorrectable(Refusal):
    """The instant of the act cannot be corrected so."""

    slug = "not-correctable"
    remedy = "Name an event behind the filing, and an instant between the acts before and behind it, not in the future."

    def __init__(self, why: str) -> None:
        super().__init__(say("The instant cannot be corrected: {why}.", why=why))
        self.why = why


class TooManyRequests(Refusal):
    """More was asked for than is answered at this pace."""

    slug = "too-many-requests"
    remedy = "Ask again when that time has gone by; what is asked for more often meanwhile changes nothing."

    def __init__(self, why: str, wait: timedelta) -> None:
        #: Whole seconds after which it may be asked for again.
        self.retry_after = max(1, math.ceil(wait.total_seconds()))
        super().__init__(
            say(
                "Nothing was done: {why}. Ask again in {retry_after} s.",
                why=why,
                retry_after=self.retry_after,
            )
        )
