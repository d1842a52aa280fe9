"""Bodies and answers about entries of the catalogue, their drafts and versions."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Instant, Key, Name, legible
from hoso_api.http.paging import NextPage
from hoso_models import PublicationKind
from hoso_workflows.catalogue.values import LONGEST, MOST, NAME, Mode

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Number = Annotated[int, Field(ge=0, le=999)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=NAME), AfterValidator(legible)]
Said = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(legible)]
Lines = Annotated[list[Line], Field(max_length=MOST)]


class CatalogueComponent(Body):
    """A paper of the dossier."""

    code: Annotated[str, StringConstraints(max_length=64), AfterValidator(legible)] | None = None
    name: Line
    originals: Number = 1
    copies: Number = 0
    required: bool = True


class CatalogueFee(Body):
    """A fee, with its amount or in words."""

    name: Line
    amount: Annotated[int, Field(ge=0, le=10**12)] | None = None
    note: Line | None = None


class CatalogueContent(Body):
    """An entry's information items. Null is not published; an empty list says that there is none."""

    name: Line
    authority: Key
    level: Key
    field: Name
    sequence: Said | None = None
    method: Said | None = None
    components: Annotated[list[CatalogueComponent], Field(max_length=MOST)] | None = None
    sets: Annotated[int, Field(ge=1, le=99)] | None = None
    term: Name | None = None
    term_note: Said | None = None
    applicants: Said | None = None
    decided_by: Said | None = None
    result: Said | None = None
    forms: Lines | None = None
    conditions: Said | None = None
    fees: Annotated[list[CatalogueFee], Field(max_length=MOST)] | None = None
    receiving: list[Mode] | None = None
    returning: list[Mode] | None = None
    legal_basis: Lines | None = None


class EntryDraftBody(Body):
    """The draft of an entry as it is saved."""

    content: CatalogueContent
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class EntryPublication(Body):
    """The decision that publishes an entry."""

    kind: PublicationKind
    decision_no: Name
    decision_date: Day
    published_at: Instant
    valid_from: Day
    valid_to: Day | None = None
    successor: Key | None = None
    draft_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class CatalogueItem(Answer):
    """A published entry in a list."""

    code: str
    number: int
    name: str
    field: str
    level: str
    authority: str
    authority_name: str
    service_level: str | None
    missing: list[str]


class CatalogueCounts(Answer):
    """Numbers of the entries that were found, by what they can be narrowed to."""

    total: int
    incomplete: int
    fields: dict[str, int]
    levels: dict[str, int]
    authorities: dict[str, int]
    service_levels: dict[str, int]
    #: An entry may have several, or name none.
    audiences: dict[str, int]


class CataloguePage(Answer):
    """Published entries of a day, the best ones first."""

    items: list[CatalogueItem]
    page: NextPage
    counts: CatalogueCounts | None


class EntryServiceLevel(Answer):
    """The service level of an entry on a day."""

    kind: str
    decision_no: str | None
    decision_date: date | None
    reason: str | None
    valid_from: date
    valid_to: date | None


class PublishedBy(Answer):
    """The decision that has published a version."""

    kind: PublicationKind
    decision_no: str
    decision_date: date
    published_at: AwareDatetime
    valid_from: date
    valid_to: date | None
    successor: str | None


class EntryChange(Answer):
    """A field that two versions say differently."""

    field: str
    letter: str | None
    gone: list[str]
    came: list[str]


class EntryVersion(Answer):
    """A published version of an entry."""

    code: str
    number: int
    content: CatalogueContent
    publication: PublishedBy | None
    missing: list[str]
    entered_at: AwareDatetime
    entered_by: str
    drafted_by: str | None
    lag_days: int | None


class EntryVersions(Answer):
    """The versions of an entry, the newest first, each with what it changed."""

    items: list["ChangedVersion"]


class ChangedVersion(EntryVersion):
    """A published version with what it changed of the one before it."""

    changes: list[EntryChange]


class EntryDifference(Answer):
    """A field in which an entry and the declared procedure differ."""

    field: str
    entry: list[str]
    declared: list[str]


class CatalogueEntry(Answer):
    """An entry on a day."""

    version: EntryVersion
    authority_name: str
    in_force: bool
    service_level: EntryServiceLevel | None
    declared: int | None
    differences: list[EntryDifference]


class EntryDraft(Answer):
    """The draft of an entry's next version, with what it would change."""

    code: str
    content: CatalogueContent
    version: int
    opened_at: AwareDatetime
    opened_by: str
    changed_at: AwareDatetime
    changed_by: str
    last: int | None
    missing: list[str]
    changes: list[EntryChange]


class EntryDraftItem(Answer):
    """A draft in a list."""

    code: str
    name: str
    authority: str
    version: int
    changed_at: AwareDatetime
    changed_by: str
    missing: list[str]


class EntryDrafts(Answer):
    """The drafts that you may change, by code."""

    items: list[EntryDraftItem]
    page: NextPage


class CatalogueFinding(Answer):
    """An entry that lacks an item, or differs from the procedure that is declared here."""

    code: str
    name: str
    authority: str
    missing: list[str]
    declared: int | None
    differences: list[EntryDifference]


class CatalogueFindings(Answer):
    """The entries that lack something, by code, and how many lack each item."""

    items: list[CatalogueFinding]
    by_item: dict[str, int]


class CatalogueLag(Answer):
    """A version with the days from its publication to its entry."""

    code: str
    number: int
    name: str
    authority: str
    published_at: AwareDatetime
    entered_at: AwareDatetime
    entered_by: str
    days: int


class CatalogueLags(Answer):
    """Versions entered in a period, the newest first, and figures on all of them."""

    items: list[CatalogueLag]
    page: NextPage
    entered: int
    same_day: int
    largest: int | None
    median: int | None


class ImportFinding(Answer):
    """A fault of a file, with its place."""

    line: int | None
    column: str | None
    field: str | None
    message: str


class ImportChange(Answer):
    """An entry of which the file says something else."""

    code: str
    name: str
    line: int
    changes: list[EntryChange]


class CatalogueImport(Answer):
    """The changes of a file, made or to be made."""

    findings: list[ImportFinding]
    new: list[str]
    changed: list[ImportChange]
    unchanged: int
    missing: list[str]
    digest: str
    written: bool
