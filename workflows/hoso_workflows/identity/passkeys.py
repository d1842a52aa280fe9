"""Passkeys (WebAuthn): made and shown with user verification, without attestation."""

import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hoso_models import errors as storage_errors
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.identity import history
from hoso_workflows.identity.refusals import PasskeyRefused
from hoso_workflows.organisation.telling import account_messages
from hoso_workflows.organisation.telling.account_messages import Topic

REQUIRED = UserVerificationRequirement.REQUIRED
#: What a broken answer raises in the library.
_BROKEN = (
    *(ValueError, TypeError, AttributeError, LookupError, ArithmeticError),
    *(AssertionError, RecursionError, struct.error),
)


class Passkeys:
    """The passkeys of one origin; they are bound to its host name."""

    def __init__(self, origin: str) -> None:
        host = urlsplit(origin).hostname or ""
        self._server = Fido2Server(
            PublicKeyCredentialRpEntity(name="hồ sơ", id=host), verify_origin=lambda found: found == origin
        )

    async def making(
        self, db: Database, principal: UUID, account: str, name: str, challenge: bytes
    ) -> Mapping[str, Any]:
        """Options for making a passkey, on a device that has none."""
        known = await db.rows(_KEYS, [principal])
        options, _ = self._server.register_begin(
            PublicKeyCredentialUserEntity(name=account, id=principal.bytes, display_name=name),
            [
                PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=row.key_id)
                for row in known
            ],
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=REQUIRED,
            challenge=challenge,
        )
        return dict(options)

    async def made(
        self, tx: Transaction, principal: UUID, challenge: bytes, answer: Any, label: str, *, at: datetime
    ) -> None:
        """Store the passkey that a browser has made. Raises PasskeyRefused."""
        try:
            data = self._server.register_complete(_state(challenge), answer)
            key = data.credential_data
            if key is None:
                raise PasskeyRefused
            stored = [
                key.credential_id,
                cbor.encode(dict(key.public_key)),
                data.counter,
                data.is_backup_eligible(),
            ]
        except _BROKEN as wrong:
            raise PasskeyRefused from wrong
        try:
            async with tx.begin_nested():
                await tx.rows(_ADD, [principal, label, *stored, at])
        except storage_errors.ConstraintViolated as known:
            raise PasskeyRefused from known
        await history.record(tx, principal, "add passkey", str(principal), at)
        await account_messages.enter(tx, Topic.SIGN_IN_CHANGED, principal, at=at)

    def asking(self, challenge: bytes) -> Mapping[str, Any]:
        """The options by which a browser shows a passkey of anybody."""
        options, _ = self._server.authenticate_begin(user_verification=REQUIRED, challenge=challenge)
        return dict(options)

    async def shown(self, db: Database, challenge: bytes, answer: Any, *, at: datetime) -> UUID:
        """The person of a passkey that was shown. Raises PasskeyRefused.

        A count that goes back tells of a copied key, which is refused.
        """
        try:
            response = AuthenticationResponse.from_dict(answer)
            row = await db.row(_KEY, [response.raw_id, at])
            if row is None or response.response.user_handle not in (None, row.principal_id.bytes):
                raise PasskeyRefused
            key = AttestedCredentialData.create(
                Aaguid.NONE, row.key_id, CoseKey.parse(cast(Mapping[int, Any], cbor.decode(row.public_key)))
            )
            self._server.authenticate_complete(_state(challenge), [key], response)
            count = response.response.authenticator_data.counter
        except _BROKEN as wrong:
            raise PasskeyRefused from wrong
        if not await db.one_statement(_USE, [row.id, count, at]):
            raise PasskeyRefused
        return UUID(int=row.principal_id.int)


def _state(challenge: bytes) -> Mapping[str, Any]:
    # As the library keeps it between its two steps; ours is kept with the attempt.
    return Fido2Server._make_internal_state(challenge, REQUIRED)  # type: ignore[no-any-return]  # the library has no types here


_KEYS = "select key_id from credential where principal_id = $1 and kind = 'passkey' and revoked_at is null"
_ADD = """
insert into credential (principal_id, kind, label, key_id, public_key, sign_count, copied, created_at, confirmed_at)
values ($1, 'passkey', $2, $3, $4, $5, $6, $7, $7)
"""
_KEY = """
select c.id, c.principal_id, c.key_id, c.public_key from credential c join principal p on p.id = c.principal_id
where c.key_id = $1 and c.kind = 'passkey' and c.revoked_at is null and p.kind = 'officer'
  and (p.closed_at is null or p.closed_at > $2)
"""
#: $2 the count of uses; a device that does not count says 0 for ever.
_USE = """
update credential set sign_count = $2, last_used_at = $3
where id = $1 and revoked_at is null and (sign_count < $2 or sign_count = 0 and $2 = 0) returning 1
"""
