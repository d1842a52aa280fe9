"""Pages of a desk's money, and the units to which they narrow."""

from collections.abc import Mapping

from hoso_api.pages.desk import desks, queue
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked

TAKINGS = f"{queue.ADDRESS}/thu-phi"
SURPLUSES = f"{TAKINGS}/nop-thua"
DISPUTES = f"{TAKINGS}/can-xem-lai"
#: Address and name of each, in their order.
PLACES = (
    (TAKINGS, marked("Đã thu, còn phải thu")),
    (SURPLUSES, marked("Nộp thừa")),
    (DISPUTES, marked("Thanh toán cần xem lại")),
)


async def narrowed(visit: Visit, act: str, asked: str) -> tuple[Mapping[str, str], str]:
    """Names of the units of an act, by code, and the one asked for.

    The latter is empty for all of them.

    Raises NotFound, and Forbidden, which is recorded.
    """
    named = await desks.readable(visit, act)
    return named, await desks.chosen(visit, act, asked, named) if asked or not named else ""
