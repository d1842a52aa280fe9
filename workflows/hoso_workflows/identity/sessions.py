"""Sessions of browsers: begun, read, replaced, ended, listed.

A session is a row; the browser holds a secret of 256 bits, of which only the digest is stored. It ends after a time without
a request, at its absolute end, or by an act. Nothing of it is cached, so that an end holds at once.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hoso_models import PrincipalKind, SessionKind
from hoso_models.storage import standbys
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.identity import history, methods
from hoso_workflows.identity.refusals import SessionOver
from hoso_workflows.operation import session_ends
from hoso_workflows.operation.session_ends import Ended

#: How long a session lasts without a request, and at most.
IDLE: Mapping[SessionKind, timedelta] = {
    SessionKind.OFFICER: timedelta(minutes=30),
    SessionKind.APPLICANT: timedelta(minutes=60),
}
ABSOLUTE = timedelta(hours=12)
#: How often `seen_at` is moved.
MOVED = timedelta(minutes=1)
#: How long the secret before a rotation still serves what was under way.
GRACE = timedelta(seconds=60)
#: Sessions of one person at once; the oldest ends.
MOST = 10
#: For how long sign-ins are listed.
LISTED = timedelta(days=90)

#: What the access log tells of: a session began, or another one took its place after a proof.
SIGN_IN, PROVEN = "sign in", "prove again"
_KINDS = {PrincipalKind.OFFICER: SessionKind.OFFICER, PrincipalKind.CITIZEN: SessionKind.APPLICANT}


@dataclass(frozen=True, slots=True)
class Session:
    """A lasting session and its person."""

    id: UUID
    principal: UUID
    name: str
    kind: SessionKind
    family: UUID
    provider: str
    amr: tuple[str, ...]
    acr: str | None
    authenticated_at: datetime
    begun_at: datetime
    expires_at: datetime

    @property
    def full(self) -> bool:
        """True with two factors; without them its person may only choose factors."""
        return methods.two_factors(self.amr)

    @property
    def unphishable(self) -> bool:
        """True when its proof was one that no forged page can pass on."""
        return bool(methods.UNPHISHABLE.intersection(self.amr))

    def recent(self, at: datetime) -> bool:
        """True when two factors were shown within the last minutes."""
        return methods.recent(self.amr, self.authenticated_at, at)


@dataclass(frozen=True, slots=True)
class Origin:
    """Provider, methods and browser of a sign-in."""

    provider: str
    amr: Collection[str]
    acr: str | None = None
    agent: str = ""
    #: The network it comes from.
    address: str = ""
    identity: UUID | None = None
    provider_sid: str | None = None
    id_token_sealed: bytes | None = None
    #: When the person proved who they are, where that was before the sign-in.
    authenticated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its person sees it."""

    id: UUID
    provider: str
    amr: tuple[str, ...]
    agent: str
    address: str
    begun_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    ended_why: str | None


async def begin(tx: Transaction, principal: UUID, origin: Origin, *, at: datetime) -> str:
    """Begin a session; returns its secret. Raises SessionOver for a person who may not sign in.

    Beyond the allowed number the oldest one ends.
    """
    found = await tx.rows(_PERSON, [principal, at])
    if not found or PrincipalKind(found[0].kind) not in _KINDS:
        raise SessionOver
    kind = _KINDS[PrincipalKind(found[0].kind)]
    session, secret = uuid4(), secrets.token_urlsafe(32)
    (begun,) = await tx.rows(
        _BEGIN,
        [
            *(session, digest(secret), kind.value, principal, origin.provider, origin.identity),
            *(origin.provider_sid, origin.id_token_sealed, origin.acr, sorted(origin.amr), at),
            *(at + ABSOLUTE, origin.agent[:300], origin.address, origin.authenticated_at or at),
        ],
    )
    await tx.rows(_END_OLDEST, [principal, at, Ended.TOO_MANY, MOST, IDLE[kind]])
    said = {"provider": origin.provider, "amr": " ".join(sorted(origin.amr)), "session": begun.sha256}
    await history.record(tx, principal, SIGN_IN, str(session), at, **said)
    return secret


async def read(
    db: Database, secret: str, kind: SessionKind, *, at: datetime, unseen: bool = False
) -> Session | None:
    """The lasting session of a secret, else None.

    Its last request is moved at most once a minute; not at all by one that is `unseen`, which a page makes without its person.

    A secret that was replaced longer ago than the grace ends all sessions that descend from the same sign-in.
    """
    # Who was not seen for as long as that is known no more.
    moved = IDLE[kind] if unseen else MOVED
    row = await db.row(_READ, [digest(secret), kind.value, at, IDLE[kind], moved, GRACE])
    if row is None:
        return None
    if row.stolen:
        await _end_family(db, row, at)
    return _session(row) if row.lasting else None


async def person_of_over(db: Database, secret: str, kind: SessionKind) -> UUID | None:
    """The person of a session that is over by itself or by its person; None for any other."""
    row = await db.row(_OVER, [digest(secret), kind.value, [Ended.STOLEN, Ended.ADMINISTRATOR, Ended.CLOSED]])
    return None if row is None else UUID(int=row.principal_id.int)


async def rotate(
    tx: Transaction,
    session: Session,
    amr: Collection[str],
    *,
    at: datetime,
    acr: str | None = None,
    proven_at: datetime | None = None,
    provider_sid: str | None = None,
) -> str:
    """Replace a session's secret after a proof by these methods; returns the new one.

    Its absolute end stays. Raises SessionOver when it has ended meanwhile. The proof may be older than the request, and the
    provider may have begun another session of its own.
    """
    successor, secret = uuid4(), secrets.token_urlsafe(32)
    proof = [sorted(amr), at, acr or session.acr, proven_at or at, provider_sid]
    # The successor comes first, since the session refers to it.
    begun = await tx.rows(_SUCCEED, [session.id, successor, digest(secret), *proof])
    if not await tx.rows(_SUCCEEDED, [session.id, successor, at, Ended.ROTATED]):
        raise SessionOver
    await history.record(tx, session.principal, PROVEN, str(successor), at, session=begun[0].sha256)
    return secret


async def end(asked: Database | Transaction, session: UUID, why: Ended, *, at: datetime) -> bool:
    """End a session; False when it has ended before."""
    return bool(await asked.rows(_END, [session, at, why]))


async def end_own(
    db: Database, principal: UUID, session: UUID | None, *, at: datetime, but: UUID | None = None
) -> int:
    """End one of a person's own sessions, or all but one; returns their number."""
    return len(await db.one_statement(_END_OWN, [principal, at, Ended.BY_OWNER, session, but]))


async def end_others(tx: Transaction, session: Session, why: Ended, *, at: datetime) -> int:
    """End the other sessions of a session's person; returns their number."""
    return len(await tx.rows(_END_OTHERS, [session.principal, at, why, session.family]))


async def end_at_provider(
    tx: Transaction, provider: str, *, at: datetime, sid: str | None = None, identity: UUID | None = None
) -> int:
    """End the sessions that a provider names by session or identity."""
    return len(await tx.rows(_END_PROVIDER, [provider, sid, identity, at, Ended.PROVIDER]))


async def sealed_id_token(db: Database, session: UUID) -> bytes | None:
    """The sealed ID token of a session, for signing out at its provider."""
    row = await db.row("select id_token_sealed from browser_session where id = $1", [session])
    return None if row is None else row.id_token_sealed


async def lasting(db: Database, principal: UUID, *, at: datetime) -> Sequence[Listed]:
    """A person's lasting sessions, the newest first."""
    return [_listed(row) for row in await db.rows(_LASTING_OF, [principal, at, *IDLE.values()])]


async def sign_ins(db: Database, principal: UUID, *, at: datetime) -> Sequence[Listed]:
    """A person's sign-ins of the last 90 days, the newest first."""
    return [_listed(row) for row in await db.rows(_SIGN_INS, [principal, at - LISTED])]


async def delete_old(db: Database, *, at: datetime) -> int:
    """Delete the sessions that are over and listed no more; returns their number."""
    return len(await db.one_statement(_DELETE_OLD, [at - LISTED]))


def digest(secret: str) -> bytes:
    """The SHA-256 of a secret, also of one that is no text of ours."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


async def _end_family(db: Database, row: Any, at: datetime) -> None:
    ended = await db.one_statement(_END_FAMILY, [row.family_id, at, Ended.STOLEN])
    if ended:
        await history.record(
            db,
            row.principal_id,
            "stolen session",
            str(row.family_id),
            at,
            granted=False,
            ended=str(len(ended)),
        )


def _session(row: Any) -> Session:
    return Session(
        id=UUID(int=row.id.int),
        principal=UUID(int=row.principal_id.int),
        name=row.name,
        kind=SessionKind(row.kind),
        family=UUID(int=row.family_id.int),
        provider=row.provider,
        amr=tuple(row.amr),
        acr=row.acr,
        authenticated_at=row.authenticated_at,
        begun_at=row.begun_at,
        expires_at=row.expires_at,
    )


def _listed(row: Any) -> Listed:
    return Listed(
        UUID(int=row.id.int),
        row.provider,
        tuple(row.amr),
        row.agent,
        row.address,
        row.begun_at,
        row.seen_at,
        row.ended_at,
        row.ended_why,
    )


#: Locked, so that of many sign-ins at once each counts the others.
_PERSON = """
select kind from principal where id = $1 and (closed_at is null or closed_at > $2) for no key update
"""
_BEGIN = """
insert into browser_session as s (id, secret_sha256, kind, principal_id, family_id, provider, identity_id, provider_sid,
  id_token_sealed, acr, amr, authenticated_at, begun_at, seen_at, expires_at, agent, address)
values ($1, $2, $3, $4, $1, $5, $6, $7, $8, $9, $10::jsonb, $15, $11, $11, $12, $13, $14) returning browser_session_sha256(s) as sha256
"""


#: $1 person, $2 now, $3 why, $4 how many may last, $5 the time without a request after which one is over anyhow.
_END_OLDEST = session_ends.told("""
update browser_session set ended_at = $2, ended_why = $3 where ended_at is null and id in (
  select id from browser_session
  where principal_id = $1 and ended_at is null and expires_at > $2 and seen_at > $2 - $5::interval
  order by begun_at desc, id offset $4)
""")
#: $1 digest, $2 kind, $3 now, $4 idle time, $5 how often it is moved, $6 the grace of a replaced secret.
_READ = f"""
with found as (
  select s.*, p.name, (
      s.expires_at > $3 and s.seen_at > $3 - $4::interval and (p.closed_at is null or p.closed_at > $3) and (
        s.ended_at is null or s.ended_why = 'rotated' and s.ended_at > $3 - $6::interval and exists (
          select from browser_session n where n.id = s.successor_id and n.ended_at is null))
    ) as lasting,
    s.ended_why = 'rotated' and s.ended_at <= $3 - $6::interval is true as stolen
  from browser_session s join principal p on p.id = s.principal_id
  where s.secret_sha256 = $1 and s.kind = $2
), seen as (
  update browser_session s set seen_at = $3 from found f, {standbys.UNHURRIED}
  where s.id = f.id and f.lasting and s.ended_at is null and s.seen_at <= $3 - $5::interval
  returning 1
)
select * from found
"""  # noqa: S608 - fixed text of this module
#: $3 the ends after which nobody is known by it any more.
_OVER = """
select s.principal_id from browser_session s join principal p on p.id = s.principal_id
where s.secret_sha256 = $1 and s.kind = $2 and p.closed_at is null
  and (s.ended_why is null or s.ended_why <> all($3::text[]))
"""
#: $1 session, $2 successor, $3 digest, $4 methods, $5 now, $6 level, $7 when it was proven, $8 the provider's session or null.
_SUCCEED = """
insert into browser_session as s (id, secret_sha256, kind, principal_id, family_id, provider, identity_id, provider_sid,
  id_token_sealed, acr, amr, authenticated_at, begun_at, seen_at, expires_at, agent, address)
select $2, $3, kind, principal_id, family_id, provider, identity_id, coalesce($8, provider_sid), id_token_sealed, $6, $4::jsonb, $7,
  begun_at, $5, expires_at, agent, address
from browser_session where id = $1 returning browser_session_sha256(s) as sha256
"""
_SUCCEEDED = """
update browser_session set ended_at = $3, ended_why = $4, successor_id = $2 where id = $1 and ended_at is null returning 1
"""
_END = session_ends.told("""
update browser_session set ended_at = $2, ended_why = $3 where id = $1 and ended_at is null
""")
#: $1 person, $2 now, $3 why, $4 one of them or null for all, $5 the one that stays.
_END_OWN = session_ends.told("""
update browser_session set ended_at = $2, ended_why = $3
where principal_id = $1 and ended_at is null and ($4::uuid is null or id = $4) and ($5::uuid is null or id <> $5)
""")
_END_OTHERS = session_ends.told("""
update browser_session set ended_at = $2, ended_why = $3
where principal_id = $1 and ended_at is null and family_id <> $4
""")
_END_FAMILY = session_ends.told("""
update browser_session set ended_at = $2, ended_why = $3 where family_id = $1 and ended_at is null
""")
_END_PROVIDER = session_ends.told("""
update browser_session set ended_at = $4, ended_why = $5
where provider = $1 and ended_at is null and ($2::text is null or provider_sid = $2)
  and ($3::uuid is null or identity_id = $3) and ($2::text is not null or $3::uuid is not null)
""")
_LASTING_OF = """
select * from browser_session where principal_id = $1 and ended_at is null and expires_at > $2
  and seen_at > $2 - case kind when 'officer' then $3::interval else $4::interval end
order by begun_at desc, id
"""
#: What replaced a session is the same sign-in.
_SIGN_INS = """
select f.id, f.provider, l.amr, f.agent, f.address, f.begun_at, l.seen_at, l.ended_at, l.ended_why
from browser_session f join lateral (
  select amr, seen_at, ended_at, ended_why from browser_session n
  where n.family_id = f.id and n.successor_id is null limit 1
) l on true
where f.principal_id = $1 and f.id = f.family_id and f.begun_at > $2 order by f.begun_at desc, f.id limit 200
"""
#: A whole family goes at once, since its members refer to each other.
_DELETE_OLD = """
delete from browser_session s where family_id in (
  select family_id from browser_session group by family_id
  having max(coalesce(ended_at, least(expires_at, seen_at))) <= $1)
returning 1
"""
