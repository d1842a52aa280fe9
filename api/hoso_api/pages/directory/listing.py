"""The list of procedures for anybody: filters with what each would find, rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import Request

from hoso_api.pages.catalogue import places
from hoso_api.pages.portal.entry_site import EntrySite
from hoso_api.translation.vietnamese import marked
from hoso_models import text_search
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.catalogue import reads
from hoso_workflows.catalogue.reads import Counts, Filters, Found
from hoso_workflows.directory import nearest
from hoso_workflows.pagination import Page

ADDRESS = "/thu-tuc"
#: Rows of a page of a search; rows where a field or everything is read through.
FOUND, BROWSED = 20, 100
#: How old the numbers of all procedures may be.
MINUTE = timedelta(minutes=1)
#: Words of an address, each with the field of `Filters` and of `Counts`, and its title.
FILTERS: Mapping[str, tuple[str, str, str]] = {
    "linh-vuc": ("field", "fields", marked("Lĩnh vực")),
    "cap": ("level", "levels", marked("Cấp")),
    "co-quan": ("authority", "authorities", marked("Cơ quan")),
    "muc-do": ("service_level", "service_levels", marked("Mức độ dịch vụ")),
    "doi-tuong": ("audience", "audiences", marked("Đối tượng thực hiện")),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value by which the list can be narrowed, or no longer is."""

    words: str
    number: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter with its values."""

    word: str
    title: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the list, as its address says it."""

    words: str
    #: The known values by the words of the address.
    said: Mapping[str, str]
    #: Values that are none here.
    unknown: Sequence[str]
    #: The site that led here.
    through: EntrySite

    @property
    def filters(self) -> Filters:
        """The values as the catalogue takes them."""
        return Filters(**{FILTERS[word][0]: value for word, value in self.said.items()})

    def address(self, **other: str) -> str:
        """The address of this question with other values; an empty one leaves out."""
        said = {
            "q": self.words,
            **self.said,
            **{name.replace("_", "-"): value for name, value in other.items()},
        }
        query = urlencode({name: value for name, value in said.items() if value})
        return self.through(f"{ADDRESS}?{query}" if query else ADDRESS)


def sorting(text: str) -> tuple[str, str]:
    """The key by which names stand as in a dictionary: letters before their marks."""
    return text_search.fold(text), text


async def everything(request: Request) -> Counts:
    """The numbers of all entries in force today."""
    state = request.app.state
    at, db = state.clock(), state.service.db
    day = localtime.local_date(at)

    async def counted() -> Counts:
        return await reads.counts(db, "", day=day)

    found: Counts = await state.service.reference_data.figures.get(("catalogue", day), MINUTE, at, counted)
    return found


def asked(words: str, given: Mapping[str, str], there: Counts, through: EntrySite) -> Asked:
    """The question of an address. A value that no entry has is ignored, and said."""
    known = {
        word: value for word, value in given.items() if value and value in getattr(there, FILTERS[word][1])
    }
    unknown = [value for word, value in given.items() if value and word not in known]
    return Asked(words.strip(), known, unknown, through)


async def page(db: Database, question: Asked, day: date, after: str | None) -> Page[Found]:
    """A page of what a search finds, else of everything, field by field. Raises BadCursor."""
    if question.words:
        return await reads.search(db, question.words, question.filters, day=day, limit=FOUND, after=after)
    return await reads.browse(db, question.filters, day=day, limit=BROWSED, after=after)


async def filters(db: Database, question: Asked, day: date, names: Mapping[str, str]) -> list[Filter]:
    """The filters with what each value would find beside the others. `names` are those of units."""
    counted = await reads.counts(db, question.words, question.filters, day=day)
    titles = {
        "cap": dict(places.levels()),
        "co-quan": names,
        "muc-do": places.service_levels(),
        "doi-tuong": places.audiences(),
    }
    found = []
    for word, (field, kind, title) in FILTERS.items():
        chosen, numbers = question.said.get(word), counted
        if chosen is not None:
            without = replace(question.filters, **{field: None})
            numbers = await reads.counts(db, question.words, without, day=day)
        said = titles.get(word, {})
        choices = [
            Choice(
                said.get(value, value),
                number,
                question.address(**{word: "" if value == chosen else value}),
                value == chosen,
            )
            for value, number in getattr(numbers, kind).items()
            if value
        ]
        found.append(Filter(word, title, sorted(choices, key=lambda each: sorting(each.words))))
    return found


async def near(request: Request, words: str) -> Sequence[tuple[str, str]]:
    """The procedures that are spelt most like words that nothing has."""
    state = request.app.state
    at, db = state.clock(), state.service.db
    day = localtime.local_date(at)

    async def named() -> list[tuple[str, str]]:
        return [(each.code, each.name) for each in await reads.published(db, day)]

    names = await state.service.reference_data.figures.get(("names", day), MINUTE, at, named)
    return nearest.nearest(words, names)
