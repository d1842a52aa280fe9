"""The seal of an act: what the chain says of the rows beside it, so that who alters one of them is found out.

The last event of each act carries it under `act`: the act's number, a digest of the engine's state behind it and one of the
answer that is kept for its idempotency key. Digests are the first 128 bits of sha256, in hex: enough against whoever looks
for another state or answer with the same one, and short, since every act stores them (ADR 0027).
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


def sealed(told: Sequence[Event], number: int, state: bytes, answered: str | None) -> tuple[Event, ...]:
    """The events of an act, the last one with the seal: the act's number, the state behind it, and the digest of its answer."""
    *before, last = told
    seal = {"number": number, "engine": hoso_bpmn.digest(state), **({"answer": answered} if answered else {})}
    return (*before, replace(last, payload={**last.payload, ACT: seal}))


def answer(principal: UUID, key: str | None, request: bytes, response: Mapping[str, Any]) -> str | None:
    """The digest of an answer that is kept under a key; None where none is."""
    if key is None:
        return None
    kept = {"principal": str(principal), "key": key, "request": request.hex(), "response": response}
    return hashlib.sha256(canonical(kept)).hexdigest()[:32]


def of(event: Event) -> Mapping[str, Any]:
    """The seal that an event carries; empty for one that is not the last of its act, of an older program, or erased."""
    seal: Mapping[str, Any] = event.payload.get(ACT, {})
    return seal
