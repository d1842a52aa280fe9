"""Principals (officers, citizens, systems, partners) and their tokens and keys."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, described, enum_field, index, listing, one_of, surrogate


@described("What sort of actor a principal is.")
class PrincipalKind(StrEnum):
    """Kinds of principals."""

    #: Somebody who works for a unit.
    OFFICER = "officer"
    #: A person or a company's representative who files dossiers.
    CITIZEN = "citizen"
    #: hoso itself, or a machine of the authority, which may do what its roles allow.
    SYSTEM = "system"
    #: Another authority's system.
    PARTNER = "partner"
    #: A user of the machine that runs hoso, who works at its command line; signs in nowhere.
    OPERATOR = "operator"


class Principal(Record, table=True):
    """An actor. Never deleted, since events refer to it; closed instead."""

    __tablename__ = "principal"
    __table_args__ = (one_of("kind", PrincipalKind),)

    id: UUID = surrogate()
    kind: PrincipalKind = enum_field(PrincipalKind)
    name: str
    title: str | None = None
    #: The subject an identity provider knows this principal by.
    subject: str | None = Field(default=None, unique=True)
    created_at: datetime
    closed_at: datetime | None = None
    #: The stable key of a person in files, and the name that they sign in with.
    code: str | None = Field(default=None, unique=True)


class ApiToken(Record, table=True):
    """A bearer token of one principal; only its digest is kept."""

    __tablename__ = "api_token"
    __table_args__ = (index("ix_api_token_principal_id", "principal_id"),)

    id: UUID = surrogate()
    principal_id: UUID = Field(foreign_key="principal.id")
    #: The open part, by which a token is found and named.
    prefix: str = Field(unique=True)
    sha256: bytes
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    #: Moved once an hour at most.
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    #: What its calls may do at most; scopes only narrow the rights of its principal.
    scopes: list[str] = listing()
    created_by: UUID | None = Field(default=None, foreign_key="principal.id")


class SigningKey(Record, table=True):
    """The public key of a partner's signed calls. The private one never leaves the partner."""

    __tablename__ = "signing_key"
    __table_args__ = (index("ix_signing_key_principal_id", "principal_id"),)

    id: UUID = surrogate()
    principal_id: UUID = Field(foreign_key="principal.id")
    #: Ed25519, 32 bytes (RFC 8032).
    public_key: bytes
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
