"""The table of permissions, and what a person may do today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.records import registers
from hoso_api.pages.records.registers import HERE, TABLE
from hoso_api.pages.register import people
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked
from hoso_calendar import messages
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import Act, Group, Right, operations, table

#: Groups of acts with the word of the query and their names.
GROUPS: Mapping[Group, tuple[str, str]] = {
    Group.DOSSIER: ("ho-so", marked("Việc trên hồ sơ")),
    Group.READ: ("doc", marked("Đọc một hồ sơ, một việc")),
    Group.LIST: ("danh-sach", marked("Danh sách, báo cáo")),
    Group.PROCEDURE: ("thu-tuc", marked("Thủ tục")),
    Group.ADMINISTRATION: ("quan-tri", marked("Quản trị")),
    Group.PUBLIC: ("cong-khai", marked("Ai cũng làm được")),
}
router = session.router("")


@dataclass(frozen=True, slots=True)
class Row:
    """An act of the table in words."""

    name: str
    what: str
    #: Of which relations one suffices.
    who: Sequence[str]
    logged: bool
    second_person: bool
    step_up: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The acts of a group."""

    word: str
    name: str
    rows: Sequence[Row]


@router.get(TABLE)
@acts.named("list_permissions")
async def permissions_page(
    visit: VisitNow,
    role: Annotated[str, Query(alias="vai-tro", max_length=80)] = "",
    group: Annotated[str, Query(alias="nhom", max_length=20)] = "",
) -> Response:
    """The acts of a group or a role, with who may do them."""
    roles = await people.roles(visit)
    role = role if role in dict(roles) else ""
    words = {word: each for each, (word, _) in GROUPS.items()}
    chosen = words.get(group, Group.DOSSIER)
    found = operations.by_right(Right("", role), at_top=True) if role else None
    names = found if found is not None else [act.name for act in table.ROWS if act.group is chosen]
    return visit.page(
        "records/permissions.html",
        here=HERE,
        registers=registers.places(visit),
        way=TABLE,
        parts=parts(names),
        groups=GROUPS.values(),
        group=GROUPS[chosen][0],
        roles=roles,
        role=role,
        number=len(names),
    )


@router.get(f"{people.ADDRESS}/{{person}}/quyen")
@acts.named("get_permissions")
async def person_permissions_page(person: UUID, visit: VisitNow) -> Response:
    """The acts of a person today, each with role, unit and end."""
    found = await permissions.of_person(visit.service.db, person, **visit.reading)
    grounds = [(each, people.role(each["role"]), parts(each["acts"])) for each in found["roles"]]
    return visit.page(
        "records/person_permissions.html",
        here=HERE if found["id"] != visit.principal else "",
        found=found,
        own=found["id"] == visit.principal,
        known=_knows(visit, person),
        grounds=grounds,
        besides=parts(found["acts"]),
        table=TABLE,
    )


def _knows(visit: Visit, person: UUID) -> bool:
    """True where the reader may open the person's record."""
    return person == visit.principal or bool(permissions.overseen(visit.rights, "get_person"))


def parts(names: Iterable[str]) -> list[Part]:
    """Acts in their groups, in the order of the table. Groups without one are left out."""
    wanted = set(names)
    found = [
        Part(word, name, [_row(act) for act in table.ROWS if act.group is group and act.name in wanted])
        for group, (word, name) in GROUPS.items()
    ]
    return [part for part in found if part.rows]


def _row(act: Act) -> Row:
    return Row(
        act.name,
        messages.opening(messages.translated(act.says)),
        [messages.translated(permissions.SAYS[each]) for each in act.who],
        act.logged,
        act.second_person,
        act.step_up,
    )
