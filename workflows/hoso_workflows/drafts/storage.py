"""Storage of drafts, whose contents the key of the installation seals.

One change is made at a time; what has expired is deleted. A draft is its owner's: nobody else learns that it exists. Whatever
was typed is kept, right or wrong.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson

from hoso_calendar.messages import say
from hoso_models import PrincipalKind
from hoso_models.storage.database import Database, Rows, Transaction
from hoso_workflows import errors, pagination
from hoso_workflows.drafts import files, refusals
from hoso_workflows.drafts.files import File
from hoso_workflows.identity.sealing import Broken, Seal
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import table
from hoso_workflows.pagination import Conditions, Keyset, Page

NEWEST = Keyset("draft", created_at=pagination.INSTANT, id=pagination.IDENTITY)
#: How long the answer to a filing is told again, for as long as `idempotency` keeps it at least.
TOLD_AGAIN = timedelta(days=30)
#: Expired drafts that one statement deletes.
PORTION = 5_000
#: Time that a filing takes at most, with all its tries: a filing that was begun earlier and has left no answer has died.
LONGEST = timedelta(minutes=5)

#: What was typed, in the fields of a filing.
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the drafts of one person."""

    #: Days without a change after which a draft is deleted.
    days: int
    #: Bytes of JSON.
    size: int
    #: Drafts of who files for themselves, and of an officer.
    own: int
    officer: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as its owner finds it."""

    id: UUID
    owner: UUID
    procedure: str
    version: int
    created_at: datetime
    updated_at: datetime
    #: When it is deleted unless it is changed before.
    expires_at: datetime
    #: When its filing was begun, the last one of several. None where it has died, since nothing came of it.
    filing_at: datetime | None
    #: Filings that are under way.
    filings: int
    #: True once a dossier has come of it, whether the draft names it already or not.
    answered: bool
    reference: str | None
    #: The applicant's name as it was typed, so far as a list shows it.
    applicant: str | None
    #: None once it is filed, and in a list.
    content: Content | None
    #: The key of its files, sealed; None where it has had none.
    file_key: bytes | None = None
    #: In their order; none in a list.
    files: tuple[File, ...] = ()
    #: True where it was asked for under a key under which it had been begun already.
    begun_before: bool = False

    def changeable(self, if_match: Collection[int] | None = None) -> None:
        """Raise DraftFiled, DraftBeingFiled, or DraftChanged for another version."""
        if self.reference is not None:
            raise refusals.DraftFiled(self.id, self.reference)
        if self.filing_at is not None:
            raise refusals.DraftBeingFiled(self.id)
        self.expects(if_match)

    def may_have_begun(self, procedure: str, content: Content) -> bool:
        """True unless it is known to have begun with something else.

        What was typed later stands in the place of what it began with.
        """
        first = self.version == 1 and self.content is not None
        return self.procedure == procedure and not (
            first and _written(self.content or {}) != _written(content)
        )

    def file(self, file: UUID) -> File | None:
        """Its file of that id."""
        return next((each for each in self.files if each.id == file), None)

    def expects(self, if_match: Collection[int] | None) -> None:
        """Raise DraftChanged for a version that is none of those seen."""
        if if_match is not None and self.version not in if_match:
            raise refusals.DraftChanged(self.id, self.version)


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of an installation, whose contents its key seals."""

    db: Database
    seal: Seal
    limits: Limits

    async def create(
        self, owner: UUID, procedure: str, content: Content, *, at: datetime, key: str | None = None
    ) -> Draft:
        """Begin a draft; under the same key once more it is the same one. Raises Forbidden, TooManyDrafts, DraftTooLarge."""
        rights = await permissions.held(self.db, owner, at)
        permissions.authorise_draft(rights)
        draft, most = uuid5(owner, key) if key else uuid4(), self._most(rights.kind)
        sealed = self._sealed(draft, owner, content)
        async with self.db.transaction() as tx:
            # Who begins several at once begins them one after the other, so that the number holds.
            await tx.rows("select 1 from principal where id = $1 for no key update", [owner])
            if key and (before := await tx.rows(_LOCKED, [draft, owner, at])):
                return replace(await self._with_files(tx, self._draft(before[0], at)), begun_before=True)
            ((kept,),) = await tx.rows(_KEPT, [owner, at])
            if kept >= most:
                raise refusals.TooManyDrafts(most)
            values = [draft, owner, procedure, sealed, self._sealed_name(draft, owner, content)]
            (row,) = await tx.rows(_CREATE, [*values, at, self.expiry(at)])
        return self._draft(row, at)

    async def search(
        self, owner: UUID, *, at: datetime, limit: int = 50, after: str | None = None
    ) -> Page[Draft]:
        """One page of a person's drafts without their contents, the newest first.

        Raises BadCursor, Forbidden where nobody lists their own.
        """
        if not table.of_oneself("list_drafts"):
            raise errors.Forbidden(owner, say("keeping drafts"), permissions.RECEPTION, None)
        asked = Conditions()
        asked.equal("owner_id", owner)
        asked.add("expires_at > {}", at)
        asked.behind("created_at, id", NEWEST.values(after), falling=True)
        return await pagination.page(
            self.db, _LIST, asked, NEWEST, limit=limit, item=lambda row: self._listed(row, at)
        )

    async def read(self, owner: UUID, draft: UUID, *, at: datetime, act: str = "get_draft") -> Draft:
        """One draft. Raises NotFound for another's too, DraftUnreadable."""
        rows = await self.db.rows(_ONE, [draft, owner, at])
        return await self._with_files(self.db, self._draft(_own(rows, draft, act), at))

    async def change(
        self,
        owner: UUID,
        draft: UUID,
        content: Content,
        *,
        at: datetime,
        if_match: Collection[int] | None = None,
    ) -> Draft:
        """Keep another content; the same again changes nothing.

        Raises what `read` and `Draft.changeable` raise, and DraftTooLarge.
        """
        sealed = self._sealed(draft, owner, content)
        async with self.db.transaction() as tx:
            found = await self.locked(tx, owner, draft, "change_draft", at)
            # Bytes, since Python takes 1, 1.0 and true for the same.
            if (
                found.filing_at is None
                and found.content is not None
                and _written(found.content) == _written(content)
            ):
                return found
            found.changeable(if_match)
            name = self._sealed_name(draft, owner, content)
            (row,) = await tx.rows(_CHANGE, [draft, sealed, name, at, self.expiry(at)])
        return replace(self._draft(row, at), files=found.files)

    async def discard(self, owner: UUID, draft: UUID, *, at: datetime) -> None:
        """Delete a draft for good, also one that cannot be opened. Raises NotFound, DraftBeingFiled."""
        async with self.db.transaction() as tx:
            rows = await tx.rows(_LOCKED, [draft, owner, at])
            found = self._listed(_own(rows, draft, "discard_draft"), at)
            if found.reference is None:
                found.changeable()
            await tx.rows("delete from draft where id = $1", [draft])

    async def begin_filing(
        self, owner: UUID, draft: UUID, *, at: datetime, if_match: Collection[int] | None = None
    ) -> Draft:
        """Mark a draft as being filed, so that nothing is changed meanwhile. A filing that was begun is joined.

        Who joins gets no longer time: the draft goes before the answer does, so that it is not filed again without it.
        """
        async with self.db.transaction() as tx:
            found = await self.locked(tx, owner, draft, "file_draft", at)
            if found.reference is None and found.filing_at is None:
                found.expects(if_match)
                await tx.rows(_BEGIN_FILING, [draft, at, at + TOLD_AGAIN])
            elif found.reference is None:
                await tx.rows(_JOIN_FILING, [draft, at])
        return found

    async def end_filing(self, draft: UUID, reference: str) -> None:
        """Erase what was typed: it is a dossier's now."""
        await self.db.one_statement(_END_FILING, [draft, reference])

    async def refuse_filing(self, draft: UUID, *, at: datetime) -> None:
        """Let a draft be changed again whose filing was refused.

        Not while another filing of it is under way, and not where a dossier has come of it.
        """
        await self.db.one_statement(_REFUSE_FILING, [draft, self.expiry(at)])

    async def locked(self, tx: Transaction, owner: UUID, draft: UUID, act: str, at: datetime) -> Draft:
        """One draft, which nobody else changes before the transaction ends. Raises NotFound, DraftUnreadable."""
        row = _own(await tx.rows(_LOCKED, [draft, owner, at]), draft, act)
        return await self._with_files(tx, self._draft(row, at))

    async def touch(self, tx: Transaction, draft: Draft, at: datetime) -> None:
        """Keep a draft whose files were changed as long as one that was changed. Its version counts what was typed alone."""
        await tx.rows(_TOUCH, [draft.id, at, self.expiry(at)])

    def key(self, draft: Draft, sealed: bytes) -> bytes:
        """The key of a draft's files. Raises DraftUnreadable."""
        return files.key(self.seal, draft.id, draft.owner, sealed)

    async def _with_files(self, source: Database | Transaction, draft: Draft) -> Draft:
        if draft.file_key is None:
            return draft
        rows = await source.rows(_FILES, [draft.id])
        try:
            return replace(draft, files=files.opened(rows, self.key(draft, draft.file_key)))
        except Broken:
            raise refusals.DraftUnreadable(draft.id) from None

    def _most(self, kind: PrincipalKind) -> int:
        return self.limits.officer if kind is PrincipalKind.OFFICER else self.limits.own

    def expiry(self, at: datetime) -> datetime:
        """The end of a draft that is changed now."""
        return at + timedelta(days=self.limits.days)

    def _sealed(self, draft: UUID, owner: UUID, content: Content) -> bytes:
        written = _written(content)
        if len(written) > self.limits.size:
            raise refusals.DraftTooLarge(len(written), self.limits.size)
        return self.seal.close(written, _place(draft, owner))

    def _sealed_name(self, draft: UUID, owner: UUID, content: Content) -> bytes | None:
        name = _applicant(content)
        return None if name is None else self.seal.close(name.encode(), _place(draft, owner) + _NAME)

    def _draft(self, row: Any, at: datetime) -> Draft:
        """The draft of a row. Raises DraftUnreadable."""
        if row.sealed is None:
            return _draft(row, None, None, at)
        try:
            written = self.seal.open(bytes(row.sealed), _place(row.id, row.owner_id))
        except Broken:
            raise refusals.DraftUnreadable(row.id) from None
        content: Content = orjson.loads(written)
        return replace(_draft(row, _applicant(content), content, at), file_key=row.file_key)

    def _listed(self, row: Any, at: datetime) -> Draft:
        """The draft of a listed row, without a name where that cannot be opened."""
        name = None
        if row.sealed_name is not None:
            with suppress(Broken):
                place = _place(row.id, row.owner_id) + _NAME
                name = self.seal.open(bytes(row.sealed_name), place).decode()
        return _draft(row, name, None, at)


async def expire(db: Database, *, at: datetime) -> int:
    """Delete the drafts that have expired, in portions; safe twice, late and at once. Returns their number."""
    total = 0
    while gone := len(await db.one_statement(_EXPIRE, [at, PORTION])):
        total += gone
    return total


def _own(rows: Rows, draft: UUID, act: str) -> Any:
    """The row of one's own draft. Raises NotFound."""
    if not rows or not table.of_oneself(act):
        raise errors.NotFound("draft of a dossier", draft)
    return rows[0]


def _place(draft: UUID, owner: UUID) -> bytes:
    """The owner of a seal, so that a content opens in no other row."""
    return draft.bytes + owner.bytes


#: What tells a sealed name from a sealed content.
_NAME = b"applicant"
#: Characters of a name that a list shows.
_SHOWN = 200


def _written(content: Content) -> bytes:
    return orjson.dumps(content)


def _applicant(content: Content) -> str | None:
    """The applicant's name in a content, for lists; None where no text stands there."""
    applicant = content.get("applicant")
    name = applicant.get("name") if isinstance(applicant, dict) else None
    return name[:_SHOWN] if name and isinstance(name, str) else None


def _draft(row: Any, applicant: str | None, content: Content | None, at: datetime) -> Draft:
    noted = row.reference is not None
    died = row.filing_at is not None and not noted and not row.answered and row.filing_at + LONGEST < at
    return Draft(
        UUID(str(row.id)),
        UUID(str(row.owner_id)),
        row.procedure_code,
        row.version,
        row.created_at,
        row.updated_at,
        row.expires_at,
        None if died else row.filing_at,
        row.filings,
        noted or row.answered,
        row.reference,
        applicant,
        content,
    )


#: $1 now, $2 at most so many; what another sweep is deleting is left to it.
_EXPIRE = """
delete from draft where id in (
  select id from draft where expires_at <= $1 order by expires_at limit $2 for update skip locked) returning 1
"""
#: Whether a dossier has come of a draft that was to be filed.
_ANSWERED = """(filing_at is not null and exists (
  select 1 from idempotency i where i.principal_id = owner_id and i.key = 'draft ' || draft.id::text))"""
#: $1 draft, $2 owner, $3 now.
_ONE = f"select *, {_ANSWERED} as answered from draft where id = $1 and owner_id = $2 and expires_at > $3"  # noqa: S608 - fixed text of this module
_LOCKED = f"{_ONE} for update"
_FILES = "select * from draft_file where draft_id = $1 order by place, id"
#: All but the content, which may be large.
_LISTED = """id, owner_id, procedure_code, version, created_at, updated_at, expires_at, filing_at, filings, reference,
  sealed_name"""
_LIST = f"""
select {_LISTED}, {_ANSWERED} as answered from draft where {{conditions}} order by created_at desc, id desc limit {{limit}}
"""  # noqa: S608 - fixed text of this module
#: $1 owner, $2 now.
_KEPT = "select count(*) from draft where owner_id = $1 and expires_at > $2 and reference is null"
_CREATE = """
insert into draft (id, owner_id, procedure_code, sealed, sealed_name, created_at, updated_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $6, $7) returning *, false as answered
"""
_CHANGE = """
update draft set sealed = $2, sealed_name = $3, version = version + 1, updated_at = $4, expires_at = $5,
  filing_at = null, filings = 0
where id = $1 returning *, false as answered
"""
_TOUCH = "update draft set updated_at = $2, expires_at = $3, filing_at = null, filings = 0 where id = $1"
_BEGIN_FILING = "update draft set filing_at = $2, filings = 1, expires_at = $3 where id = $1"
_JOIN_FILING = "update draft set filing_at = greatest(filing_at, $2), filings = filings + 1 where id = $1"
_END_FILING = """
update draft set sealed = null, sealed_name = null, file_key = null, reference = $2, version = version + 1
where id = $1 and reference is null
"""
#: $1 draft, $2 until when it is kept if it may be changed again.
_REFUSE_FILING = f"""
update draft set filings = greatest(filings - 1, 0),
  filing_at = case when filings > 1 or {_ANSWERED} then filing_at end,
  expires_at = case when filings > 1 or {_ANSWERED} then expires_at else $2 end
where id = $1 and reference is null
"""  # noqa: S608 - fixed text of this module
