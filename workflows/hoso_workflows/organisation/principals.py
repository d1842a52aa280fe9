"""The register: principals, tokens, units, roles, substitutions, competences, owners."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_models import (
    ApiToken,
    Competence,
    CompetencePart,
    Principal,
    PrincipalKind,
    ProcedureOwner,
    RoleAssignment,
    SigningKey,
    Substitution,
    Unit,
)
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands

#: What every token of ours begins with, so that one that leaked is recognised.
TOKEN_PREFIX = "hs_"  # noqa: S105 - not a secret
#: How many characters of a token are its open part, by which it is found and named.
PREFIX = 11
#: The system acting by rule. Made by the first migration's users, once.
SYSTEM = commands.SYSTEM.principal
#: The name space of operators' ids, so that one user of one machine is one principal.
_OPERATORS = UUID("1c0b5f0e-7a57-4f0d-9a0c-2d5c6f4f7e21")


@dataclass(frozen=True, slots=True)
class Bearer:
    """The principal of a token."""

    principal: UUID
    name: str
    kind: PrincipalKind


@dataclass(frozen=True, slots=True)
class Namesake:
    """One of several who have the same name."""

    id: UUID
    kind: str
    #: As `role @ unit`.
    roles: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.id} ({self.kind}; {', '.join(self.roles) or 'no role'})"


class Ambiguous(errors.Refusal):
    """Several principals have the name, and nobody can say which one is meant."""

    slug = "ambiguous-name"
    remedy = "Name the one that is meant by its id."

    def __init__(self, name: str, namesakes: Sequence[Namesake]) -> None:
        listed = ", ".join(map(str, namesakes))
        super().__init__(
            say(
                "{name} is the name of {many} principals: {listed}.",
                name=name,
                many=len(namesakes),
                listed=listed,
            )
        )
        self.name = name
        self.namesakes = tuple(namesakes)


@dataclass(frozen=True, slots=True)
class Signer:
    """The principal of a key, and the public key itself: Ed25519, 32 bytes."""

    bearer: Bearer
    public_key: bytes


async def bearer(db: Database, token: str, *, at: datetime) -> Bearer | None:
    """The principal of a valid token, else None.

    Known, not expired, not revoked, and of a principal who is not closed.
    """
    if "\0" in token:
        return None  # no token of ours, and no text that the database would compare
    row = await db.row(_BEARER, [hashlib.sha256(token.encode()).digest(), _prefix(token), at])
    return None if row is None else Bearer(row.id, row.name, PrincipalKind(row.kind))


_BEARER = """
select p.id, p.name, p.kind
from api_token t join principal p on p.id = t.principal_id
where t.prefix = $2 and t.sha256 = $1 and t.revoked_at is null and p.kind <> 'operator'
  and (t.expires_at is null or t.expires_at > $3) and (p.closed_at is null or p.closed_at > $3)
"""


async def named(db: Database, who: str) -> UUID:
    """The principal of an id or a name that may act. Raises NotFound, and Ambiguous where several have the name.

    An id is never matched as a name, since anybody may choose an id as their name. The installation itself and operators
    are never found.
    """
    rows = await db.rows(_NAMED, [text_safety.text(who), _uuid(who), SYSTEM])
    if not rows:
        raise errors.NotFound("principal", who)
    if len(rows) > 1:
        raise Ambiguous(who, [Namesake(row.id, row.kind, tuple(row.roles or ())) for row in rows])
    found: UUID = rows[0].id
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


#: $1 what was said, $2 the same as an id or null, $3 the house itself.
_NAMED = """
select p.id, p.kind, (
  select array_agg(distinct r.role || ' @ ' || r.unit_code) from role_assignment r where r.principal_id = p.id
) as roles
from principal p
where (p.id = $2::uuid or $2::uuid is null and normalize(p.name) = $1) and p.closed_at is null and p.id <> $3::uuid
  and p.kind <> 'operator'
order by p.created_at, p.id
"""


async def give_token(
    tx: Transaction, principal: UUID, label: str, *, at: datetime, expires_at: datetime | None = None
) -> str:
    """Create a token of a principal. It is shown once; only its digest is stored."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    tx.add(
        ApiToken.model_validate(
            {
                "principal_id": principal,
                "prefix": _prefix(token),
                "sha256": hashlib.sha256(token.encode()).digest(),
                "label": label,
                "created_at": at,
                "expires_at": expires_at,
            }
        )
    )
    return token


async def revoke_token(asked: Database | Transaction, prefix: str, *, at: datetime) -> None:
    """Revoke the token of that prefix. Raises NotFound."""
    found = await asked.rows(
        "update api_token set revoked_at = coalesce(revoked_at, $2) where prefix = $1 returning id",
        [prefix, at],
    )
    if not found:
        raise errors.NotFound("token", prefix)


async def signer(db: Database, key: UUID, *, at: datetime) -> Signer | None:
    """The principal of a valid key, else None.

    Known, not expired, not revoked, and of a principal who is not closed.
    """
    row = await db.row(_SIGNER, [key, at])
    return None if row is None else Signer(Bearer(row.id, row.name, PrincipalKind(row.kind)), row.public_key)


_SIGNER = """
select p.id, p.name, p.kind, k.public_key
from signing_key k join principal p on p.id = k.principal_id
where k.id = $1 and k.revoked_at is null and p.kind <> 'operator'
  and (k.expires_at is null or k.expires_at > $2) and (p.closed_at is null or p.closed_at > $2)
"""


async def enter_key(
    tx: Transaction,
    principal: UUID,
    public_key: bytes,
    label: str,
    *,
    at: datetime,
    expires_at: datetime | None = None,
) -> UUID:
    """Register a principal's public key for signed calls. Its id is the `keyid` of the signatures."""
    entered = SigningKey.model_validate(
        {
            "id": uuid4(),
            "principal_id": principal,
            "public_key": public_key,
            "label": label,
            "created_at": at,
            "expires_at": expires_at,
        }
    )
    tx.add(entered)
    return entered.id


async def revoke_key(asked: Database | Transaction, key: UUID, *, at: datetime) -> None:
    """Revoke a key. Raises NotFound."""
    found = await asked.rows(
        "update signing_key set revoked_at = coalesce(revoked_at, $2) where id = $1 returning id", [key, at]
    )
    if not found:
        raise errors.NotFound("key", key)


def _prefix(token: str) -> str:
    return token[:PREFIX]


def principal(
    tx: Transaction,
    kind: PrincipalKind,
    name: str,
    *,
    at: datetime,
    title: str | None = None,
    subject: str | None = None,
    identity: UUID | None = None,
) -> Principal:
    """Insert a principal."""
    entered = Principal.model_validate(
        {
            "id": identity or uuid4(),
            "kind": kind,
            "name": text_safety.text(name),
            "title": text_safety.composed(title),
            "subject": subject,
            "created_at": at,
        }
    )
    tx.add(entered)
    return entered


async def ensure_system(tx: Transaction, *, at: datetime) -> UUID:
    """The system's own principal, entered where it is missing."""
    await tx.rows(
        "insert into principal (id, kind, name, created_at) values ($1, $2, $3, $4) on conflict (id) do nothing",
        [SYSTEM, PrincipalKind.SYSTEM.value, "hoso", at],
    )
    return SYSTEM


async def ensure_operator(db: Database, name: str, *, at: datetime) -> UUID:
    """The principal of a machine user at the command line, created where missing."""
    operator = uuid5(_OPERATORS, name)
    await db.one_statement(
        "insert into principal (id, kind, name, created_at) values ($1, $2, $3, $4) on conflict (id) do nothing",
        [operator, PrincipalKind.OPERATOR.value, text_safety.text(name), at],
    )
    return operator


def unit(
    tx: Transaction,
    code: str,
    name: str,
    *,
    kind: str,
    level: str,
    calendar: str,
    valid_from: date,
    parent: str | None = None,
    valid_to: date | None = None,
) -> Unit:
    """Enter an authority or a part of one."""
    entered = Unit.model_validate(
        {
            "code": code,
            "name": text_safety.text(name),
            "kind": kind,
            "level": level,
            "parent_code": parent,
            "calendar": calendar,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
    )
    tx.add(entered)
    return entered


def assign(
    tx: Transaction,
    principal_id: UUID,
    unit_code: str,
    role: str,
    valid_from: date,
    valid_to: date | None = None,
) -> None:
    """Give a principal a role in a unit between two days, both included."""
    tx.add(
        RoleAssignment.model_validate(
            {
                "principal_id": principal_id,
                "unit_code": unit_code,
                "role": role,
                "valid_from": valid_from,
                "valid_to": valid_to,
            }
        )
    )


def substitute(
    tx: Transaction,
    absent: UUID,
    acting: UUID,
    valid_from: date,
    valid_to: date,
    *,
    reason: str,
    unit_code: str | None = None,
    role: str | None = None,
) -> None:
    """Let a principal act for an absent officer between two days. In all roles, or in the named unit and role."""
    tx.add(
        Substitution.model_validate(
            {
                "principal_id": absent,
                "substitute_id": acting,
                "unit_code": unit_code,
                "role": role,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "reason": reason,
            }
        )
    )


def competence(
    tx: Transaction,
    procedure_code: str,
    unit_code: str,
    part: CompetencePart,
    valid_from: date,
    *,
    basis: str,
    valid_to: date | None = None,
) -> None:
    """Make a unit competent for a part of a procedure between two days."""
    tx.add(
        Competence.model_validate(
            {
                "procedure_code": procedure_code,
                "unit_code": unit_code,
                "part": part,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "basis": basis,
            }
        )
    )


def own(
    tx: Transaction, procedure_code: str, unit_code: str, valid_from: date, *, basis: str, at: datetime
) -> None:
    """Make a unit the owner of a procedure from a day on. Of several rows of one day the last holds."""
    tx.add(
        ProcedureOwner.model_validate(
            {
                "procedure_code": procedure_code,
                "unit_code": unit_code,
                "valid_from": valid_from,
                "basis": basis,
                "named_at": at,
            }
        )
    )
