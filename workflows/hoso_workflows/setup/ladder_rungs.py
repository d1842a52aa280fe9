"""Rungs of the escalation ladder in a setup file."""

from collections.abc import Iterator
from datetime import date, datetime

from hoso_models.storage.database import Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.ladder import acts, rungs
from hoso_workflows.ladder.acts import Wanted
from hoso_workflows.ladder.rungs import Rung
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register.author import Author
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.setup.document import Document, RungTable
from hoso_workflows.setup.plan import BASIS


async def apply(
    tx: Transaction, register: Register, document: Document, author: Author, at: datetime
) -> list[tuple[str, Act]]:
    """Enter the rungs of a file; the acts with their places in it.

    One that begins in the past begins today. Raises Forbidden, and Misplaced with the refusal of an entry.
    """
    tops = [unit.code for unit in register.units if unit.parent_code is None]
    today = localtime.local_date(at)
    done: list[tuple[str, Act]] = []
    for index, row in enumerate(document.rung):
        author.require(register, acts.ENTERING, *([row.unit] if row.unit else tops))
        wanted = _wanted(row, document, today)
        try:
            entered = await acts.enter_within(tx, wanted, author.actor, at)
        except errors.Refusal as refusal:
            raise Misplaced(f"rung.{index}", refusal) from refusal
        done += [(f"rung.{index}", act) for act in entered.acts]
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
