"""An officer with an own account, who signs in as a person does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from hoso_workflows.identity import accounts, factors, passwords, totp
from hoso_workflows.identity.sealing import Seal
from support.api_client import Rest
from support.signing_in import OURS, PASSWORD, QUICK


class CountingHasher:
    """Hashes of tests, whose verifications are counted."""

    def __init__(self) -> None:
        self.verified = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(QUICK, name)

    def verify(self, stored: str, password: str) -> bool:
        """Verify, and count it."""
        self.verified += 1
        return QUICK.verify(stored, password)


@dataclass
class Account:
    """An own account with its password and changing codes."""

    rest: Rest
    principal: UUID
    name: str
    secret: bytes = field(default_factory=totp.new_secret)
    work: CountingHasher = field(default_factory=CountingHasher)

    @classmethod
    async def of(cls, rest: Rest, principal: UUID, name: str) -> Account:
        """An account that was set up a day ago."""
        made = cls(rest, principal, name)
        app = rest.client._transport.app  # type: ignore[attr-defined]  # the application behind the client
        object.__setattr__(app.state.accounts, "passwords", made.hashing)
        await made.enters(app.state.accounts.seal)
        return made

    @property
    def hashing(self) -> passwords.Passwords:
        """Hashes of tests, which are counted."""
        return passwords.Passwords(self.work)  # type: ignore[arg-type]  # it hands on what it does not count

    async def enters(self, seal: Seal) -> None:
        """Set it up a day ago, in an installation of this seal."""
        at = self.rest.clock.at
        async with self.rest.world.db.transaction() as tx:
            await accounts.choose_name(tx, self.principal, self.name)
            await factors.set_password(tx, self.principal, await self.hashing.hash(PASSWORD), at=at)
            sealed = seal.close(self.secret, self.principal.bytes)
            await factors.set_totp(tx, self.principal, sealed, totp.step(at) - 2000, at=at)

    def code(self, ahead: int = 0) -> str:
        """The code that the app shows now, or some steps ahead."""
        return totp.code(self.secret, totp.step(self.rest.clock.at) + ahead)

    async def types_password(
        self, password: str = PASSWORD, onward: str = "/", client: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        """The first step."""
        said = {"tai-khoan": self.name, "mat-khau": password, "tiep": onward}
        return await (client or self.rest.client).post("/dang-nhap", data=said, headers=OURS)

    async def types_password_elsewhere(self) -> httpx.AsyncClient:
        """The first step in another browser."""
        client = httpx.AsyncClient(transport=self.rest.client._transport, base_url=self.rest.client.base_url)
        await self.types_password(client=client)
        return client

    async def types_code(
        self, code: str | None = None, client: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        """The second step."""
        said = {"ma": self.code() if code is None else code}
        return await (client or self.rest.client).post("/dang-nhap/ma", data=said, headers=OURS)

    async def signs_in(self) -> httpx.Response:
        """Both steps."""
        await self.types_password()
        answer = await self.types_code()
        assert answer.status_code == 303, answer.text
        return answer
