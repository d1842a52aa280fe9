"""Principals (officers, citizens, systems, partners) and their tokens and keys."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
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


#: Kinds that may hold roles: who works for an authority, or with one. A migration holds the tables to them.
ROLE_HOLDERS = (PrincipalKind.OFFICER, PrincipalKind.SYSTEM, PrincipalKind.PARTNER)


class Principal(Record, table=True):
    """An actor. Never deleted, since events refer to it; closed instead."""

    __tablename__ = "principal"
    __table_args__ = (
        one_of("kind", PrincipalKind),
        Index("uq_principal_code", "code", unique=True),
        Index("uq_principal_account", "account", unique=True),
        index("ix_principal_account_lower", text("lower(account)"), where="account is not null"),
        index("ix_principal_home_unit_code", "home_unit_code", where="home_unit_code is not null"),
    )

    id: UUID = surrogate()
    kind: PrincipalKind = enum_field(PrincipalKind)
    name: str
    title: str | None = None
    #: The subject an identity provider knows this principal by.
    subject: str | None = Field(default=None, unique=True)
    created_at: datetime
    closed_at: datetime | None = None
    #: The person's own code in their authority, by which files and lists name them, and with which providers' claims are compared.
    code: str | None = None
    #: The unit that keeps the person's record: its administrators enter, change and close it.
    home_unit_code: str | None = Field(default=None, foreign_key="unit.code")
    #: The name that the person has chosen to sign in by.
    account: str | None = None


class ContactKind(StrEnum):
    """Kinds of contact points."""

    #: An address of e-mail.
    EMAIL = "email"
    #: A telephone number.
    TELEPHONE = "telephone"


class ContactPoint(Record, table=True):
    """An address or number of a person, apart from how they sign in."""

    __tablename__ = "contact_point"
    __table_args__ = (
        one_of("kind", ContactKind),
        Index(
            "uq_contact_point_current",
            "principal_id",
            "kind",
            "value",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: UUID = surrogate()
    principal_id: UUID = Field(foreign_key="principal.id")
    kind: ContactKind = enum_field(ContactKind)
    value: str
    entered_at: datetime
    #: When the person, or an administrator for an officer of theirs, said that it is right.
    verified_at: datetime | None = None
    ended_at: datetime | None = None


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


class UsedSignature(Record, table=True):
    """A signed call that was taken: the digest of its nonce or signature."""

    __tablename__ = "used_signature"
    __table_args__ = (index("ix_used_signature_good_until", "good_until"),)

    digest: bytes = Field(primary_key=True)
    used_at: datetime
    good_until: datetime
