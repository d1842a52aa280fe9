"""Sites that show the catalogue of procedures, counted by day."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, described, enum_field, one_of


@described("What of ours a site shows.")
class SiteUse(StrEnum):
    """Uses that sites make of the catalogue."""

    #: The list in a frame.
    FRAME = "frame"
    #: The field for a dossier's code in a frame.
    SEARCH = "search"
    #: The script of the element.
    SCRIPT = "script"
    #: The list as JSON, for which the element asks as well.
    JSON = "json"
    #: The list as Atom.
    ATOM = "atom"
    #: A link by which somebody began to file.
    LINK = "link"


class EmbeddingSeen(Record, table=True):
    """Number of times that a site has shown something on a day. Of readers it holds nothing."""

    __tablename__ = "embedding_seen"
    __table_args__ = (one_of("kind", SiteUse), CheckConstraint("seen > 0", name="seen"))

    day: date = Field(primary_key=True)
    #: Host of the site; empty for sites that do not say who they are.
    host: str = Field(primary_key=True)
    kind: SiteUse = enum_field(SiteUse, primary_key=True)
    seen: int
