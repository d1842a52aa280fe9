"""Rules on lanes: every task has a lane, every lane a role and unit."""

from difflib import get_close_matches

from hoso_bpmn.checks.rules.context import Contents, Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, package_rule, process_rule
from hoso_bpmn.document import naming
from hoso_bpmn.findings import Severity
from hoso_calendar.messages import say

#: The roles that every installation has. A package may name others; a word close to one of these is a slip.
ROLES = ("reception", "clerk", "division_head", "specialist", "agency_head", "provincial_leader")


@process_rule(
    "lanes-missing", remedy="Draw a pool with one lane for each role and put every task into its lane."
)
def lanes_missing(subject: Subject) -> Faults:
    if not subject.process.lanes and subject.human_tasks:
        yield Fault(
            None, say("The process has no lanes, so nobody can be told who works."), line=subject.process.line
        )


@process_rule("task-no-lane", remedy="Move the task into the lane of the role that does it.")
def task_no_lane(subject: Subject) -> Faults:
    for task in subject.human_tasks if subject.process.lanes else ():
        if not task.lane:
            yield Fault(task, say("{label!r} stands in no lane.", label=task.label))


@process_rule("task-no-role", remedy='Add [lanes."…"] with role and unit to procedure.toml.')
def task_no_role(subject: Subject) -> Faults:
    if subject.package is None:
        return
    known = subject.package.lanes
    for task in subject.human_tasks:
        if task.lane and task.lane not in known and not task.properties.get("role"):
            near = get_close_matches(task.lane, known, n=1)
            hint = say(' Is it the lane "{near}"?', near=near[0]) if near else ""
            yield Fault(
                task,
                say(
                    "{label!r} stands in the lane {lane!r}, to which procedure.toml gives no role.",
                    label=task.label,
                    lane=task.lane,
                ),
                say(
                    'Add [lanes."{lane}"] with role and unit to procedure.toml.{hint}',
                    lane=task.lane,
                    hint=hint,
                ),
            )


@process_rule("task-unnamed", remedy="Name the task; the name stands in the officer's inbox.")
def task_unnamed(subject: Subject) -> Faults:
    for task in subject.human_tasks:
        if not task.name:
            yield Fault(task, say("The task {id!r} has no name.", id=task.id))


_NAME_IT = "Give it the name that readers know, in the modeller or in procedure.toml."


@process_rule("name-only-id", remedy=_NAME_IT)
def lane_called_by_an_id(subject: Subject) -> Faults:
    for lane in subject.process.lanes:
        if lane.name and not naming.telling(lane.name, subject.drawing):
            yield Fault(
                lane,
                say("The lane is called {name!r}, which is only an id.", name=lane.name),
                say("Name the lane by who works in it, in the modeller and in procedure.toml."),
            )


@package_rule("name-only-id", remedy=_NAME_IT)
def procedure_called_by_an_id(contents: Contents) -> Faults:
    declared = contents.package
    named = [
        ("name", declared.name),
        *((say("case {id!r}: name", id=case.id), case.name) for case in declared.cases),
    ]
    for key, name in named:
        if not all(naming.telling(name, drawing) for drawing in contents.drawings.values()):
            yield Fault(
                None,
                say("{key} = {name!r} is only an id.", key=key, name=name),
                say("Write the name of the decision that published the procedure."),
            )


@package_rule("lane-unknown", remedy="Correct the name, or delete the table.")
def lane_unknown(contents: Contents) -> Faults:
    processes = [process for drawing in contents.drawings.values() for process in drawing.processes]
    drawn = {lane.name for process in processes for lane in process.lanes}
    for lane in contents.package.lanes if drawn else ():
        if lane not in drawn:
            near = get_close_matches(lane, drawn, n=1)
            yield Fault(
                None,
                say('[lanes."{lane}"] names a lane that no process of the package draws.', lane=lane),
                say('Correct the name to "{near}".', near=near[0]) if near else None,
            )


@package_rule(
    "role-unknown",
    severity=Severity.WARNING,
    remedy=say(
        "Roles of every installation are {known}; another word needs officers who have that role.",
        known=", ".join(ROLES),
    ),
)
def role_unknown(contents: Contents) -> Faults:
    for lane, role in contents.package.lanes.items():
        if role.role not in ROLES:
            near = get_close_matches(role.role, ROLES, n=1)
            hint = say(" Is it {near!r}?", near=near[0]) if near else ""
            yield Fault(
                None,
                say(
                    '[lanes."{lane}"] has the role {role!r}, which is the package\'s own word.{hint}',
                    lane=lane,
                    role=role.role,
                    hint=hint,
                ),
            )
