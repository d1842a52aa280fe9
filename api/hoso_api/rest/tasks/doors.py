"""Acts on a task, for their addresses, batches and the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hoso_api.http.fields import Body
from hoso_api.rest.tasks import schemas
from hoso_api.rest.tasks.schemas import BulkAct
from hoso_calendar.messages import say
from hoso_workflows.lifecycle import commands


@dataclass(frozen=True, slots=True)
class TaskDoor:
    """An act on a task with its body and its command."""

    name: BulkAct
    body: type[Body]
    says: str
    #: The command of a task and a body.
    command: Callable[[UUID, Any], commands.Command]


DOORS = (
    TaskDoor(BulkAct.ASSIGNMENT, schemas.Assignment, say("Take a task, or give it to a colleague."), lambda task, body: commands.Claim(task, body.assignee)),
    TaskDoor(BulkAct.RELEASE, schemas.Release, say("Give a task back to its unit."), lambda task, _: commands.Unclaim(task)),
    TaskDoor(BulkAct.COMPLETION, schemas.Completion, say("Complete a task."), lambda task, body: body.command(task)),
    TaskDoor(BulkAct.PRIORITY, schemas.Prioritisation, say("Put a task before others, or back among them."), lambda task, body: commands.SetPriority(task, body.priority)),
    TaskDoor(BulkAct.REASSIGNMENT, schemas.Reassignment, say("Give a task to another officer, or to its unit, whoever has taken it."), lambda task, body: commands.Reassign(task, body.assignee, body.reason)),
    TaskDoor(BulkAct.DELEGATION, schemas.Delegation, say("Let a colleague work on your task for a while."), lambda task, body: commands.Delegate(task, body.assignee, body.note)),
    TaskDoor(BulkAct.DELEGATION_END, schemas.DelegationEnd, say("Give a delegated task back to its owner."), lambda task, body: commands.Resolve(task, body.note)),
    TaskDoor(BulkAct.RETURN, schemas.Return, say("Return a task to the officer who had it before."), lambda task, body: commands.ReturnTask(task, body.reason)),
)  # fmt: skip
BY_NAME = {door.name: door for door in DOORS}
