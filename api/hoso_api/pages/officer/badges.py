"""Badges of a task in the inbox: anything unusual, as mark and words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken

#: A mark and its words.
Badge = tuple[str, str]


async def of(visit: Visit, tasks: Iterable[Mapping[str, Any]]) -> dict[str, Sequence[Badge]]:
    """Badges of tasks, by their identity. Those of an absent officer count as acted for where the reader is the substitute."""
    listed = list(tasks)
    rows = await visit.service.db.rows(_FACTS, [[UUID(each["id"]) for each in listed]])
    facts = {str(row.id): row for row in rows}
    absent = {str(right.on_behalf_of) for right in visit.rights.held if right.on_behalf_of}
    return {each["id"]: _badges(facts.get(each["id"]), acting=each["assignee"] in absent) for each in listed}


def _badges(facts: Any, *, acting: bool) -> list[Badge]:
    found: list[tuple[bool, Badge]] = [(acting, ("still", spoken("Làm thay")))]
    if facts is not None:
        found += [
            (facts.held_up, ("incident", spoken("Sự cố"))),
            (facts.again, ("soon", spoken("Bị trả lại"))),
            (facts.supplemented, ("fine", spoken("Đã bổ sung"))),
            (facts.provisional, ("provisional", spoken("Tạm tính"))),
        ]
    return [badge for true, badge in found if true]


#: A step stands again where its like was completed in this dossier; a supplement that came in moves the arrival of an open one.
_FACTS = """
select t.id, d.provisional, d.incidents <> '[]' as held_up, t.arrived_at > t.opened_at as supplemented,
  exists (
    select from user_task e where e.dossier_id = t.dossier_id and e.element = t.element and e.status = 'closed' and e.id <> t.id
  ) as again
from unnest($1::uuid[]) as asked(id)
cross join lateral (select * from user_task where id = asked.id limit 1) t
cross join lateral (select provisional, incidents from dossier where id = t.dossier_id limit 1) d
where t.status = 'open'
"""
