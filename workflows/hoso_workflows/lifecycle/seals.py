"""Seal of a command: digests in the chain that reveal altered rows beside it.

The last event of each command carries it under `act`: the command's number, a digest of the engine's state after it and one of
the response that is kept for its idempotency key. Digests are the first 128 bits of SHA-256, in hex: enough against a search for
another state or response with the same digest, and short, since every command stores them (ADR 0027).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import hoso_bpmn
from hoso_workflows.events import Event, canonical

#: The key of an event's payload under which its act is sealed.
ACT = "act"


def sealed(new_events: Sequence[Event], number: int, state: bytes, answered: str | None) -> tuple[Event, ...]:
    """The events of a command, the last one with the seal.

    The seal holds the command's number, the digest of the state after it, and the digest of its response.
    """
    *before, last = new_events
    seal = {"number": number, "engine": hoso_bpmn.digest(state), **({"answer": answered} if answered else {})}
    return (*before, replace(last, payload={**last.payload, ACT: seal}))


def answer(principal: UUID, key: str | None, request: bytes, response: Mapping[str, Any]) -> str | None:
    """The digest of a response kept under an idempotency key; None without a key."""
    if key is None:
        return None
    kept = {"principal": str(principal), "key": key, "request": request.hex(), "response": response}
    return hashlib.sha256(canonical(kept)).hexdigest()[:32]


def of(event: Event) -> Mapping[str, Any]:
    """The seal in an event's payload; empty if there is none.

    There is none if the event is not the last of its command, was written by an older release, or is erased.
    """
    seal: Mapping[str, Any] = event.payload.get(ACT, {})
    return seal
