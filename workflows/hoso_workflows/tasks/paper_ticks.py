"""Ticks of papers that the desk has looked at before it decides.

A working aid and no event: in law nothing is checked until the desk accepts, refuses or asks for a supplement, and what it says
then is the act. Ticks lie in the officers' own drafts of the step of reception (`kept`), so that they go when that step closes.
Everything else of a draft is its officer's alone; the ticks are told to all who read the step, with who made them and when.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.tasks import kept
from hoso_workflows.tasks.kept import Keeper

#: The answer of a draft that is nobody's answer: by the code of each paper whether it was looked at, and when that was said.
TICKS = "_da_kiem_tra"
#: How often a tick is tried while the same officer keeps the draft in another window.
TRIES = 5
#: The draft of a step of which nothing is written.
_EMPTY: Mapping[str, Any] = {"outcome": None, "values": {}, "result": None, "reason": "", "note": ""}


@dataclass(frozen=True, slots=True)
class Tick:
    """A paper that was looked at."""

    paper: str
    #: The name of who did.
    by: str
    at: datetime


async def listed(db: Database, task: UUID) -> Mapping[str, Tick]:
    """The ticks at a step, by the code of the paper. Of a paper the newest word counts, whoever has said it.

    For whoever may read the step; that is asked by the reads beside it.
    """
    said = sorted(_said(await db.rows(_KEPT, [task, TICKS])), key=lambda each: each[1].at)
    newest = {tick.paper: (ticked, tick) for ticked, tick in said}
    return {paper: tick for paper, (ticked, tick) in newest.items() if ticked}


def _said(rows: Any) -> Iterator[tuple[bool, Tick]]:
    for row in rows:
        for paper, word in row.ticks.items() if isinstance(row.ticks, dict) else ():
            if isinstance(word, dict) and isinstance(word.get("at"), str):
                yield word.get("ticked") is True, Tick(paper, row.name, datetime.fromisoformat(word["at"]))


async def tick(db: Database, task: UUID, paper: str, keeper: Keeper, *, ticked: bool) -> None:
    """Say that a paper was looked at, or take that back. Said as it stands already it changes nothing.

    Raises what `kept.save` raises.
    """
    for left in reversed(range(TRIES)):
        draft, version = await kept.found(db, task, keeper)
        if (paper in await listed(db, task)) == ticked:
            return
        try:
            await kept.save(db, task, _with(draft, paper, keeper, ticked=ticked), keeper, [version])
        except kept.StepDraftChanged:
            if not left:
                raise
        else:
            return


def _with(draft: Mapping[str, Any] | None, paper: str, keeper: Keeper, *, ticked: bool) -> dict[str, Any]:
    """The draft with one more word on a paper."""
    before = {name: (draft or _EMPTY)[name] for name in _EMPTY}
    said = before["values"].get(TICKS)
    words = {**(said if isinstance(said, dict) else {}), paper: _word(keeper, ticked=ticked)}
    return {**before, "values": {**before["values"], TICKS: words}}


def _word(keeper: Keeper, *, ticked: bool) -> dict[str, Any]:
    return {"ticked": ticked, "at": localtime.isoformat(keeper.at)}


#: $1 task, $2 the name of the ticks.
_KEPT = """
select p.name, k.draft #> array['values', $2::text] as ticks from officer_task k join principal p on p.id = k.principal_id
where k.task_id = $1 and k.draft #> array['values', $2::text] is not null
"""
