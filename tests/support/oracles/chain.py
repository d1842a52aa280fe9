"""A dossier's chain counted again from its stored rows, by whoever has the table and the format of ADR 0024, and not our code."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

GENESIS = bytes(32)
ROWS = "select * from dossier_event where dossier_id = $1 order by seq"


def head(rows: Iterable[Any]) -> bytes:
    """The head to which the rows lead; raises ValueError with the number of the first that does not fit."""
    previous, version = GENESIS, 1
    for seq, row in enumerate(rows, start=1):
        payload = row["salt"] is None or _digest(row) == row["digest"]
        if not (payload and row["header_version"] >= version and _hash(row, seq, previous) == row["hash"]):
            raise ValueError(seq)
        previous, version = row["hash"], row["header_version"]
    return previous


def _digest(row: Any) -> bytes:
    return hashlib.sha256(row["salt"] + _canonical(row["payload"])).digest()


def _hash(row: Any, seq: int, previous: bytes) -> bytes:
    header = {
        "seq": seq,
        "kind": row["kind"],
        "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": str(row["actor_id"]),
        "on_behalf_of": str(row["on_behalf_of"]) if row["on_behalf_of"] else None,
        "automatic": row["automatic"],
    }
    if row["header_version"] == 2:
        header |= {"v": 2, "alg": "SHA-256", "dossier": str(row["dossier_id"])}
    return hashlib.sha256(previous + _canonical(header) + row["digest"]).digest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
