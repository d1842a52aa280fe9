"""Publication of entries by the office that keeps the catalogue (S-04, S-08).

The decision is the People's Committee's; the office enters it. So whoever has written the draft may publish it: both stand in the
version (ADR 0076).
"""

from collections.abc import Sequence
from datetime import datetime

from hoso_calendar.messages import say
from hoso_models import PublicationKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import code_lists, comparison, drafts, refusals, storage, telling
from hoso_workflows.catalogue.drafts import Draft
from hoso_workflows.catalogue.storage import New, Version
from hoso_workflows.catalogue.values import Content, Publication
from hoso_workflows.organisation import administration, asking
from hoso_workflows.organisation.asking import Asked

PUBLISH = "publish_entry"


async def publish(
    db: Database, code: str, said: Publication, asked: Asked, *, draft_version: int | None = None
) -> Version:
    """Publish the draft of an entry, or its abolition, which needs none.

    The units concerned and the owners of open drafts of dossiers are told in the same transaction. The same publication once more is
    the version that it has led to. Raises FormRefused, DraftStale, VersionBeginsEarlier, NothingToAbolish, NotFound, Forbidden.
    """
    unit = await drafts.authority(db, code)
    if unit is None:
        raise errors.NotFound("draft of an entry", code)
    draft = await drafts.find(db, code)
    if draft is not None and draft.content.authority != unit:
        await asking.reached(db, PUBLISH, draft.content.authority, asked)
    async with asking.acting(db, PUBLISH, unit, asked) as tx:
        await storage.lock(tx)
        last = (await storage.last(tx, [code])).get(code)
        draft = await drafts.find(tx, code)
        if last is not None and last.publication == said and draft is None:
            return last
        content = _content(code, said, last, draft, draft_version)
        _require(code, content, said, last, asked.at)
        number = last.number + 1 if last else 1
        author = draft.changer if draft and said.kind is not PublicationKind.ABOLISHED else None
        await storage.save(tx, [New(code, number, content, said, author)], asked)
        if author is not None:
            await tx.rows("delete from procedure_entry_draft where procedure_code = $1", [code])
        await _record(tx, code, number, content, said, asked)
        await telling.published(tx, [(code, content)], [code] if last else [], asked.at)
        return (await storage.last(tx, [code]))[code]


def faults(content: Content, said: Publication, at: datetime) -> Sequence[errors.Fault]:
    """Faults of a publication, whatever was published before."""
    public, today = localtime.local_date(said.published_at), localtime.local_date(at)
    found = [
        code_lists.fault(code_lists.levels(), content.level, min(said.valid_from, today), "level"),
        _that(said.published_at <= at, "published_at", say("lies in the future")),
        _that(said.decision_date <= public, "published_at", say("lies before the decision")),
        _that(
            said.valid_to is None or said.valid_from <= said.valid_to,
            "valid_to",
            say("ends before it begins"),
        ),
        _that(
            said.successor is None or said.kind is PublicationKind.ABOLISHED,
            "successor",
            say("is only of a procedure that is abolished"),
        ),
    ]
    return [each for each in found if each is not None]


def refusal(code: str, said: Publication, last: Version | None) -> errors.Refusal | None:
    """The refusal of what cannot follow on the version before, or None."""
    if said.kind is PublicationKind.ABOLISHED and (last is None or last.kind is PublicationKind.ABOLISHED):
        return refusals.NothingToAbolish(code)
    if last is not None and last.publication and said.valid_from < last.publication.valid_from:
        return refusals.VersionBeginsEarlier(code, last.publication.valid_from)
    return None


def _content(
    code: str, said: Publication, last: Version | None, draft: Draft | None, draft_version: int | None
) -> Content:
    if said.kind is PublicationKind.ABOLISHED:
        if last is None:
            raise refusals.NothingToAbolish(code)
        return last.content
    if draft is None:
        raise errors.NotFound("draft of an entry", code)
    if draft_version is not None and draft_version != draft.version:
        raise refusals.DraftStale(code, draft.version)
    return draft.content


def _require(code: str, content: Content, said: Publication, last: Version | None, at: datetime) -> None:
    wrong = faults(content, said, at)
    if wrong:
        raise errors.FormRefused(wrong)
    refused = refusal(code, said, last)
    if refused is not None:
        raise refused


def _that(holds: bool, field: str, message: str) -> errors.Fault | None:
    return None if holds else errors.Fault(field, message)


async def _record(
    tx: Transaction, code: str, number: int, content: Content, said: Publication, asked: Asked
) -> None:
    told = {
        "unit": content.authority,
        "code": code,
        "name": content.name,
        "number": number,
        "kind": said.kind.value,
        "decision_no": said.decision_no,
        "valid_from": said.valid_from.isoformat(),
    }
    kind = "entry_abolished" if said.kind is PublicationKind.ABOLISHED else "entry_published"
    await administration.record_of(tx, content.authority, kind, code, asked.author, asked.at, **told)


def changed(version: Version, before: Version | None) -> tuple[comparison.Change, ...]:
    """Changes of a version to the one before it, in words."""
    return comparison.changes(before.content if before else None, version.content)
