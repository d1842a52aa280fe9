"""Messages about roles and substitutions, to heads and substitutes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hoso_models.storage.database import Transaction
from hoso_workflows.organisation import telling
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.permissions import ASSIGNERS
from hoso_workflows.organisation.register.author import Author
from hoso_workflows.organisation.register.register import Register

ROLE_GIVEN, ROLE_PROPOSED = "register.role_given", "register.role_proposed"
SUBSTITUTION_ENTERED = "register.substitution_entered"
_TOPICS = {
    "role_given": ROLE_GIVEN,
    "role_proposed": ROLE_PROPOSED,
    "role_confirmed": ROLE_GIVEN,
    "substitution_entered": SUBSTITUTION_ENTERED,
}


class Told(NamedTuple):
    """One message: what it is about, and who gets it."""

    topic: str
    key: str
    people: list[UUID]
    payload: dict[str, str]


async def messages(
    tx: Transaction, register: Register, acts: Sequence[Act], author: Author, at: datetime
) -> list[Told]:
    """The messages that acts ask for, before they are written.

    They go to who heads the unit until then, and never to the author of the acts.
    """
    found = [
        _about(register, act, unit) for act in acts if act.kind in _TOPICS for unit in _units(register, act)
    ]
    places = [(told.payload["unit"], role) for told in found for role in ASSIGNERS]
    heads = await telling.people_of(tx, places, at) if places else []
    for place, told in enumerate(found):
        for people in heads[place * len(ASSIGNERS) : (place + 1) * len(ASSIGNERS)]:
            told.people.extend(people)
    return [
        told._replace(people=[each for each in told.people if each not in author.persons]) for told in found
    ]


async def tell(tx: Transaction, told: Sequence[Told], at: datetime) -> None:
    """Write the messages, once the acts are written."""
    for each in told:
        await telling.tell(tx, each.topic, each.key, each.people, each.payload, at)


def _units(register: Register, act: Act) -> list[str]:
    """The units where somebody gets a right by an act."""
    if unit := act.payload["unit"]:
        return [str(unit)]
    absent = UUID(str(act.payload["absent"]))
    return sorted({role.unit_code for role in register.roles.of("person", absent)})


def _about(register: Register, act: Act, unit: str) -> Told:
    said = act.payload
    about = {"unit": unit, "unit_name": register.unit(unit).name, "day": str(said["valid_from"])}
    if "person" in said:
        named = {**about, "person": register.person(str(said["person"])).name}
        return Told(_TOPICS[act.kind], act.subject, [], named)
    absent, acting = (register.person(str(said[name])) for name in ("absent", "acting"))
    return Told(
        SUBSTITUTION_ENTERED,
        f"{act.subject}/{unit}",
        [acting.id],
        {**about, "person": acting.name, "subject": absent.name},
    )
