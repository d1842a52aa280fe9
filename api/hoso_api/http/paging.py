"""One kind of paging: `limit` and `after` in the query (in `page` of a search's body), `page.after` in every answer."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import Field

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer
from hoso_workflows.pagination import MOST

Limit = Annotated[int, Query(ge=1, le=MOST, description="At most so many items.", examples=[50])]
After = Annotated[
    str | None,
    Query(
        max_length=200,
        description="`page.after` of the page before, exactly as it came; left out for the first page.",
        examples=["1772416800000000_0198c2f3a1b27c4d8e9f001122334455"],
    ),
]
#: Days that bound a list, both included; either end may be left open.
FromDay = Annotated[date | None, Query(alias="from", ge=FIRST_DAY, le=LAST_DAY)]
ToDay = Annotated[date | None, Query(alias="to", ge=FIRST_DAY, le=LAST_DAY)]


class NextPage(Answer):
    """The cursor of the next page."""

    after: str | None = Field(
        description="What to send as `after` for the next page; null at the end of the list.",
        examples=["1772416800000000_0198c2f3a1b27c4d8e9f001122334455"],
    )
