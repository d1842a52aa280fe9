"""Data of a dossier given to third parties.

The event is the line of their register.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.decision import Decision


def disclose(act: Decision, command: commands.Disclose) -> Iterator[Event]:
    """Record what is given to whom, why and by which decision. Raises `FormRefused` for what is not said."""
    said = {name: getattr(command, name).strip() for name in ("recipient", "basis", "purpose", "decision")}
    data = [text for each in command.data if (text := each.strip())]
    missing = [name for name, text in (*said.items(), ("data", data)) if not text]
    if missing:
        raise errors.FormRefused([Fault(name, say("is missing")) for name in missing])
    number = act.state.disclosed + 1
    identity = uuid5(_NAMES, f"{act.state.reference}/{number}")
    yield act.tell(Kind.DISCLOSED, id=str(identity), unit=act.state.units["handling"], **said, data=data)


_NAMES = UUID("5d3c6a1e-8a55-4c69-b5a4-0d1f5c2a7e33")
