"""The public address: what may be one, and what is bound to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from hoso_api.settings import Settings
from support import api_client as rests
from support.api_client import ADMINISTRATOR, HEAD, Rest

pytestmark = pytest.mark.world("shared")

PUBLIC = "https://motcua.example.vn"
TWO_YEARS = "max-age=63072000; includeSubDomains"


@asynccontextmanager
async def installed(rest: Rest, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The application behind a proxy that speaks plain http to it."""
    transport = rests.application(rest.world, rest.clock, **settings)
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
        yield client


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://motcua.example.vn", PUBLIC),
        ("https://MotCua.example.vn/", PUBLIC),
        ("https://motcua.example.vn:8443", "https://motcua.example.vn:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_a_public_address_is_an_origin(given: str, origin: str) -> None:
    assert Settings(public_url=given).public_origin == origin


@pytest.mark.parametrize(
    "given",
    [
        "",
        "motcua.example.vn",
        "http://motcua.example.vn",
        "https://motcua.example.vn/cong",
        "https://motcua.example.vn?x=1",
        "https://ai:gi@motcua.example.vn",
        "ftp://motcua.example.vn",
        "https://[",
    ],
)
def test_what_is_no_public_address_is_refused_by_its_name(given: str) -> None:
    with pytest.raises(ValidationError, match="public_url is an https address without a path"):
        Settings(public_url=given)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (PUBLIC, 200),
        ("http://motcua.example.vn", 403),
        ("http://10.0.0.7:8000", 403),
        ("https://10.0.0.7:8000", 403),
        ("https://motcua.example.vn.evil.example", 403),
    ],
)
async def test_a_form_comes_from_the_public_address_and_no_other(rest: Rest, origin: str, status: int):
    async with installed(rest, public_url=PUBLIC) as client:
        assert (await client.post("/dang-xuat", headers={"Origin": origin})).status_code == status


async def test_a_browser_is_told_to_stay_with_tls_where_the_address_is_one(rest: Rest):
    for public, told in ((PUBLIC, True), ("http://localhost:8000", False), (None, False)):
        async with installed(rest, public_url=public) as client:
            for path in ("/health/live", "/static/hoso.css", "/nothing", "/v1/me"):
                headers = (await client.get(path)).headers
                assert headers.get("strict-transport-security") == (TWO_YEARS if told else None), (
                    public,
                    path,
                )
                assert headers["permissions-policy"].startswith("camera=()")


async def test_nobody_signs_in_by_a_plain_address_where_none_is_public(rest: Rest):
    async with installed(rest) as plain, installed(rest, public_url=PUBLIC) as public:
        assert (await plain.get("/dang-nhap")).status_code == 403
        assert (await public.get("/dang-nhap")).status_code == 200


async def test_links_are_given_under_the_public_address(rest: Rest):
    headers = {"Authorization": f"Bearer {await rest.token(ADMINISTRATOR)}"}
    async with installed(rest, public_url=PUBLIC) as client:
        given = await client.post(f"/v1/principals/{HEAD}/invitation", json={}, headers=headers)
    assert given.json()["link"].startswith(f"{PUBLIC}/loi-moi#")
