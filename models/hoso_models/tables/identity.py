"""Ways in of a person: identities, factors, invitations, attempts and sessions of a browser."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, document, enum_field, index, listing, one_of, surrogate


class SessionKind(StrEnum):
    """Kinds of sessions, which never mix; each has a cookie of its own."""

    #: Of somebody who works for a unit.
    OFFICER = "officer"
    #: Of a person or a company's representative who files dossiers.
    APPLICANT = "applicant"


class CredentialKind(StrEnum):
    """Proofs that an own account knows."""

    #: A key pair of a device that also verifies its user (WebAuthn); counts as two factors.
    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105 - a kind, not a secret
    #: A code that changes every 30 seconds (RFC 6238).
    TOTP = "totp"
    #: A code on paper, good once, in the place of the changing one.
    RECOVERY_CODE = "recovery_code"


class InvitationPurpose(StrEnum):
    """Purposes of an invitation."""

    #: Makes the first administrator of an installation.
    SETUP = "setup"
    #: Lets a person who was entered choose their factors.
    ENROLMENT = "enrolment"
    #: Lets a person who lost their factors choose new ones; two persons give it.
    RECOVERY = "recovery"


class AttemptPurpose(StrEnum):
    """Steps of a sign-in that wait for the next request of the same browser."""

    #: An identity provider was asked.
    PROVIDER = "provider"
    #: The password was right; the second factor comes next.
    SECOND_FACTOR = "second_factor"
    #: A passkey was asked for.
    PASSKEY = "passkey"
    #: A new passkey is made.
    PASSKEY_MADE = "passkey_made"


class Identity(Record, table=True):
    """A subject of an identity provider, linked to a principal. Unlinked by a date, never deleted."""

    __tablename__ = "identity"
    __table_args__ = (
        index(
            *("uq_identity_issuer_subject", "issuer", "subject", "provider"),
            where="unlinked_at is null",
            unique=True,
        ),
        index("ix_identity_principal_id", "principal_id"),
        index("ix_identity_identifier", "identifier", where="identifier is not null"),
        CheckConstraint("identifier is null or unlinked_at is null", name="identifier"),
    )

    id: UUID = surrogate()
    principal_id: UUID = Field(foreign_key="principal.id")
    #: The name of the provider in the settings.
    provider: str
    issuer: str
    subject: str
    linked_at: datetime
    #: The administrator whose invitation linked it; null where the person did by signing in.
    linked_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: `invitation`, `claim`, `first-sign-in`.
    how: str
    unlinked_at: datetime | None = None
    #: The number that the provider has verified, where the settings say which claim it is.
    identifier: str | None = None


class BrowserSession(Record, table=True):
    """A session of one browser; only the digest of its secret is kept."""

    __tablename__ = "browser_session"
    __table_args__ = (
        one_of("kind", SessionKind),
        index("ix_browser_session_principal_id", "principal_id", "begun_at"),
        index(
            "ix_browser_session_provider_sid",
            "provider",
            "provider_sid",
            where="provider_sid is not null and ended_at is null",
        ),
        index("ix_browser_session_family_id", "family_id"),
        index("ix_browser_session_expires_at", "expires_at"),
    )

    id: UUID = surrogate()
    secret_sha256: bytes = Field(unique=True)
    kind: SessionKind = enum_field(SessionKind)
    principal_id: UUID = Field(foreign_key="principal.id")
    #: The id of the session that sign-in began; what replaced it belongs to the same family.
    family_id: UUID
    #: `local`, `demo`, or the name of an identity provider in the settings.
    provider: str
    identity_id: UUID | None = Field(default=None, foreign_key="identity.id")
    #: The provider's own name of the session, by which it is signed out there.
    provider_sid: str | None = None
    id_token_sealed: bytes | None = None
    #: The level and the methods of the sign-in, as the provider or we say them (RFC 8176).
    acr: str | None = None
    amr: list[str] = listing()
    #: When the person last proved who they are.
    authenticated_at: datetime
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str = defaulted("", "''")
    #: The network it was begun from.
    address: str = defaulted("", "''")
    ended_at: datetime | None = None
    ended_why: str | None = None
    successor_id: UUID | None = Field(default=None, foreign_key="browser_session.id")


class SignInAttempt(Record, table=True):
    """A step of a sign-in, bound to one browser; used once."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        one_of("kind", SessionKind),
        one_of("purpose", AttemptPurpose),
        index("ix_sign_in_attempt_expires_at", "expires_at"),
    )

    id: UUID = surrogate()
    kind: SessionKind = enum_field(SessionKind)
    purpose: AttemptPurpose = enum_field(AttemptPurpose)
    #: Digest of the `state` of an authorisation request; null where no provider is asked.
    state_sha256: bytes | None = Field(default=None, unique=True)
    #: Digest of the secret that the browser holds.
    cookie_sha256: bytes
    provider: str | None = None
    nonce: str | None = None
    verifier: str | None = None
    #: The challenge of a passkey.
    challenge: bytes | None = None
    wanted_acr: list[str] = listing()
    #: Seconds for which a proof of the person is recent enough.
    max_age: int | None = None
    onward: str = defaulted("/", "'/'")
    principal_id: UUID | None = Field(default=None, foreign_key="principal.id")
    #: The session that wants a newer proof.
    session_id: UUID | None = Field(default=None, foreign_key="browser_session.id", ondelete="CASCADE")
    #: The invitation that the answer takes up.
    invitation_id: UUID | None = Field(default=None, foreign_key="invitation.id", ondelete="CASCADE")
    begun_at: datetime
    expires_at: datetime


class Credential(Record, table=True):
    """A factor of an own account. Revoked by a date, never deleted."""

    __tablename__ = "credential"
    __table_args__ = (
        one_of("kind", CredentialKind),
        index(
            "uq_credential_principal_id_kind",
            "principal_id",
            "kind",
            where="kind in ('password', 'totp') and revoked_at is null and confirmed_at is not null",
            unique=True,
        ),
        index("ix_credential_principal_id", "principal_id"),
    )

    id: UUID = surrogate()
    principal_id: UUID = Field(foreign_key="principal.id")
    kind: CredentialKind = enum_field(CredentialKind)
    label: str = defaulted("", "''")
    #: The hash of a password or a recovery code (argon2id).
    hash: str | None = None
    #: The secret of the changing codes, sealed by the key of the installation.
    sealed: bytes | None = None
    #: The last step of the changing codes that was accepted.
    last_step: int | None = Field(default=None, sa_type=BigInteger)
    #: Which recovery code of its set.
    number: int | None = None
    #: The name that the device gave to its key.
    key_id: bytes | None = Field(default=None, unique=True)
    #: The public key (COSE, RFC 9052).
    public_key: bytes | None = None
    sign_count: int = defaulted(0, "0", sa_type=BigInteger)
    #: Whether the key may be copied to other devices of its owner.
    copied: bool = defaulted(False, "false")
    created_at: datetime
    #: When a first use proved that it works; null until then.
    confirmed_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_why: str | None = None


class Invitation(Record, table=True):
    """A code by which a person chooses their factors; only its digest is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("purpose", InvitationPurpose),
        CheckConstraint("second_person <> made_by", name="somebody_else"),
        CheckConstraint(
            "purpose <> 'recovery' or code_sha256 is null or second_person is not null", name="two_persons"
        ),
        CheckConstraint("purpose = 'setup' or principal_id is not null", name="principal"),
        index("ix_invitation_principal_id", "principal_id"),
        index("ix_invitation_expires_at", "expires_at"),
    )

    id: UUID = surrogate()
    purpose: InvitationPurpose = enum_field(InvitationPurpose)
    #: Null for the first administrator, whom it makes.
    principal_id: UUID | None = Field(default=None, foreign_key="principal.id")
    #: Null until the second person confirms a recovery.
    code_sha256: bytes | None = Field(default=None, unique=True)
    #: Null where the installation itself made it.
    made_by: UUID | None = Field(default=None, foreign_key="principal.id")
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None
    second_person: UUID | None = Field(default=None, foreign_key="principal.id")
    confirmed_at: datetime | None = None
    #: What a first administrator is to be called, and the unit.
    detail: dict[str, Any] = document()
