"""Signatures of letters and results, keys that sign, the check of a file."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hoso_api.http import acts, problems
from hoso_api.http.authentication import CallerNow, ServiceNow
from hoso_api.http.commands import CommandNow, Json, documented
from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.http.unknown_callers import papers_throttled
from hoso_api.rest.dossiers import schemas as dossier_schemas
from hoso_api.rest.letters import papers
from hoso_api.rest.letters.endpoints import Letter, Reference
from hoso_api.rest.signatures import schemas
from hoso_calendar.messages import say
from hoso_workflows.attachments import result_signing
from hoso_workflows.attachments.uploads import Asked
from hoso_workflows.correspondence import drafted_apologies, letter_signing, paper_check, waiting_letters
from hoso_workflows.correspondence.drafted_apologies import Drafted
from hoso_workflows.correspondence.letter_signing import Signed, Wanted
from hoso_workflows.organisation import permissions
from hoso_workflows.signatures.keys import Keyring, Token
from hoso_workflows.tasks import waiting_results

router = APIRouter(tags=["signatures"], route_class=KnownRoute)
checks = APIRouter(tags=["public"], route_class=KnownRoute)

Since = Annotated[
    date | None,
    Query(ge=FIRST_DAY, le=LAST_DAY, description="Only letters that were issued from this local day on."),
]
PDF = "application/pdf"
BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}


def _keyring(request: Request) -> Keyring:
    found: Keyring = request.app.state.settings.keyring
    return found


@router.post("/dossiers/{reference}/letters/{letter}/signature", **documented(dossier_schemas.Standing))
@acts.named("sign_letter")
async def sign_letter(
    reference: Reference, letter: Letter, body: schemas.Signing, request: CommandNow
) -> Response:
    """Sign a letter of a unit that you head, by its certificate or your own; the signed file is given from then on."""
    del body
    caller = request.caller
    command = await letter_signing.command(
        caller.service, Wanted(reference, letter), _keyring(caller.request), papers.asked(caller)
    )
    return await request.perform(reference, command)


@router.post(
    "/letters/signatures", response_model=schemas.LettersSigned, responses=responses(400, 401, 413, 415)
)
@acts.named("sign_letter")
async def sign_letters(body: schemas.LettersToSign, caller: CallerNow) -> Response:
    """Sign letters in one act, each by itself: one that is refused does not hold the others up."""
    wanted = [Wanted(each.dossier, each.letter) for each in body.items]
    done = await letter_signing.many(caller.service, wanted, _keyring(caller.request), papers.asked(caller))
    return Json({"items": [_outcome(each) for each in done]})


@router.get("/letters/waiting", response_model=schemas.LettersWaiting, responses=responses(400, 401))
@acts.named("list_waiting_letters")
async def list_waiting_letters(
    caller: CallerNow, since: Since = None, after: After = None, limit: Limit = 50
) -> Response:
    """Letters that wait for your signature: of units that you head, in forms that a head signs, those issued first before others."""
    db, keyring = caller.service.db, _keyring(caller.request)
    rights = await permissions.held(db, caller.principal, caller.at)
    page = await waiting_letters.search(db, rights, keyring, since=since, limit=limit, after=after)
    await caller.listed("list_waiting_letters", None, rights, [each["id"] for each in page.items])
    return Json(page.answer())


@router.get("/apologies/waiting", response_model=schemas.ApologiesDrafted, responses=responses(400, 401))
@acts.named("list_drafted_apologies")
async def list_drafted_apologies(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """Letters of apology that the ladder puts before you, with a date and a reason to begin with; `reappointment` of the dossier issues one."""
    service = caller.service
    rights = await permissions.held(service.db, caller.principal, caller.at)
    page = await drafted_apologies.search(service, rights, at=caller.at, limit=limit, after=after)
    await caller.listed("list_drafted_apologies", None, rights, [each.id for each in page.items])
    return Json(page.answer(_drafted))


@router.get("/results/waiting", response_model=schemas.ResultsWaiting, responses=responses(400, 401))
@acts.named("list_waiting_results")
async def list_waiting_results(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """Open steps that you may decide, with the files that could be signed there to be the result; those open longest first."""
    service, keyring = caller.service, _keyring(caller.request)
    rights = await permissions.held(service.db, caller.principal, caller.at)
    page = await waiting_results.search(service, rights, keyring, limit=limit, after=after)
    await caller.listed("list_waiting_results", None, rights, [each["task"] for each in page.items])
    return Json(page.answer())


def _drafted(each: Drafted) -> dict[str, Any]:
    named = {name: getattr(each, name) for name in schemas.ApologyDrafted.model_fields if name != "dossier"}
    dossier = {"reference": each.reference, "code": each.code, "procedure": each.procedure}
    return {**named, "dossier": dossier}


def _outcome(signed: Signed) -> dict[str, Any]:
    return {
        "dossier": signed.wanted.dossier,
        "letter": str(signed.wanted.letter),
        "signed": signed.failed is None,
        "problem": _problem(signed.failed),
    }


@router.post(
    "/results/signatures", response_model=schemas.ResultsSigned, responses=responses(400, 401, 413, 415)
)
@acts.named("sign_results")
async def sign_results(body: schemas.ResultsToSign, caller: CallerNow) -> Response:
    """Sign files that are to be results, at the open steps that decide: each gets a signed version, or why it has none."""
    wanted = [result_signing.Wanted(each.dossier, each.attachment) for each in body.items]
    asked = Asked(caller.principal, caller.at, caller.origin)
    files = caller.request.app.state.files
    done = await result_signing.many(files, wanted, _keyring(caller.request), asked)
    return Json({"items": [_version(each) for each in done]})


def _version(signed: result_signing.Signed) -> dict[str, Any]:
    return {
        "dossier": signed.wanted.dossier,
        "attachment": str(signed.wanted.attachment),
        "version": str(signed.version) if signed.version else None,
        "problem": _problem(signed.failed),
    }


def _problem(failed: Exception | None) -> dict[str, Any] | None:
    return None if failed is None else problems.of(failed).model_dump(exclude_none=True)


@router.get(
    "/signing-certificates", response_model=schemas.SigningCertificates, responses=responses(401, 403)
)
@acts.named("list_signing_certificates")
async def list_signing_certificates(caller: CallerNow) -> Response:
    """The keys by which papers are signed, each with its unit and whose own it is. They are entered in the settings."""
    return Json(
        {
            "items": [
                {
                    "name": key.name,
                    "unit": key.unit,
                    "person": str(key.person) if key.person else None,
                    "in_token": isinstance(key.source, Token),
                }
                for key in _keyring(caller.request).keys
            ]
        }
    )


@checks.post(
    "/v1/public/papers",
    response_model=schemas.PaperChecked,
    responses=responses(413, 415, 429),
    openapi_extra=BODY,
    dependencies=[Depends(papers_throttled)],
)
@acts.named("check_paper")
async def check_paper(request: Request, service: ServiceNow) -> Response:
    """Check a paper that you hold as a file: which letter or result it is, and what each signature is worth; no names of applicants."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != PDF:
        raise HTTPException(415, say("Send the paper as {type}.", type=PDF))
    at = request.app.state.clock()
    return Json(await paper_check.checked(service, await request.body(), _keyring(request).roots, at))
