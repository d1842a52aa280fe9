"""Signing in and confirming by an identity provider, and the provider's own sign-outs."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication, client_address
from hoso_api.http.middleware import limits
from hoso_api.openid import relying_party
from hoso_api.openid.refusals import ProviderAway, Reason, SignInRefused
from hoso_api.openid.relying_party import Person, RelyingParty
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.session import OfficerSession
from hoso_api.pages.sign_in import answers, known_devices, providers
from hoso_api.provider_settings import Audience, Link
from hoso_api.settings import Settings
from hoso_models import AttemptPurpose, SessionKind
from hoso_workflows import errors
from hoso_workflows.identity import attempts, history, identities, sealing, sessions
from hoso_workflows.identity.attempts import Attempt
from hoso_workflows.identity.identities import Linked
from hoso_workflows.identity.methods import RECENT, Method
from hoso_workflows.identity.providers import linking, logout
from hoso_workflows.identity.providers.linking import How, Subject, UnknownPerson
from hoso_workflows.identity.sessions import Origin, Session
from hoso_workflows.operation import log_lines
from hoso_workflows.operation.session_ends import Ended

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(shared.secure)]
)
#: Asked by a provider, not by a browser: no page of another site can send what it asks for.
back_channel = APIRouter(include_in_schema=False)

Name = Annotated[str, Path(alias="provider", max_length=30)]
Onward = Annotated[str, Query(alias="tiep", max_length=500)]

KINDS = {Audience.OFFICER: SessionKind.OFFICER, Audience.CITIZEN: SessionKind.APPLICANT}


def listed(settings: Settings) -> Sequence[providers.Provider]:
    """The providers of an installation, as the sign-in pages show them."""
    return [
        providers.Provider(
            name=each.name,
            title=each.title,
            path=f"/dang-nhap/{each.name}",
            kind=KINDS[each.audience],
            again=f"/xac-thuc-lai/{each.name}" if each.audience is Audience.OFFICER else None,
            by_invitation=each.linking is Link.INVITATION,
        )
        for each in settings.oidc
    ]


# Before the path with a name: `tro-lai` is none.
@router.get(relying_party.BACK)
@acts.named("sign_in")
async def come_back_from_provider(request: Request) -> Response:
    """Take up what the provider says of the person who comes back."""
    state, answer = request.app.state, dict(request.query_params)
    attempt = await _taken(request, answer)
    party = _party(request, attempt.provider or "")
    asked = relying_party.Attempt(
        answer["state"], attempt.nonce or "", attempt.verifier or "", attempt.wanted_acr, attempt.max_age
    )
    try:
        person = await party.person(answer, asked, state.clock())
        if attempt.max_age is not None:
            return await _confirmed(request, party, attempt, person)
        return await _signed_in(request, party, attempt, person)
    except (SignInRefused, UnknownPerson) as refused:
        await _record(request, party, refused)
        raise


@router.get("/dang-nhap/{provider}")
@acts.named("sign_in")
async def begin_at_provider(request: Request, name: Name, onward: Onward = "/") -> Response:
    """Send the person to the provider."""
    party = _party(request, name)
    session = await shared.current(request)
    invited = session.id if session is not None and _invited(session) else None
    return await _sent(request, party, party.settings.acr, onward, session=invited)


@router.get("/xac-thuc-lai/{provider}")
@acts.named("prove_again")
async def confirm_at_provider(
    request: Request, name: Name, session: OfficerSession, onward: Onward = "/"
) -> Response:
    """Send the person to the provider of their session for a new proof."""
    party = _party(request, name)
    if session.provider != name:
        raise errors.NotFound("page", name)
    acr = party.settings.step_up_acr or party.settings.acr
    max_age = int(RECENT.total_seconds())
    return await _sent(request, party, acr, onward, session=session.id, max_age=max_age)


@back_channel.post("/dang-xuat/kenh-sau/{provider}")
@limits.takes(limits.Size.FORM)
@acts.named("sign_out")
async def sign_out_from_provider(
    request: Request, name: Name, token: Annotated[str, Form(alias="logout_token")] = ""
) -> Response:
    """End the sessions that the provider's token names."""
    party, state = _party(request, name), request.app.state
    try:
        found = await party.logout(token, state.clock())
        ended = await logout.carry_out(
            state.service.db,
            name,
            party.settings.issuer,
            found.token_id,
            found.expires_at,
            KINDS[party.settings.audience],
            at=state.clock(),
            sid=found.sid,
            subject=found.subject,
        )
        if ended is None:
            raise SignInRefused(Reason.REPLAYED)
    except SignInRefused as refused:
        log_lines.note(problem=refused.slug, reason=str(refused.reason))
        return Response(status_code=400, headers={"Cache-Control": "no-store"})
    return Response(status_code=200, headers={"Cache-Control": "no-store"})


async def sign_out_link(request: Request, session: Session) -> tuple[str, str] | None:
    """Title and address of the provider's own sign-out. None where it has none, or is away."""
    state = request.app.state
    party: RelyingParty | None = state.parties.get(session.provider)
    if party is None:
        return None
    sealed = await sessions.sealed_id_token(state.service.db, session.id)
    try:
        token = (
            answers.accounts_of(request).seal.open(sealed, session.principal.bytes).decode()
            if sealed
            else None
        )
        back = f"{state.settings.public_origin}/dang-nhap"
        address = await party.sign_out(token, back, state.clock())
    except (ProviderAway, SignInRefused, sealing.Broken):
        return None
    return None if address is None else (party.settings.title, address)


def _party(request: Request, name: str) -> RelyingParty:
    found: RelyingParty | None = request.app.state.parties.get(name)
    if found is None:
        raise errors.NotFound("page", name)
    return found


def _invited(session: Session) -> bool:
    return not session.full and Method.INVITATION in session.amr


async def _sent(
    request: Request,
    party: RelyingParty,
    acr: Sequence[str],
    onward: str,
    *,
    session: UUID | None = None,
    max_age: int | None = None,
) -> Response:
    """The way to the provider; the browser keeps the secret of the attempt."""
    await known_devices.count_begun(request)
    asked = relying_party.attempt(acr, max_age)
    address = await party.authorization(asked, request.app.state.clock())
    attempt = Attempt(
        AttemptPurpose.PROVIDER,
        kind=KINDS[party.settings.audience],
        onward=shared.ours(onward),
        session=session,
        provider=party.settings.name,
        state=asked.state,
        nonce=asked.nonce,
        verifier=asked.verifier,
        wanted_acr=tuple(acr),
        max_age=max_age,
    )
    return await answers.waiting(request, attempt, RedirectResponse(address, status_code=302))


async def _taken(request: Request, answer: Mapping[str, str]) -> Attempt:
    """The attempt of this browser with that state, used up. Raises SignInRefused."""
    repeated = len(request.query_params.multi_items()) != len(answer)
    secret, said = request.cookies.get(shared.ATTEMPT, ""), answer.get("state", "")
    if repeated or not 0 < len(said) <= relying_party.LONGEST or not secret:
        raise SignInRefused(Reason.ATTEMPT)
    state = request.app.state
    found = await attempts.take(
        state.service.db, secret, AttemptPurpose.PROVIDER, at=state.clock(), state=said
    )
    if found is None:
        raise SignInRefused(Reason.ATTEMPT)
    return found


async def _signed_in(request: Request, party: RelyingParty, attempt: Attempt, person: Person) -> Response:
    """A new session of the person; one that an invitation has opened ends."""
    state, at = request.app.state, request.app.state.clock()
    session = await shared.current(request) if attempt.session is not None else None
    invited = session if session is not None and session.id == attempt.session and _invited(session) else None
    kind = KINDS[party.settings.audience]
    subject = Subject(
        person.provider,
        person.issuer,
        person.subject,
        kind,
        person.name,
        person.linking,
        person.identifier,
    )
    known = await linking.linked(
        state.service.db,
        subject,
        _how(party),
        at=at,
        invited=None if invited is None else invited.principal,
    )
    async with state.service.db.transaction() as tx:
        if invited is not None:
            await sessions.end(tx, invited.id, Ended.FACTORS_CHANGED, at=at)
        secret = await sessions.begin(tx, known.principal, _origin(request, party, person, known), at=at)
    answer = _kept(secret, attempt)
    if kind is SessionKind.APPLICANT:
        return answer
    return await known_devices.remember(request, answer, known.principal)


async def _confirmed(request: Request, party: RelyingParty, attempt: Attempt, person: Person) -> Response:
    """The session under a new secret, for the same person only. Raises SignInRefused."""
    state = request.app.state
    session = await shared.current(request)
    if session is None or session.id != attempt.session:
        raise SignInRefused(Reason.ATTEMPT)
    known = await identities.find(state.service.db, person.issuer, person.subject, SessionKind.OFFICER)
    if known is None or known.principal != session.principal:
        raise SignInRefused(Reason.SUBJECT)
    async with state.service.db.transaction() as tx:
        secret = await sessions.rotate(
            tx,
            session,
            _methods(party, person),
            at=state.clock(),
            acr=person.acr,
            proven_at=person.authenticated_at,
            provider_sid=person.sid,
        )
    return _kept(secret, attempt)


def _origin(request: Request, party: RelyingParty, person: Person, known: Linked) -> Origin:
    seal = answers.accounts_of(request).seal
    # Where the provider does not say when the person proved who they are, it was not lately.
    proven = person.authenticated_at or request.app.state.clock() - sessions.ABSOLUTE
    return Origin(
        party.settings.name,
        _methods(party, person),
        acr=person.acr,
        agent=request.headers.get("user-agent", ""),
        address=client_address.of(request),
        identity=known.id,
        provider_sid=person.sid,
        id_token_sealed=seal.close(person.id_token.encode(), known.principal.bytes),
        authenticated_at=proven,
    )


def _methods(party: RelyingParty, person: Person) -> list[str]:
    """The provider's methods, and that they are several where that was checked."""
    checked = party.settings.audience is Audience.OFFICER or party.settings.acr
    return [*person.amr, Method.SEVERAL] if checked else list(person.amr)


def _how(party: RelyingParty) -> How:
    return {Link.INVITATION: How.INVITATION, Link.CLAIM: How.CLAIM, Link.FIRST_SIGN_IN: How.FIRST_SIGN_IN}[
        party.settings.linking
    ]


def _kept(secret: str, attempt: Attempt) -> Response:
    answer = RedirectResponse(shared.onward_of(attempt.kind, attempt.onward), status_code=303)
    shared.keep(answer, secret, attempt.kind)
    shared.drop_cookie(answer, shared.ATTEMPT)
    return answer


async def _record(request: Request, party: RelyingParty, refused: SignInRefused | UnknownPerson) -> None:
    state = request.app.state
    why = refused.reason.value if isinstance(refused, SignInRefused) else refused.slug
    await history.record(
        state.service.db,
        None,
        history.REFUSED,
        party.settings.name,
        state.clock(),
        granted=False,
        what=why,
        network=client_address.of(request),
    )
