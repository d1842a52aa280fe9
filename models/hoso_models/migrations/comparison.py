"""The scope of a comparison between the models and a database."""

from collections.abc import MutableMapping
from typing import Any


def include_name(name: str | None, kind: str, _parents: MutableMapping[Any, Any]) -> bool:
    """Everything but the partitions of the event table, which belong to their parent."""
    return not (kind == "table" and name is not None and name.startswith("dossier_event_"))
