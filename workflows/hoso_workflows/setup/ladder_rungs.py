"""Rungs of the escalation ladder in a setup file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hoso_models.storage.database import Transaction
from hoso_workflows import errors
from hoso_workflows.ladder import acts, rungs
from hoso_workflows.ladder.acts import Wanted
from hoso_workflows.ladder.rungs import Rung
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register.author import Author
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.setup.document import Document, RungTable
from hoso_workflows.setup.plan import BASIS


@dataclass(frozen=True, slots=True)
class Planned:
    """A rung that a file adds, with its place in it."""

    place: str
    wanted: Wanted


async def plan(tx: Transaction, document: Document, today: date) -> list[Planned]:
    """The rungs of a file that do not stand yet. One that begins in the past begins today."""
    wanted = [_wanted(row, document, today) for row in document.rung]
    standing = [await acts.stands(tx, each) for each in wanted]
    return [
        Planned(f"rung.{index}", each)
        for index, (each, stands) in enumerate(zip(wanted, standing, strict=True))
        if not stands
    ]


async def apply(
    tx: Transaction, register: Register, planned: Sequence[Planned], author: Author, at: datetime
) -> list[tuple[str, Act]]:
    """Enter rungs; the acts with their places. Raises Forbidden, and Misplaced with the refusal of an entry."""
    tops = [unit.code for unit in register.units if unit.parent_code is None]
    done: list[tuple[str, Act]] = []
    for each in planned:
        unit = each.wanted.unit
        author.require(register, acts.ENTERING, *([unit] if unit else tops))
        try:
            entered = await acts.enter_within(tx, each.wanted, author.actor, at)
        except errors.Refusal as refusal:
            raise Misplaced(each.place, refusal) from refusal
        done += [(each.place, act) for act in entered.acts]
    return done


class Misplaced(Exception):
    """An entry of the file that was refused, with its place."""

    def __init__(self, place: str, refusal: errors.Refusal) -> None:
        super().__init__(place)
        self.place, self.refusal = place, refusal


async def kept(tx: Transaction, today: date) -> Iterator[Rung]:
    """The rungs of today and later."""
    return (each for each in await rungs.every(tx) if each.valid_to is None or each.valid_to >= today)


def _wanted(row: RungTable, document: Document, today: date) -> Wanted:
    begins = row.begins or document.defaults.begins or today
    given = row.model_dump(exclude={"begins", "ends", "basis"})
    return Wanted(
        **given,
        valid_from=max(begins, today),
        valid_to=row.ends,
        basis=row.basis or document.defaults.basis or BASIS,
    )
