"""Sessions of browsers for tests, and the steps of a person with an own account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import argon2
import httpx
from fastapi import FastAPI

from hoso_api.pages.shared import session as shared
from hoso_models import SessionKind
from hoso_models.storage.database import Database
from hoso_workflows.identity import passwords, sealing, sessions
from hoso_workflows.identity.methods import Method

#: The header that a browser sends with a form of our own pages.
OURS = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
PASSWORD = "con chó nhà tôi sủa mỗi sáng"
#: Hashes with so little work that many of them take no time; the code that makes and verifies them is the same.
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def begun(
    db: Database, principal: UUID, *, at: datetime, amr: tuple[str, ...] = (Method.PASSKEY,)
) -> str:
    """The secret of a new session."""
    async with db.transaction() as tx:
        return await sessions.begin(tx, principal, sessions.Origin("local", amr), at=at)


async def signed_in(
    db: Database,
    principal: UUID,
    *,
    at: datetime,
    amr: tuple[str, ...] = (Method.PASSKEY,),
    kind: SessionKind = SessionKind.OFFICER,
) -> dict[str, str]:
    """The headers of somebody who has signed in."""
    secret = await begun(db, principal, at=at, amr=amr)
    return {**OURS, "Cookie": f"{shared.COOKIES[kind]}={secret}"}


def hasten(app: FastAPI) -> FastAPI:
    """Let an application make quick hashes, and seal with a key that lies in no file."""
    app.state.accounts = replace(
        app.state.accounts, passwords=passwords.Passwords(QUICK), seal=sealing.Seal(lambda: bytes(32))
    )
    return app


def hidden(page: httpx.Response, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


def cookies(answer: httpx.Response) -> Mapping[str, str]:
    """The cookies that an answer sets, with everything said of them."""
    lines = answer.headers.get_list("set-cookie")
    return {line.partition("=")[0]: line.partition("=")[2] for line in lines}
