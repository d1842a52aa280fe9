"""Calls that the system of another authority signs by its own key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from hoso_models import PrincipalKind
from hoso_workflows.organisation import credentials, principals, units
from support.api_client import Rest
from support.world import DESK, FOUNDED, SINCE

COVERED = ("@method", "@authority", "@path", "idempotency-key")


@dataclass
class Partner:
    """Another authority's system, with its private key."""

    rest: Rest
    principal: UUID
    key: Ed25519PrivateKey
    keyid: UUID

    def signed(
        self,
        path: str,
        body: Any,
        *,
        at: datetime | None = None,
        covered: tuple[str, ...] = COVERED,
        key: Ed25519PrivateKey | None = None,
        keyid: str | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
        nonce: str | None = None,
    ) -> httpx.Request:
        """A call as the partner sends it; a body that is None is none."""
        content = b"" if body is None else json.dumps(body).encode()
        request = self.rest.client.build_request(
            method,
            path,
            content=content,
            headers={
                "Content-Type": "application/json",
                **({"Idempotency-Key": "k1"} if nonce is None else {}),
                **(headers or {}),
            },
        )
        keyid = keyid or str(self.keyid)
        signer = HTTPMessageSigner(
            signature_algorithm=ED25519,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={keyid: key or self.key}),
        )
        signer.sign(
            request,
            key_id=keyid,
            created=at or self.rest.clock.at,
            nonce=nonce,
            covered_component_ids=[each for each in covered if nonce is None or each != "idempotency-key"],
            body=content,
        )
        return request

    async def sends(self, request: httpx.Request) -> httpx.Response:
        """Send it, and hold the answer to the description of the API."""
        answer = await self.rest.client.send(request)
        self.rest.contract.check(answer)
        return answer


async def entered(rest: Rest) -> Partner:
    """A system that plays reception at the desk, with a key that was entered."""
    key = Ed25519PrivateKey.generate()
    async with rest.world.db.transaction() as tx:
        system = principals.principal(tx, PrincipalKind.PARTNER, "Hệ thống 1 · cơ quan phối hợp", at=FOUNDED)
        await tx.flush()
        units.assign(tx, system.id, DESK, "reception", SINCE)
        keyid = await credentials.enter_key(
            tx, system.id, key.public_key().public_bytes_raw(), "thử", at=FOUNDED
        )
    return Partner(rest, system.id, key, keyid)
