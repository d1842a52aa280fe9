"""Lists page by page: what a cursor carries, what is none, and what narrows a list in SQL."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_workflows import errors, pagination
from hoso_workflows.pagination import Conditions, Keyset, Page
from support.world import World

#: No column holds a NUL.
STORABLE = st.characters(codec="utf-8", exclude_characters="\0")
INSTANTS = st.integers(-(10**16), 10**17).map(
    lambda number: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number)
)
TASKS = Keyset("task", due=pagination.optional(pagination.INSTANT), id=pagination.IDENTITY)
#: Each kind of list that there is, and the rows at which its pages may end.
LISTS = [
    (Keyset(since=pagination.INSTANT, id=pagination.IDENTITY), {"since": INSTANTS, "id": st.uuids()}),
    (TASKS, {"due": st.none() | INSTANTS, "id": st.uuids()}),
    (Keyset(id=pagination.IDENTITY), {"id": st.uuids()}),
    (Keyset(seq=pagination.NUMBER), {"seq": st.integers(0, 2**31 - 1)}),
    (Keyset(id=pagination.LARGE_NUMBER), {"id": st.integers(0, 2**63 - 1)}),
    (Keyset(code=pagination.TEXT), {"code": st.text(STORABLE, min_size=1)}),
    (
        Keyset("named", code=pagination.TEXT, number=pagination.NUMBER),
        {"code": st.text(STORABLE), "number": st.just(7)},
    ),
]


@pytest.mark.parametrize(("keyset", "values"), LISTS)
@given(st.data())
def test_a_cursor_goes_through_a_url_unchanged_and_names_the_row_it_was_made_of(
    keyset: Keyset, values: dict[str, Any], data: st.DataObject
) -> None:
    row = data.draw(st.fixed_dictionaries(values))

    cursor = keyset.cursor(row)

    assert keyset.values(cursor) == tuple(row[name] for name in values)
    assert quote(cursor, safe="") == cursor


@pytest.mark.parametrize("keyset", [keyset for keyset, _ in LISTS[:5]])
@given(st.text(min_size=1) | st.from_regex(r"\A(task-)?[-+0-9a-f ._~\u0660-\u0669]+\Z"))
def test_a_text_is_the_cursor_of_one_row_or_refused(keyset: Keyset, text: str) -> None:
    values = None
    with suppress(errors.BadCursor):
        values = keyset.values(text)
    if values is not None:
        assert keyset.cursor(dict(zip(keyset._kinds, values, strict=True))) == text


@pytest.mark.parametrize(
    "text",
    [
        *("x", "_", "1_", "_1", "x_y", "1_2_3", " ", "\0", "\ud800", "0"),
        *(
            f"{due}_{UUID(int=1).hex}"
            for due in (10**30, 1.5, "+1", " 1", "1 ", "01", "-0", "²", "١", "1e3", "0x1")
        ),
        *(f"1_{subject}" for subject in ("g" * 32, "1" * 31, f"{{{UUID(int=1)}}}", "A" * 32, f"{'1' * 31}_")),
        f"1_{UUID(int=1).hex}_",
        f"task-1_{UUID(int=1).hex}",
        "9" * 5000,
    ],
)
def test_a_text_that_no_page_gave_is_refused(text: str) -> None:
    with pytest.raises(errors.BadCursor) as refused:
        LISTS[0][0].values(text)

    assert refused.value.cursor == text


@pytest.mark.parametrize("text", ["-1", str(2**31), "99999999999", "²", "1.0", "007"])
def test_a_number_that_no_row_can_have_is_refused(text: str) -> None:
    with pytest.raises(errors.BadCursor):
        Keyset(seq=pagination.NUMBER).values(text)


@pytest.mark.parametrize("cursor", [None, ""])
def test_a_list_begins_where_no_cursor_is_given(cursor: str | None) -> None:
    assert TASKS.values(cursor) is None


def test_a_place_in_one_list_is_none_in_another() -> None:
    place = Keyset("step", due=pagination.INSTANT, id=pagination.IDENTITY).cursor(
        {"due": datetime(2026, 3, 2, tzinfo=UTC), "id": UUID(int=1)}
    )

    with pytest.raises(errors.BadCursor):
        TASKS.values(place)


def test_cursors_of_the_releases_before_are_understood_where_they_meant_the_same() -> None:
    subject = UUID("0198c2f3-a1b2-7c4d-8e9f-001122334455")

    assert LISTS[0][0].values("1772416800000000_0198c2f3a1b27c4d8e9f001122334455") == (
        datetime(2026, 3, 2, 2, tzinfo=UTC),
        subject,
    )
    assert Keyset(id=pagination.IDENTITY).values(str(subject)) == (subject,)
    assert Keyset(seq=pagination.NUMBER).values("42") == (42,)
    assert Keyset(code=pagination.TEXT).values("1.014464") == ("1.014464",)


def test_only_what_narrows_is_written_down() -> None:
    asked = Conditions("status = 'open'")
    asked.equal("unit", None)
    asked.equal("role", "clerk")
    asked.equal("unit", ["H27", "H28"])
    asked.add("(a = {0} or b = {0})", 7)
    asked.behind("id", None)

    branch = asked.branch("due is not null")
    branch.behind("due, id", (1, 2))
    asked.behind("number", (3,), falling=True)

    common = "status = 'open' and role = $1 and unit = any($2::text[]) and (a = $3 or b = $3)"
    assert str(branch) == f"due is not null and {common} and (due, id) > ($4, $5)"
    assert str(asked) == f"{common} and number < $6"
    assert asked.parameters == branch.parameters == ["clerk", ["H27", "H28"], 7, 1, 2, 3]
    assert str(Conditions()) == "true"


async def test_pages_together_hold_everything_once_and_the_last_one_says_so(world: World) -> None:
    keyset = Keyset(number=pagination.NUMBER)

    async def read(limit: int | None, after: str | None = None) -> Page[int]:
        asked = Conditions("number <> 4")
        asked.behind("number", keyset.values(after))
        sql = "select number from generate_series(1, 7) as number where {conditions} order by number limit {limit}"
        return await pagination.page(world.db, sql, asked, keyset, limit=limit, item=lambda row: row.number)

    pages = [await read(2)]
    while pages[-1].after:
        pages.append(await read(2, pages[-1].after))

    assert pages == [Page((1, 2), "2"), Page((3, 5), "5"), Page((6, 7), None)]
    assert await read(None) == Page((1, 2, 3, 5, 6, 7))
    for limit in (0, 201):
        with pytest.raises(ValueError, match="a page holds 1 to 200 rows"):
            await read(limit)


@pytest.mark.parametrize(
    ("text", "value"), [("1_2", "1_2"), ("1.014464", "1.014464"), ("~00x", "x"), ("~zz", "%zz"), ("_", "_")]
)
def test_a_list_by_one_text_goes_on_behind_any_text(text: str, value: str) -> None:
    assert Keyset(code=pagination.TEXT).values(text) == (value,)
