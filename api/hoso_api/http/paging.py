"""One kind of paging: `limit` and `after` in the query (in `page` of a search's body), `page.after` in every answer."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from hoso_api.http.fields import Answer
from hoso_workflows.dossiers import worklist

#: The longest page.
MAX_ITEMS = 200

Limit = Annotated[int, Query(ge=1, le=MAX_ITEMS, description="At most so many items.", examples=[50])]
After = Annotated[
    str | None,
    Query(
        max_length=200,
        description="`page.after` of the page before, exactly as it came; left out for the first page.",
        examples=["1772416800000000_0198c2f3a1b27c4d8e9f001122334455"],
    ),
]


class NextPage(Answer):
    """The cursor of the next page."""

    after: str | None = Field(
        description="What to send as `after` for the next page; null at the end of the list.",
        examples=["1772416800000000_0198c2f3a1b27c4d8e9f001122334455"],
    )


def cursor_number(after: str | None) -> int | None:
    """The number behind which a list of numbered things goes on. Raises BadCursor."""
    if after is None:
        return None
    if not (after.isascii() and after.isdecimal()) or int(after) >= 2**31:
        raise worklist.BadCursor(after)
    return int(after)


def paginate(found: Sequence[Any], limit: int, name: str) -> dict[str, Any]:
    """One page of `found`, which holds one item more than `limit` if more exist.

    The cursor of the next page is the value called `name` of the last item shown.
    """
    shown = list(found[:limit])
    return {"items": shown, "page": {"after": str(shown[-1][name]) if len(found) > limit else None}}
