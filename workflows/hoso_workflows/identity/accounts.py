"""Own accounts: account name, password and second factor, checked behind rate limits.

An unknown name takes as long as a known one and is told the same. Tries are counted before they are checked (`tries.counting`);
what turns out right is given back, so that only wrong ones slow anybody down. A passkey is never slowed by the account.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import errors as storage_errors
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.identity import factors, history, passwords
from hoso_workflows.identity.methods import Method
from hoso_workflows.identity.refusals import AccountNameRefused, WrongCredentials
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.identity.tries import counting
from hoso_workflows.identity.tries.counting import Whence
from hoso_workflows.identity.tries.devices import Devices
from hoso_workflows.operation.rate_limit import RateLimit

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


@dataclass(frozen=True, slots=True)
class Person:
    """An officer whose password was right."""

    id: UUID
    name: str
    account: str
    factors: factors.Factors


@dataclass(frozen=True, slots=True)
class Accounts:
    """The own accounts of an installation."""

    db: Database
    rate_limit: RateLimit
    passwords: passwords.Passwords
    seal: Seal

    @property
    def devices(self) -> Devices:
        """The devices that have signed accounts in."""
        return Devices(self.seal)

    async def with_password(self, account: str, password: str, whence: Whence, *, at: datetime) -> Person:
        """The officer of an account name and a password. Raises WrongCredentials and TooManyRequests."""
        name = normalised(account)
        counted = await counting.count_password(self.rate_limit, name, whence, at=at)
        row = await self.db.row(_ACCOUNT, [name, at, account.strip().replace("\0", "")])
        if not await self.passwords.verify(row and row.hash, password):
            await self._refused(row and row.id, name, whence, at, "password")
            raise WrongCredentials
        await self.rate_limit.give_back(counted, at=at)
        if self.passwords.outdated(row.hash):
            await self._rehash(row, password)
        principal = UUID(int=row.id.int)
        return Person(principal, row.name, name, await factors.of(self.db, principal))

    async def with_second(self, principal: UUID, typed: str, whence: Whence, *, at: datetime) -> Method:
        """The method of a right code: the changing one, or one of paper. Raises WrongCredentials and TooManyRequests."""
        name = await counted_as(self.db, principal)
        counted = await counting.count_code(self.rate_limit, name, whence, at=at)
        method = await self._second(principal, typed, at)
        if method is None:
            await self._refused(principal, name, whence, at, "code")
            raise WrongCredentials
        await self.rate_limit.give_back(counted, at=at)
        return method

    async def _second(self, principal: UUID, typed: str, at: datetime) -> Method | None:
        number, text = factors.recovery_code(typed)
        if number is None:
            right = await factors.use_totp(self.db, principal, typed, self.seal, at=at)
            return Method.TOTP if right else None
        row = await factors.hash_of_recovery_code(self.db, principal, number)
        right = await self.passwords.verify(row and row.hash, text)
        used = right and await factors.use_up(self.db, row.id, at=at)
        return Method.RECOVERY_CODE if used else None

    async def _refused(
        self, principal: UUID | None, account: str, whence: Whence, at: datetime, what: str
    ) -> None:
        # What was typed as a name may be a password, so an unknown one is not kept.
        subject = account if principal else "unknown account"
        await history.record(
            self.db,
            principal,
            history.REFUSED,
            subject,
            at,
            granted=False,
            what=what,
            network=whence.networks.name,
        )

    async def _rehash(self, row: Any, password: str) -> None:
        hashed = await self.passwords.hash(password)
        await self.db.one_statement(_REHASH, [row.credential, row.hash, hashed])


def normalised(account: str) -> str:
    """An account name as it is stored, whatever its case and spaces."""
    return unicodedata.normalize("NFC", account).strip().lower()[:64].replace("\0", "")


async def account_name(asked: Database | Transaction, principal: UUID) -> str | None:
    """The account name of a person, if one was chosen."""
    rows = await asked.rows("select account from principal where id = $1", [principal])
    return rows[0].account if rows else None


async def counted_as(db: Database, principal: UUID) -> str:
    """The name under which tries of a person are counted.

    Of their account, else their id.
    """
    return normalised(await account_name(db, principal) or str(principal))


async def offered_name(asked: Database | Transaction, principal: UUID) -> str:
    """The code of a person where it may be an account name, else nothing."""
    rows = await asked.rows("select code from principal where id = $1", [principal])
    name = normalised(rows[0].code or "") if rows else ""
    return name if _NAME.fullmatch(name) else ""


async def choose_name(tx: Transaction, principal: UUID, account: str) -> None:
    """Give a person an account name where they have none. Raises AccountNameRefused.

    It is nobody else's, nor somebody else's code.
    """
    if await account_name(tx, principal) is not None:
        return
    name = normalised(account)
    if not _NAME.fullmatch(name) or await tx.rows(_TAKEN, [name, principal]):
        raise AccountNameRefused(account)
    try:
        async with tx.begin_nested():
            await tx.rows("update principal set account = $2 where id = $1", [principal, name])
    except storage_errors.ConstraintViolated as taken:
        raise AccountNameRefused(account) from taken


#: $1 account name, $2 now, $3 as it was typed: names of earlier releases were codes of the register, which keep their case.
_ACCOUNT = """
select p.id, p.name, c.id as credential, c.hash
from principal p left join credential c on c.principal_id = p.id and c.kind = 'password' and c.revoked_at is null
where lower(p.account) = $1 and p.kind = 'officer' and (p.closed_at is null or p.closed_at > $2)
order by p.account = $3 desc, p.created_at limit 1
"""
_TAKEN = "select 1 from principal where id <> $2 and (lower(account) = $1 or lower(code) = $1)"
_REHASH = "update credential set hash = $3 where id = $1 and hash = $2 and revoked_at is null"
