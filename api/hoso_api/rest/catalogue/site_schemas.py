"""Answers about sites that show the catalogue."""

from datetime import date

from hoso_api.http.fields import Answer


class EmbeddingSite(Answer):
    """Number of times that a site has shown something of ours in a period."""

    #: Empty for sites that do not say who they are.
    host: str
    unit: str | None
    unit_name: str | None
    uses: dict[str, int]
    number: int
    first: date
    last: date


class EmbeddingSites(Answer):
    """The sites of a period, those that show most first."""

    items: list[EmbeddingSite]
