"""Letters signed by certificates of their units, one or many in an act."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.correspondence import letter_views
from hoso_workflows.correspondence.letter_views import Asked
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import access_log, permissions
from hoso_workflows.organisation.permissions import table
from hoso_workflows.signatures.keys import Keyring
from hoso_workflows.signatures.open_keys import OpenKeys

log = logging.getLogger(__name__)

SIGN = "sign_letter"
#: The most letters of one act.
MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A letter to be signed."""

    #: The dossier's reference or code.
    dossier: str
    letter: UUID


@dataclass(frozen=True, slots=True)
class Signed:
    """A letter of a common act, with the error where it was not signed."""

    wanted: Wanted
    #: A refusal, or a fault that nobody foresaw.
    failed: Exception | None = None


async def command(
    service: DossierService, wanted: Wanted, keyring: Keyring, asked: Asked
) -> commands.SignLetter:
    """The command that records the signature of one letter, which is made here.

    Raises NotFound, Forbidden, FormRefused for a void receipt, KeyMissing, KeyUnusable, NotSigned, LetterNotSet.
    """
    async with OpenKeys(keyring) as keys:
        return await _signed(service, wanted, keys, asked)


async def many(
    service: DossierService, wanted: Iterable[Wanted], keyring: Keyring, asked: Asked
) -> tuple[Signed, ...]:
    """Sign letters one after the other, each in its own transaction.

    A key is opened once for all of them."""
    async with OpenKeys(keyring) as keys:
        return tuple([await _one(service, each, keys, asked) for each in wanted])


async def named(service: DossierService, letters: Sequence[UUID], asked: Asked) -> list[Wanted]:
    """Letters by their ids alone, in their order.

    One that is not the reader's to see is named like its dossier, which nobody finds.
    """
    known: dict[UUID, str] = {}
    for row in await service.db.rows(_NAMED, [list(letters)]):
        known |= dict.fromkeys(await _seen(service, row.reference, asked), row.reference)
    return [Wanted(known.get(letter, str(letter)), letter) for letter in letters]


async def _seen(service: DossierService, dossier: str, asked: Asked) -> list[UUID]:
    """The letters of a dossier that the reader may know of."""
    try:
        return [UUID(each["id"]) for each in await letter_views.listed(service, dossier, asked)]
    except errors.NotFound:
        return []


#: $1 letters.
_NAMED = """
select d.reference from dossier d
where exists (select from letter l where l.dossier_id = d.id and l.id = any($1::uuid[])) order by d.reference
"""


async def _one(service: DossierService, wanted: Wanted, keys: OpenKeys, asked: Asked) -> Signed:
    try:
        done = await _signed(service, wanted, keys, asked)
        await service.perform(wanted.dossier, done, actor=asked.reader, at=asked.at)
    except errors.Refusal as refused:
        return Signed(wanted, refused)
    except Exception as fault:
        # Whatever is wrong with one letter must not lose what was said of those before it.
        log.exception("letter %s was not signed", wanted.letter)
        return Signed(wanted, fault)
    return Signed(wanted)


async def _signed(
    service: DossierService, wanted: Wanted, keys: OpenKeys, asked: Asked
) -> commands.SignLetter:
    paper = await letter_views.paper(service, wanted.dossier, wanted.letter, asked)
    await _entitled(service, wanted, paper.unit, asked)
    if paper.void:
        raise errors.FormRefused([errors.Fault("letter", say("is void: its payment was cancelled"))])
    key = await keys.of(paper.unit, asked.reader)
    content = await keys.sign(await paper.pdf(), key, asked.at)
    return commands.SignLetter(
        wanted.letter,
        paper.unit,
        content,
        key.certificate.sha256,
        key.certificate.subject,
        keys.stamps,
        paper.sha256,
    )


async def _entitled(service: DossierService, wanted: Wanted, unit: str, asked: Asked) -> None:
    """Raise Forbidden before a key is touched.

    The command is authorised again when it is written.
    """
    rights = await permissions.held(service.db, asked.reader, asked.at)
    if not table.reaches(SIGN, rights, [unit]):
        await access_log.record_refusal(
            service.db, asked.reader, SIGN, wanted.dossier, asked.at, asked.origin
        )
        raise errors.Forbidden(asked.reader, "signing a letter", "agency_head", unit)
