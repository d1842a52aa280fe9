"""Every page without a name in its address: signing out is offered, and reading begins no session."""

import re
from typing import Any

from hoso_api.http import acts
from hoso_api.pages.shared import session
from support.account import Account
from support.api_client import HEAD, Rest
from support.signing_in import OURS, signed_in

#: Every cookie by which somebody is known.
KNOWN_BY = set(session.COOKIES.values())


def addresses(rest: Rest) -> list[str]:
    """The addresses of the pages."""
    app: Any = rest.client._transport.app  # type: ignore[attr-defined]  # the application of the test
    return [
        route.path_format
        for route, _ in acts.routes(app)
        if "GET" in (getattr(route, "methods", None) or ())
        and not getattr(route, "include_in_schema", True)
        and "{" not in route.path_format
    ]


async def pages(rest: Rest, headers: dict[str, str]) -> dict[str, str]:
    """The text of each page that is answered."""
    answers = {each: await rest.get(each, headers=headers) for each in addresses(rest)}
    return {
        each: answer.text
        for each, answer in answers.items()
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    }


async def test_every_page_of_somebody_who_signed_in_offers_to_sign_out(rest: Rest):
    await Account.of(rest, HEAD, "truong-phong")
    found = await pages(rest, await signed_in(rest.world.db, HEAD, at=rest.clock.at))
    assert {"/noi-bo/viec", "/tai-khoan", "/tai-khoan/mat-khau", "/tai-khoan/ma-truy-cap"} <= set(found)
    offering = {each for each, text in found.items() if 'action="/dang-xuat"' in text}
    # Pages of somebody who is not known yet, and the description of the interface, which knows nobody.
    # So do pages in frames of other sites.
    framed = {"/nhung/danh-muc", "/nhung/tra-cuu"}
    assert set(found) - offering <= {"/dang-nhap", "/loi-moi", "/thiet-lap", "/v1/docs", *framed}


async def test_reading_a_page_begins_no_session(rest: Rest):
    for each in addresses(rest):
        answer = await rest.get(each, headers=OURS)
        begun = [
            kept.partition("=")[0]
            for kept in answer.headers.get_list("set-cookie")
            if "Max-Age=0" not in kept
        ]
        assert not KNOWN_BY & set(begun), each
    assert await rest.world.db.rows("select id from browser_session") == []


async def test_what_is_typed_as_a_password_is_hidden_and_may_be_pasted_and_kept(rest: Rest):
    await Account.of(rest, HEAD, "truong-phong")
    signed = await pages(rest, await signed_in(rest.world.db, HEAD, at=rest.clock.at))
    nobody = await pages(rest, OURS)
    fields = [
        field
        for text in (*signed.values(), *nobody.values())
        for field in re.findall(r"<input[^>]*>", text)
        if 'name="mat-khau"' in field or 'name="nhap-lai"' in field
    ]
    assert len(fields) >= 3
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "onpaste" not in field
