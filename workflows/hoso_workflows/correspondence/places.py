"""Units as letters name them: with the unit above and their place."""

from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.correspondence.letter_values import Unit


async def unit(db: Database, code: str) -> Unit:
    """A unit for the head of a paper. Raises NotFound."""
    row = await db.row(_UNIT, [code])
    if row is None:
        raise errors.NotFound("unit", code)
    return Unit(code, row.name, row.parent_name, row.place)


#: $1 unit. The place is the area of the unit, else of the nearest unit above it, else the name at the top.
_UNIT = """
with recursive up(code, parent_code, name, area_code, height) as (
  select u.code, u.parent_code, u.name, u.area_code, 0 from unit u where u.code = $1
  union all
  select u.code, u.parent_code, u.name, u.area_code, up.height + 1 from unit u join up on u.code = up.parent_code
)
select u.name, pu.name as parent_name,
  coalesce((select a.name from up join area a on a.code = up.area_code order by up.height limit 1),
    (select name from up order by height desc limit 1)) as place
from unit u left join unit pu on pu.code = u.parent_code where u.code = $1
"""
