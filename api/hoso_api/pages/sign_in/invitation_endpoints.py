"""Links with a code: set-up of an installation, invitation of a person.

The code stands behind the `#` of the link, which no server and no proxy sees; a script copies it into the form, and without
scripts it is pasted.
"""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

import hoso_calendar as wt
from hoso_api.http import acts, authentication, client_address
from hoso_api.http.fields import legible
from hoso_api.http.middleware import limits
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.templating import page
from hoso_api.pages.sign_in import answers
from hoso_api.pages.sign_in.endpoints import LOCAL, Code
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors, localtime
from hoso_workflows.identity import invitations, sessions, setup
from hoso_workflows.identity.methods import Method
from hoso_workflows.identity.refusals import AlreadyFounded, InvitationOver
from hoso_workflows.operation.rate_limit import Purpose
from hoso_workflows.organisation import unit_tree

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(shared.secure)]
)

OVER = marked("Mã không đúng, đã được dùng hoặc đã hết hạn. Kiểm tra lại liên kết, hoặc xin cấp mã mới.")
#: Kinds and levels of the unit at the top, as the form names them.
KINDS = {
    each: wording.UNIT_KINDS[each] for each in ("people_committee", "department", "one_stop", "authority")
}
LEVELS = wording.UNIT_LEVELS
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

Typed = Annotated[str, Form(max_length=300)]


async def _count_wrong(request: Request) -> None:
    state = request.app.state
    networks = client_address.networks_of(request)
    await state.rate_limit.take_of_network(Purpose.SIGN_IN, networks, at=state.clock())


async def _refused(request: Request, template: str, status: int, **values: Any) -> Response:
    """The form again for a wrong code, which counts."""
    try:
        await _count_wrong(request)
    except errors.TooManyRequests as soon:
        return answers.too_soon(template, soon, **values)
    return answers.filled(template, spoken(OVER), status, **values)


@router.get("/loi-moi")
@acts.named("take_up_invitation")
async def invitation_page(request: Request) -> Response:
    """The form that takes the code of an invitation."""
    del request
    return page("invitation.html", fault=None)


@router.post("/loi-moi")
@acts.named("take_up_invitation")
@limits.takes(limits.Size.FORM)
async def take_up_invitation(request: Request, code: Code = "") -> Response:
    """Use an invitation: a session in which factors are chosen, and nothing else."""
    state = request.app.state
    try:
        async with state.service.db.transaction() as tx:
            taken = await invitations.take_up(tx, code, at=state.clock())
            if taken.principal is None:
                raise InvitationOver
            secret = await sessions.begin(
                tx, taken.principal, shared.origin(request, LOCAL, Method.INVITATION), at=state.clock()
            )
    except InvitationOver:
        return await _refused(request, "invitation.html", 422)
    return answers.kept(secret, answers.FACTORS)


@router.get("/thiet-lap")
@acts.named("found_installation")
async def setup_page(request: Request) -> Response:
    """The form that takes the code of the set-up link, while there is one. Raises NotFound."""
    state = request.app.state
    if not await setup.offered(state.service.db, at=state.clock()):
        raise errors.NotFound("page", "thiet-lap")
    return page("setup_code.html", fault=None)


@router.post("/thiet-lap")
@acts.named("found_installation")
@limits.takes(limits.Size.FORM)
async def setup_form(request: Request, code: Code = "") -> Response:
    """The form of the first administrator, for whoever has the code."""
    state = request.app.state
    try:
        found = await invitations.find(state.service.db, code, at=state.clock())
        if found.principal is not None:
            raise InvitationOver
    except InvitationOver:
        return await _refused(request, "setup_code.html", 404)
    return page("setup.html", fault=None, **await _setup(request, code.strip()))


@router.post("/thiet-lap/quan-tri")
@acts.named("found_installation")
@limits.takes(limits.Size.FORM)
async def found_installation(
    request: Request,
    code: Code = "",
    name: Annotated[Typed, Form(alias="ten")] = "",
    title: Annotated[Typed, Form(alias="chuc-vu")] = "",
    unit_code: Annotated[Typed, Form(alias="ma-don-vi")] = "",
    unit_name: Annotated[Typed, Form(alias="ten-don-vi")] = "",
    kind: Annotated[Typed, Form(alias="loai")] = "people_committee",
    level: Annotated[Typed, Form(alias="cap")] = "province",
    calendar: Annotated[Typed, Form(alias="lich")] = "vn",
) -> Response:
    """Enter the first administrator and the authority; the code is used up."""
    typed = {
        "name": name.strip(),
        "title": title.strip(),
        "unit_code": unit_code.strip(),
        "unit_name": unit_name.strip(),
        "kind": kind,
        "level": level,
        "calendar": calendar,
    }
    values = await _setup(request, code.strip(), **typed)
    if fault := _faulty(typed, new_unit=values["top"] is None):
        return answers.filled("setup.html", fault, **values)
    return await _founded(request, code, typed, values)


async def _founded(request: Request, code: str, typed: dict[str, str], values: dict[str, Any]) -> Response:
    state = request.app.state
    at, db = state.clock(), state.service.db
    authority = None
    try:
        await invitations.find(db, code, at=at)
        if values["top"] is None:
            authority = setup.Authority(
                typed["unit_code"], typed["unit_name"], typed["kind"], typed["level"], typed["calendar"]
            )
        async with db.transaction() as tx:
            person = await setup.found(tx, code, typed["name"], typed["title"] or None, authority, at=at)
            secret = await sessions.begin(tx, person, shared.origin(request, LOCAL, Method.INVITATION), at=at)
    except (InvitationOver, AlreadyFounded, errors.NotFound):
        return await _refused(request, "setup_code.html", 404)
    return answers.kept(secret, answers.FACTORS)


async def _setup(request: Request, code: str, **typed: str) -> dict[str, Any]:
    state = request.app.state
    blank = dict.fromkeys(("name", "title", "unit_code", "unit_name"), "")
    return {
        "code": code,
        "top": await unit_tree.top(state.service.db, localtime.local_date(state.clock())),
        "kinds": KINDS,
        "levels": LEVELS,
        "calendars": [(name, wording.CALENDARS.get(name, name)) for name in wt.names()],
        "kind": "people_committee",
        "level": "province",
        "calendar": "vn",
        **blank,
        **typed,
    }


def _faulty(typed: dict[str, str], *, new_unit: bool) -> str | None:
    """The first fault of the form, in the order of its fields."""
    try:
        for text in typed.values():
            legible(text)
    except ValueError:
        return spoken("Có ký tự không nhìn thấy được; hãy gõ lại, đừng dán.")
    if new_unit and not _CODE.fullmatch(typed["unit_code"]):
        return spoken("Mã đơn vị gồm chữ không dấu, số, dấu chấm hoặc gạch nối, ví dụ H27.")
    if new_unit and not typed["unit_name"]:
        return spoken("Nhập tên cơ quan.")
    if new_unit and not (
        typed["kind"] in KINDS and typed["level"] in LEVELS and typed["calendar"] in wt.names()
    ):
        return spoken("Chọn loại cơ quan, cấp và lịch làm việc trong danh sách.")
    return None if typed["name"] else spoken("Nhập họ tên người quản trị.")
