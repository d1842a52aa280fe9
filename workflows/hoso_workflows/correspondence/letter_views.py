"""Letters of a dossier for its readers, and the check of a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_workflows import errors, letters, localtime
from hoso_workflows.correspondence import letter_values, own_templates, places
from hoso_workflows.correspondence.letter_values import Issued
from hoso_workflows.dossiers import applicant_views, views
from hoso_workflows.dossiers.resolution import sql
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters import forms
from hoso_workflows.letters.template_check import Template
from hoso_workflows.letters.values import Copy, Values
from hoso_workflows.lifecycle.commands import Command
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin

LIST, READ = "list_letters", "read_letter"
#: The form in which a unit is asked for its opinion.
CONSULTATION = "consultation"


@dataclass(frozen=True, slots=True)
class Asked:
    """The reader of letters, the instant, and the address of our pages."""

    reader: UUID
    at: datetime
    #: Such as `https://motcua.example.vn`; the public check of a paper is below it.
    public: str
    origin: Origin = WITHIN


async def listed(service: DossierService, key: str, asked: Asked) -> list[dict[str, Any]]:
    """The letters of a dossier in the order of their issue. Raises NotFound."""
    row, inside = await views.readable(service.db, LIST, key, asked.reader, asked.at, asked.origin)
    found = await service.db.rows(_LETTERS, [row.id])
    return [_item(each) for each in found if inside or each.form not in applicant_views.INTERNAL_LETTERS]


def _item(row: Any) -> dict[str, Any]:
    form = forms.titled(row.form)
    abbreviation = row.unit_code.rpartition(".")[2]
    return {
        "id": str(row.id),
        "form": row.form,
        "title": form.title,
        "number": row.number,
        "year": row.year,
        "series": forms.series(form, row.number, row.year, abbreviation),
        "issued_at": localtime.isoformat(row.issued_at),
        "signed": row.signed,
        "cancelled_at": localtime.isoformat(row.cancelled_at),
    }


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter, sheet or book as it stands, or a letter's signed file.

    What the letter's act said is that of its issue; names, papers and units are those of today.

    A receipt whose payment was cancelled has neither signed file nor own template: ours says that it is void.
    """

    values: Values
    #: The unit that issued it.
    unit: str
    #: The unit's own template of the form, as it stood when the paper was issued; None for ours.
    template: Template | None = None
    #: The signed PDF, and its SHA-256 in hex.
    content: bytes | None = None
    sha256: str | None = None
    #: The copy that it is; None for the letter itself.
    copy: Copy | None = None

    @property
    def void(self) -> bool:
        """True for the receipt of a cancelled payment."""
        return self.values.cancelled_at is not None

    @property
    def page(self) -> str:
        """The page of the letter."""
        return letters.page(self.values, self.template.html if self.template else None, self.copy)

    async def pdf(self) -> bytes:
        """The signed bytes, the same for ever; typeset where nobody has signed. Raises LetterNotSet."""
        typst = self.template.typst if self.template else None
        return self.content or await letters.typeset(self.values, typst, self.copy)


async def paper(service: DossierService, key: str, letter: UUID, asked: Asked) -> Paper:
    """A letter, with its signed file if it has one.

    Raises NotFound, also for one that is not the reader's to see, and Erased: what its letters said is gone with a dossier.
    """
    row, view = await views.readable_as(service.db, READ, key, asked.reader, asked.at, asked.origin)
    if row.erased_at is not None:
        raise errors.Erased(row.reference)
    found = await service.db.row(_LETTER, [row.id, letter])
    if found is None or not _shown(found, view, permissions.Rights.of(asked.reader, row.rights)):
        raise errors.NotFound("letter", letter)
    projection = await service.repository.load(row)
    values = await _values(service, row, projection, found, f"{asked.public}{CHECK}/{letter}")
    if found.cancelled_at is not None:
        return Paper(values, found.unit_code, sha256=found.sha256)
    template = await own_templates.standing(service.db, found.unit_code, found.form, found.issued_at)
    return Paper(values, found.unit_code, template, found.content, found.sha256)


async def preview(service: DossierService, key: str, command: Command, asked: Asked) -> Paper | None:
    """The last letter that a command would issue, before it does; None for one that issues none.

    Its number is not the one that it will have. Raises what the command would raise.
    """
    row, _ = await views.readable_as(service.db, READ, key, asked.reader, asked.at, asked.origin)
    seen = await service.preview(key, command, actor=asked.reader, at=asked.at)
    if len(seen.after.letters) == len(seen.before.letters):
        return None
    letter = seen.after.letters[-1]
    data = letter["data"]
    name = await service.db.row("select name from unit where code = $1", [data.get("unit") or data.get("to")])
    found = {**letter, "other_name": name and name.name, **dict.fromkeys(_OF_A_PAYMENT, None)}
    values = await _values(service, row, seen.after, found, f"{asked.public}{CHECK}")
    template = await own_templates.standing(
        service.db, letter["unit_code"], letter["form"], letter["issued_at"]
    )
    return Paper(values, letter["unit_code"], template)


async def _values(
    service: DossierService, row: Any, projection: Projection, letter: Any, address: str
) -> Values:
    """The values of a letter of a dossier in a state."""
    version = await service.reference_data.version(row.workflow_version_id)
    loaded = version.case(row.case_id)
    made = projection.appointments(projection.clock.dates())
    issued = Issued(
        **{name: letter[name] for name in _OF_THE_LETTER},
        unit=await places.unit(service.db, letter["unit_code"]),
        receiving=row.receiving_name,
        other=letter["other_name"],
        code=projection.state.code,
        reference=row.reference,
        procedure=loaded.package.name,
        case=loaded.case.name if len(loaded.package.cases) > 1 else None,
        applicant=row.applicant,
        components=[part for part in row.components if part["received"]],
        sets=loaded.case.sets,
        accepted_at=projection.state.accepted_at,
        promises=[(each["made_at"], each["due_promised"]) for each in made],
        check_address=address,
    )
    return letters.read(letters.write(letter_values.of(issued)))


#: What a receipt says of a payment that was cancelled or went back.
_OF_A_PAYMENT = ("cancelled_at", "cancelled_for", "refunded", "refunded_at")
_OF_THE_LETTER = ("form", "number", "year", "data", "issued_at", *_OF_A_PAYMENT)


def _shown(letter: Any, view: permissions.View, rights: permissions.Rights) -> bool:
    """True for a letter of this view; who was asked has their own."""
    if view is permissions.View.CONSULTED:
        return letter.form == CONSULTATION and letter.data["unit"] in rights.units
    return view is permissions.View.OFFICER or letter.form not in applicant_views.INTERNAL_LETTERS


#: Below the address of our pages: the public check of a paper.
CHECK = "/kiem-chung"


async def checked(service: DossierService, letter: UUID) -> dict[str, Any]:
    """The confirmation of a paper for its holder. Raises NotFound.

    Form, number, unit, day and the dossier's code; nothing of the applicant.
    """
    row = await service.db.row(_CHECKED, [letter])
    if row is None:
        raise errors.NotFound("letter", letter)
    return {**_item(row), "unit": row.unit_name, "code": row.code}


async def of_file(service: DossierService, sha256: str) -> dict[str, Any] | None:
    """The confirmation of the letter that a signed file is of; None for any other file."""
    row = await service.db.row(_OF_FILE, [sha256])
    return None if row is None else await checked(service, row.id)


#: The signed files of the letter `l`.
_SIGNED = f"select e.payload ->> 'file' as file {sql.SIGNATURES}"
#: The payment that the letter `l` is the receipt of.
_PAYMENT = """
left join payment p on l.form = 'receipt_of_payment' and p.dossier_id = l.dossier_id
  and (p.receipt_unit, p.receipt_year, p.receipt_number) = (l.unit_code, l.year, l.number)
"""
_LETTERS = f"""
select l.id, l.form, l.number, l.year, l.unit_code, l.issued_at, exists ({_SIGNED}) as signed, p.cancelled_at
from letter l {_PAYMENT} where l.dossier_id = $1 order by l.issued_at, l.form
"""  # noqa: S608 - fixed text of this module
_LETTER = f"""
select l.form, l.number, l.year, l.data, l.issued_at, l.unit_code, f.sha256, f.content, p.cancelled_at, p.cancelled_for,
  (select sum(amount)::bigint from refund where payment_id = p.id) as refunded,
  (select max(refunded_at) from refund where payment_id = p.id) as refunded_at,
  (select name from unit where code = coalesce(l.data ->> 'unit', l.data ->> 'to')) as other_name
from letter l {_PAYMENT} left join lateral ({_SIGNED} order by e.seq desc limit 1) s on true
left join letter_file f on f.sha256 = s.file and f.dossier_id = l.dossier_id
where l.dossier_id = $1 and l.id = $2
"""  # noqa: S608 - fixed text of this module
#: $1 digest in hex.
_OF_FILE = f"""
select l.id from letter_file f join letter l on l.dossier_id = f.dossier_id where f.sha256 = $1 and f.sha256 in ({_SIGNED})
"""  # noqa: S608 - fixed text of this module
_CHECKED = f"""
select l.id, l.form, l.number, l.year, l.unit_code, l.issued_at, u.name as unit_name, d.code, p.cancelled_at,
  exists ({_SIGNED}) as signed
from letter l {_PAYMENT} join unit u on u.code = l.unit_code join dossier d on d.id = l.dossier_id where l.id = $1
"""  # noqa: S608 - fixed text of this module
