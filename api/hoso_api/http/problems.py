"""Problem documents (RFC 9457): the only mapping from errors to HTTP statuses.

`type` is `urn:hoso:problem:` and a stable slug; programs decide by it and by `status`, people read the rest.
"""

from collections.abc import Iterable, Mapping
from functools import singledispatch
from http import HTTPStatus
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

import hoso_bpmn.findings
import hoso_calendar as wt
import hoso_models.errors
from hoso_api.translation import validation_errors
from hoso_calendar.messages import say, translated
from hoso_workflows import errors
from hoso_workflows.attachments import refusals as file_refusals
from hoso_workflows.calendars.refusals import OwnRevision
from hoso_workflows.correspondence.own_templates import OwnEntry
from hoso_workflows.drafts import refusals as draft_refusals
from hoso_workflows.identity import refusals
from hoso_workflows.identity.providers import linking
from hoso_workflows.letters import refusals as letter_refusals
from hoso_workflows.letters.printouts import PrintoutNotSet
from hoso_workflows.organisation import credentials, permissions
from hoso_workflows.payments import refusals as payment_refusals
from hoso_workflows.procedures import damage
from hoso_workflows.reports import lateness
from hoso_workflows.reports.forms import files as report_files
from hoso_workflows.reports.obligations import refusals as report_refusals
from hoso_workflows.signatures import refusals as signature_refusals
from hoso_workflows.tasks import kept
from hoso_workflows.tracking import search
from hoso_workflows.webhooks.changes import WebhookChanged

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:hoso:problem:"
#: The problem of an act whose confirmation was lost.
OUTCOME_UNKNOWN, NOT_CONFIRMED = "outcome-unknown", "not-confirmed"

#: The status of each refusal; those of the API itself bring theirs (`http_status`), whatever is not named is a conflict with
#: the state of the dossier.
STATUSES: Mapping[type[errors.Refusal], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.StaleVersion: HTTPStatus.PRECONDITION_FAILED,
    kept.StepDraftChanged: HTTPStatus.PRECONDITION_FAILED,
    errors.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ReasonMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PapersMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.OutcomeRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ResultNotReached: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ResultMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadVariable: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnitUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotCompetent: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnitUnsettled: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnitSettled: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NobodyCompetent: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.CannotStart: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.OwnDeclaration: HTTPStatus.FORBIDDEN,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.BadCursor: HTTPStatus.BAD_REQUEST,
    credentials.ScopeMissing: HTTPStatus.FORBIDDEN,
    credentials.TokenTooOld: HTTPStatus.FORBIDDEN,
    credentials.TokenTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.WrongCredentials: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.PasswordRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.AccountNameRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.PasskeyRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.ContactCodeRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.InvitationOver: HTTPStatus.NOT_FOUND,
    refusals.SamePerson: HTTPStatus.FORBIDDEN,
    refusals.ProofTooOld: HTTPStatus.FORBIDDEN,
    refusals.PasskeyMissing: HTTPStatus.FORBIDDEN,
    draft_refusals.DraftChanged: HTTPStatus.PRECONDITION_FAILED,
    draft_refusals.DraftTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    permissions.UnitNeeded: HTTPStatus.BAD_REQUEST,
    OwnRevision: HTTPStatus.FORBIDDEN,
    OwnEntry: HTTPStatus.FORBIDDEN,
    report_refusals.OwnReport: HTTPStatus.FORBIDDEN,
    report_refusals.ReportChanged: HTTPStatus.PRECONDITION_FAILED,
    WebhookChanged: HTTPStatus.PRECONDITION_FAILED,
    report_files.ReportNotSet: HTTPStatus.SERVICE_UNAVAILABLE,
    linking.UnknownPerson: HTTPStatus.FORBIDDEN,
    search.ReasonNeeded: HTTPStatus.UNPROCESSABLE_ENTITY,
    file_refusals.FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    file_refusals.FileTypeRefused: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    file_refusals.FileRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    file_refusals.UploadTooLong: HTTPStatus.BAD_REQUEST,
    file_refusals.FileProtected: HTTPStatus.UNPROCESSABLE_ENTITY,
    file_refusals.FileInfected: HTTPStatus.UNPROCESSABLE_ENTITY,
    file_refusals.FileTooLargeToScan: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    file_refusals.ScannerAway: HTTPStatus.SERVICE_UNAVAILABLE,
    file_refusals.StoreAway: HTTPStatus.SERVICE_UNAVAILABLE,
    file_refusals.FileLost: HTTPStatus.SERVICE_UNAVAILABLE,
    letter_refusals.FormUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    letter_refusals.ValuesRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    letter_refusals.LetterNotSet: HTTPStatus.SERVICE_UNAVAILABLE,
    PrintoutNotSet: HTTPStatus.SERVICE_UNAVAILABLE,
    payment_refusals.GatewayAway: HTTPStatus.SERVICE_UNAVAILABLE,
    damage.ProcedureDamaged: HTTPStatus.SERVICE_UNAVAILABLE,
    damage.CalendarDamaged: HTTPStatus.SERVICE_UNAVAILABLE,
    payment_refusals.NotificationRefused: HTTPStatus.FORBIDDEN,
    signature_refusals.KeyUnusable: HTTPStatus.SERVICE_UNAVAILABLE,
    signature_refusals.NotSigned: HTTPStatus.SERVICE_UNAVAILABLE,
}

#: What each status means here; our own words, since the standard library's differ between versions of Python.
MEANINGS: Mapping[int, str] = {
    400: say("Bad request"),
    401: say("A valid token is needed"),
    403: say("The role is missing"),
    404: say("Not found"),
    405: say("Method not allowed"),
    408: say("Request timeout"),
    409: say("Conflict with the state"),
    412: say("Changed since it was read"),
    413: say("Content too large"),
    415: say("Unsupported media type"),
    422: say("The content is not accepted"),
    429: say("Too many requests"),
    431: say("Head too large"),
    500: say("Internal error"),
    503: say("The database is away"),
    504: say("The answer of the database was lost"),
}

#: The field of the request that a refusal is about.
FIELDS: Mapping[type[errors.Refusal], str] = {
    errors.ReasonMissing: "reason",
    search.ReasonNeeded: "reason",
    errors.OutcomeRefused: "outcome",
    errors.ResultNotReached: "result",
    errors.ResultMissing: "result",
    errors.BadVariable: "values",
    errors.SupplementAlreadyAsked: "justification",
}


class Fault(BaseModel):
    """One fault of a request's field, or of a package's file and element."""

    message: str
    field: str | None = None
    file: str | None = None
    line: int | None = None
    element: str | None = None
    rule: str | None = None
    severity: str | None = None
    remedy: str | None = None


class Problem(BaseModel):
    """A problem document."""

    type: str
    title: str
    status: int
    detail: str
    #: The path that was asked for.
    instance: str = ""
    #: What the reader can do now.
    remedy: str | None = None
    errors: list[Fault] = []


def response(problem: Problem, instance: str, headers: Mapping[str, str]) -> Response:
    """The problem as an answer; members without a value are left out."""
    document = {**problem.model_dump(exclude_none=True), "instance": instance}
    if not problem.errors:
        del document["errors"]
    return Response(
        orjson.dumps(document),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=dict(headers),
    )


def headers(error: Exception) -> dict[str, str]:
    """The headers that go with an error's answer."""
    if isinstance(error, hoso_models.errors.DatabaseAway | errors.TooManyRequests):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, file_refusals.UploadElsewhere | file_refusals.UploadIncomplete):
        return {"Upload-Offset": str(error.offset), "Upload-Complete": "?0"}
    if isinstance(error, file_refusals.UploadOver):
        return {"Upload-Complete": "?1"}
    return dict(getattr(error, "headers", None) or {})


@singledispatch
def of(error: Exception) -> Problem:
    """The problem that an error is. What nobody foresaw is said without its insides."""
    del error
    return _problem(
        "internal-error",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        title=say("The server made a mistake."),
        detail=say(
            "The request was not carried out, or its answer was lost. The fault is in the server's log."
        ),
        remedy="Repeat the request with the same Idempotency-Key; tell the administrator if it happens again.",
    )


@of.register
def _(error: errors.Refusal) -> Problem:
    status = getattr(error, "http_status", STATUSES.get(type(error), HTTPStatus.CONFLICT))
    field = FIELDS.get(type(error))
    return _refused(error, [Fault(field=field, message=translated(error))] if field else [], status)


def _refused(
    error: errors.Refusal, wrong: list[Fault], status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
) -> Problem:
    return _problem(
        error.slug, status, title=_title(error), detail=translated(error), remedy=error.remedy, errors=wrong
    )


@of.register
def _(error: errors.FormRefused) -> Problem:
    return _refused(
        error, [Fault(field=fault.field, message=translated(fault.message)) for fault in error.faults]
    )


@of.register
def _(error: errors.PapersMissing) -> Problem:
    return _problem(
        error.slug,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        title=_title(error),
        detail=str(error),
        remedy=error.remedy,
        errors=[
            Fault(field="confirm_missing", message=f"{code} {name} has not come in.")
            for code, name in error.missing
        ],
    )


@of.register
def _(error: errors.PackageRefused) -> Problem:
    return _refused(error, faults(error.report.findings))


@of.register
def _(error: hoso_models.errors.DatabaseAway) -> Problem:
    return _problem(
        "database-away",
        HTTPStatus.SERVICE_UNAVAILABLE,
        title=say("The database cannot be reached."),
        detail=say("Nothing of this request was stored."),
        remedy=say(
            "Repeat the request with the same Idempotency-Key in {seconds} s.", seconds=error.retry_after
        ),
    )


@of.register
def _(error: hoso_models.errors.OutcomeUnknown) -> Problem:
    return _problem(
        OUTCOME_UNKNOWN,
        HTTPStatus.GATEWAY_TIMEOUT,
        title=say("The answer of the database was lost."),
        detail=say(
            "This may have been done. Asked again with the same Idempotency-Key, it is done once at most, and what was stored is"
            " told."
        ),
        remedy=say(
            "Repeat the request with the same Idempotency-Key in {seconds} s; without one, look first whether it was done.",
            seconds=error.retry_after,
        ),
    )


@of.register
def _(error: hoso_models.errors.NotConfirmed) -> Problem:
    return _problem(
        NOT_CONFIRMED,
        HTTPStatus.GATEWAY_TIMEOUT,
        title=say("What was stored is here, and no standby of the database confirms it."),
        detail=say(
            "What this request has stored so far stands on one server alone, and would be lost with it. Asked again with the same"
            " Idempotency-Key, it is done once at most, and its answer comes when a standby has it too."
        ),
        remedy=say(
            "Repeat the request with the same Idempotency-Key in {seconds} s; without one, look first whether it was done.",
            seconds=error.retry_after,
        ),
    )


@of.register
def _(error: hoso_models.errors.Conflict) -> Problem:
    del error
    return _problem(
        errors.Conflict.slug,
        HTTPStatus.CONFLICT,
        title=say("The work collided with other work."),
        detail=say("Nothing was stored."),
        remedy=errors.Conflict.remedy,
    )


@of.register
def _(error: lateness.BadPeriod) -> Problem:
    return _problem(
        "bad-period",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        title=_title(error),
        detail=translated(error),
        remedy="Name a period that has begun, its first day before its last.",
        errors=[Fault(field="from", message=translated(error))],
    )


@of.register
def _(error: hoso_bpmn.findings.RefusedFile) -> Problem:
    return _problem(
        "refused-file",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        title=say("The file is not read any further."),
        detail=translated(error.message),
        remedy=error.remedy,
        errors=faults(error.findings()),
    )


@of.register
def _(error: RequestValidationError) -> Problem:
    wrong = [
        Fault(field=_place(each["loc"]), message=translated(validation_errors.sentence(each)))
        for each in error.errors()
    ]
    return _problem(
        "invalid-request",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        title=say("The request is not in its form."),
        detail=f"{wrong[0].field}: {wrong[0].message}" if wrong else say("It cannot be read."),
        remedy="Correct the named fields; the form of each request is in /v1/openapi.json.",
        errors=wrong,
    )


@of.register
def _(error: HTTPException) -> Problem:
    meaning = MEANINGS.get(error.status_code, say("Not possible"))
    slug = str(meaning).lower().replace(" ", "-")
    return _problem(
        slug, HTTPStatus(error.status_code), title=translated(meaning) + ".", detail=translated(error.detail)
    )


@of.register
def _(error: wt.MissingCalendarData) -> Problem:
    return of(errors.CalendarEnds(error.calendar, error.year))


def mapped_errors() -> list[type[Exception]]:
    """The errors that have a problem of their own."""
    return [kind for kind in of.registry if issubclass(kind, Exception)]


def faults(findings: Iterable[hoso_bpmn.findings.Finding]) -> list[Fault]:
    """The findings of a check as the `errors` of a problem."""
    return [
        Fault(
            message=translated(finding.message),
            file=finding.file or None,
            line=finding.line or None,
            element=finding.element,
            rule=finding.rule,
            severity=finding.severity,
            remedy=translated(finding.remedy) or None,
        )
        for finding in findings
    ]


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for its documentation.

    Every route can answer 422, 503 and 504; one that asks for a token 403, where its scopes
    are too narrow, and 429, when many wrong ones came from there.
    """
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": MEANINGS[status], "content": {MEDIA_TYPE: reference}}
        for status in sorted({*statuses, 422, 503, 504, *((403, 429) if 401 in statuses else ())})
    }


def _problem(slug: str, status: HTTPStatus, **members: Any) -> Problem:
    """A problem, what it says in the language of whoever asked."""
    texts: dict[str, Any] = {
        name: translated(value) if isinstance(value, str) else value for name, value in members.items()
    }
    return Problem(type=PREFIX + slug, status=status, **texts)


def _title(error: Exception) -> str:
    """The `title` of the error's class, else the first line of its docstring."""
    return getattr(error, "title", "") or (type(error).__doc__ or type(error).__name__).partition("\n")[0]


def _place(location: Iterable[int | str]) -> str:
    """`("body", "components", 0, "code")` as `components[0].code`; other parts of the request keep their name."""
    first, *steps = location
    place = "" if first == "body" and steps else str(first)
    for step in steps:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else step
    return place
