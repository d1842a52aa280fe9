"""Outcomes of a task that miss its milestone, such as sending work back.

The check and the lifecycle read the same answer, so that what a drawing promises is what a run does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hoso_bpmn.document import bypasses, critical_path
from hoso_bpmn.document.diagram import Process
from hoso_bpmn.document.gateways import Choice

#: What the property `milestone` of a task says, in the order in which a dossier passes them.
MILESTONES = ("accept", "result", "return")
#: What the property `ends` of an end event says: the dossier ended there without a result.
ENDS = ("refused", "withdrawn", "stopped")


def carriers(process: Process, milestone: str) -> frozenset[str]:
    """The tasks that carry a milestone."""
    elements = process.elements.values()
    return frozenset(each.id for each in elements if each.properties.get("milestone") == milestone)


def missed(process: Process, choices: Mapping[str, tuple[Choice, ...]]) -> dict[str, tuple[str, ...]]:
    """Outcomes by which a task with a milestone does not reach it.

    The milestones are `result` and `return`. From such an outcome no run goes on to a plain end, and no way to the
    return, without coming to a task of that milestone again. An end that says `ends` is no plain one.
    """
    found: dict[str, tuple[str, ...]] = {}
    for milestone in ("result", "return"):
        tasks = carriers(process, milestone)
        deciding = [task for task in sorted(tasks) if task in choices]
        passing = _passing(process, tasks) if deciding else frozenset()
        for task in deciding:
            found[task] = tuple(c.label for c in choices[task] if c.leads_to not in passing)
    return found


def _passing(process: Process, tasks: frozenset[str]) -> frozenset[str]:
    """Elements behind which the run goes on as if a milestone was reached."""
    ways = bypasses.Onward(process, tasks, ENDS)
    returned = _leading_to(process, carriers(process, "return") - tasks, tasks)
    return returned | {identity for identity in process.elements if ways.leads_from(identity)}


def _leading_to(process: Process, goals: Collection[str], past: Collection[str]) -> frozenset[str]:
    """Elements with a way to one of the goals that passes no task."""
    before: dict[str, list[str]] = {}
    for source, targets in critical_path.successors(process).items():
        for target in targets if source not in past else ():
            before.setdefault(target, []).append(source)
    found: set[str] = set()
    waiting = list(goals)
    while waiting:
        identity = waiting.pop()
        if identity not in found:
            found.add(identity)
            waiting += before.get(identity, ())
    return frozenset(found)
