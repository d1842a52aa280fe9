"""Principals: persons, systems and operators, by id or name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_models import (
    Principal,
    PrincipalKind,
)
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands

#: The system acting by rule. Made by the first migration's users, once.
SYSTEM = commands.SYSTEM.principal
#: The name space of operators' ids, so that one user of one machine is one principal.
_OPERATORS = UUID("1c0b5f0e-7a57-4f0d-9a0c-2d5c6f4f7e21")


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


async def named(db: Database, who: str) -> UUID:
    """The principal of an id, a code or a name. Raises NotFound, and Ambiguous where several have the name.

    A code comes before names. An id is never matched as a name, since anybody may choose an id as their name. The installation itself and operators
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
where (p.id = $2::uuid or $2::uuid is null and (p.code = $1 or normalize(p.name) = $1 and not exists (select from principal c where c.code = $1))) and p.closed_at is null and p.id <> $3::uuid
  and p.kind <> 'operator'
order by p.created_at, p.id
"""


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
