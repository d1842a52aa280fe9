"""One's own tokens, made and revoked from the page of the account."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.http.middleware import limits
from hoso_api.pages.account import views
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.acting import KEYED
from hoso_api.pages.shared.session import CompleteSession
from hoso_api.pages.shared.templating import page
from hoso_api.pages.sign_in import answers
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.identity.refusals import PasskeyMissing
from hoso_workflows.organisation import credentials
from hoso_workflows.organisation.credentials import Scope

router = APIRouter(
    prefix="/tai-khoan/ma-truy-cap",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(shared.secure)],
)

Label = Annotated[str, Form(alias="ten", max_length=1000)]
Given = Annotated[list[str], Form(alias="quyen", max_length=10, default_factory=list)]
Days = Annotated[str, Form(alias="ngay", max_length=10)]
Prefix = Annotated[str, Form(alias="ma", max_length=100)]
#: The longest name of a token.
LONGEST_LABEL = 200


@router.get("")
@acts.named("make_own_token")
async def token_page(session: CompleteSession) -> Response:
    """The form of a new token."""
    return page("token.html", fault=None, reader=session, **_form("", [Scope.READ], "90"))


@router.post("", dependencies=[KEYED])
@acts.named("make_own_token")
@limits.takes(limits.Size.FORM)
async def make_token(
    request: Request, session: CompleteSession, given: Given, label: Label = "", days: Days = ""
) -> Response:
    """Make a token and show it this once."""
    state, scopes = request.app.state, [Scope(each) for each in given if each in set(Scope)]
    if fault := _fault(label, scopes, days):
        return answers.filled("token.html", fault, reader=session, **_form(label, scopes, days))
    if Scope.REGISTER in scopes and state.settings.offices_need_passkey and not session.unphishable:
        # Who may become an administrator while the token lasts.
        raise PasskeyMissing
    at = state.clock()
    until = at + timedelta(days=int(days))
    async with state.service.db.transaction() as tx:
        token = await credentials.make_own(
            tx, session.principal, label.strip(), at=at, expires_at=until, scopes=scopes
        )
    return page("token_made.html", reader=session, token=token, until=until, label=label.strip())


@router.post("/thu-hoi", dependencies=[KEYED])
@acts.named("revoke_own_token")
@limits.takes(limits.Size.FORM)
async def revoke_token(request: Request, session: CompleteSession, prefix: Prefix = "") -> Response:
    """Revoke one of one's own tokens. Raises NotFound."""
    state = request.app.state
    async with state.service.db.transaction() as tx:
        await credentials.revoke_own(tx, session.principal, prefix, at=state.clock())
    return RedirectResponse("/tai-khoan#ma-truy-cap", status_code=303)


def _fault(label: str, scopes: list[Scope], days: str) -> str | None:
    name = label.strip()
    if not name or len(name) > LONGEST_LABEL or not name.isprintable():
        return spoken("Ghi tên phần mềm dùng mã, từ 1 đến {n} ký tự.", n=LONGEST_LABEL)
    if not scopes:
        return spoken("Chọn ít nhất một việc mà mã được làm.")
    if days not in views.LIFETIMES:
        return spoken("Chọn thời hạn của mã.")
    return None


def _form(label: str, scopes: list[Scope], days: str) -> dict[str, Any]:
    return {
        "label": label,
        "chosen": scopes,
        "days": days,
        "scopes": views.SCOPES,
        "lifetimes": views.LIFETIMES,
    }
