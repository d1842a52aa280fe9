"""Templates that authorities enter for the letters of their units."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_bpmn.findings import Report
from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.letters import forms
from hoso_workflows.letters.template_check import Template, check
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.organisation.permissions.procedure_rights import Acting

#: Acts of the table, with what refusals and the access log call each.
ENTERING, APPROVING = "enter_letter_template", "approve_letter_template"
_WORDS = {ENTERING: "entering a letter template", APPROVING: "approving a letter template"}
_OVER = say("over the unit whose letters it is for")


class TemplateRefused(errors.FormRefused):
    """The template cannot be used."""

    slug = "template-refused"
    remedy = "Mend what is named, at its line; docs/letter-templates.md has a line for each rule."

    @classmethod
    def of(cls, report: Report) -> "TemplateRefused":
        """The refusal of a template with findings: rule, message and remedy of each."""
        return cls(
            [
                errors.Fault(
                    f"{each.file}:{each.line}" if each.line else each.file or "",
                    say(
                        "{rule}: {message} {remedy}", rule=each.rule, message=each.message, remedy=each.remedy
                    ),
                )
                for each in report.findings
            ]
        )


class TemplateApproved(errors.Refusal):
    """The template is approved already."""

    slug = "template-approved"
    remedy = "Enter the changed template anew: it gets the next number and is approved again."

    def __init__(self, form: str, number: int) -> None:
        super().__init__(say("Template {number} of the form {form} is approved.", form=form, number=number))
        self.form = form
        self.number = number


class OwnEntry(errors.Refusal):
    """A template is not approved by whoever entered it, nor in their name."""

    slug = "own-template"
    remedy = "Have another administrator over the unit approve it."

    def __init__(self, form: str, number: int) -> None:
        super().__init__(
            say(
                "Template {number} of the form {form} cannot be approved by who entered it.",
                form=form,
                number=number,
            )
        )
        self.form = form
        self.number = number


@dataclass(frozen=True, slots=True)
class Entry:
    """A template as it is entered; without sources the form is our own again."""

    unit: str
    form: str
    html: str | None
    typst: str | None
    basis: str
    #: Letters that are issued from this local day on, and after its approval, are set by it.
    valid_from: date


@dataclass(frozen=True, slots=True)
class Stored:
    """A template that was entered, and whether it is approved."""

    id: UUID
    unit: str
    form: str
    #: From 1 for each unit and form.
    number: int
    html: str | None
    typst: str | None
    basis: str
    valid_from: date
    entered_by: UUID
    entered_for: UUID | None
    entered_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None


async def enter(db: Database, entry: Entry, *, actor: UUID, at: datetime) -> Stored:
    """Check a template in limited children and enter it.

    It waits for a second person. The same entry once more by the same person, while it waits, is the one before.

    Raises TemplateRefused with every finding, FormUnknown, Forbidden, NotFound.
    """
    forms.titled(entry.form)
    async with procedure_rights.logging_refusals(db, _WORDS[ENTERING], entry.unit, actor, at):
        await _entitled(db, ENTERING, entry.unit, actor, at)
    await _checked(entry)
    async with db.transaction() as tx:
        acting = await _entitled(tx, ENTERING, entry.unit, actor, at)
        await tx.rows("select pg_advisory_xact_lock(hashtextextended('letter templates', 0))")
        given = [entry.unit, entry.form, entry.html, entry.typst, entry.basis, entry.valid_from]
        if waiting := await tx.rows(_WAITING, [*given, acting.by, acting.behalf]):
            return _stored(waiting[0])
        (made,) = await tx.rows(_ENTER, [*given, acting.by, acting.behalf, at])
        await _record(tx, acting, "letter_template_entered", entry.form, made.number, at)
        return await one(tx, made.id)


async def _checked(entry: Entry) -> None:
    if (entry.html is None) != (entry.typst is None):
        raise errors.FormRefused([errors.Fault("typst", say("comes together with html, or neither"))])
    if entry.html is None or entry.typst is None:
        return
    report = await check(Template(entry.form, entry.html, entry.typst))
    if not report.ok:
        raise TemplateRefused.of(report)


async def approve(db: Database, template: UUID, *, actor: UUID, at: datetime) -> Stored:
    """Approve a template as another person. Raises OwnEntry, TemplateApproved, Forbidden, NotFound."""
    before = await one(db, template)
    async with (
        procedure_rights.logging_refusals(db, _WORDS[APPROVING], before.unit, actor, at),
        db.transaction() as tx,
    ):
        await tx.rows("select pg_advisory_xact_lock(hashtextextended('letter templates', 0))")
        acting = await _entitled(tx, APPROVING, before.unit, actor, at)
        found = await one(tx, template)
        if found.approved_at is not None:
            raise TemplateApproved(found.form, found.number)
        if acting.persons & {found.entered_by, found.entered_for}:
            raise OwnEntry(found.form, found.number)
        await tx.rows(_APPROVE, [template, acting.by, acting.behalf, at])
        await _record(tx, acting, "letter_template_approved", found.form, found.number, at)
        return await one(tx, template)


async def one(asked: Database | Transaction, template: UUID) -> Stored:
    """A template with its sources. Raises NotFound."""
    rows = await asked.rows(f"{_SELECT} where id = $1", [template])
    if not rows:
        raise errors.NotFound("letter template", template)
    return _stored(rows[0])


async def listed(db: Database, unit: str | None = None) -> list[Stored]:
    """The templates of a unit, or of all, the newest first."""
    rows = await db.rows(f"{_SELECT} where unit_code = coalesce($1, unit_code) {_ORDER}", [unit])
    return [_stored(row) for row in rows]


async def before(db: Database, found: Stored) -> Stored | None:
    """The approved template of the unit and form with the next lower number. None where our own stood."""
    rows = await db.rows(_BEFORE, [found.unit, found.form, found.number])
    return _stored(rows[0]) if rows else None


async def standing(db: Database, unit: str, form: str, issued_at: datetime) -> Template | None:
    """The template that stood when a paper was issued. None for our own.

    One that is approved later changes no letter, whatever its first day.
    """
    row = await db.row(_STANDING, [unit, form, localtime.local_date(issued_at), issued_at])
    return None if row is None or row.html is None else Template(form, row.html, row.typst)


async def _entitled(asked: Database | Transaction, act: str, unit: str, actor: UUID, at: datetime) -> Acting:
    above = await procedure_rights.units_above(asked, unit, localtime.local_date(at))
    if not above:
        raise errors.NotFound("unit", unit)
    rights = await procedure_rights.own_rights(asked, actor, at, _WORDS[act], None)
    right = permissions.require_role(rights, _WORDS[act], above, _OVER, *permissions.offices(act))
    return procedure_rights.acting_by(right, actor, None, owned=True)


async def _record(tx: Transaction, acting: Acting, kind: str, form: str, number: int, at: datetime) -> None:
    author = Actor(acting.by, acting.behalf)
    await administration.record_of(tx, acting.right.unit, kind, f"{form}/{number}", author, at)


def _stored(row: Any) -> Stored:
    return Stored(*row)


_SELECT = """
select id, unit_code, form, number, html, typst, basis, valid_from, entered_by, entered_for, entered_at, approved_by, approved_at
from letter_template
"""
_ORDER = "order by unit_code, form, number desc"
#: What somebody has entered already and nobody has approved: the last of the unit and form.
_WAITING = f"""
{_SELECT} t where (unit_code, form, basis, valid_from) = ($1, $2, $5, $6)
  and html is not distinct from $3 and typst is not distinct from $4 and approved_at is null
  and entered_by = $7 and entered_for is not distinct from $8
  and number = (select max(number) from letter_template o where o.unit_code = t.unit_code and o.form = t.form)
"""  # noqa: S608 - fixed text of this module
_BEFORE = f"""
{_SELECT} where unit_code = $1 and form = $2 and number < $3 and approved_at is not null order by number desc limit 1
"""
_ENTER = """
insert into letter_template (unit_code, form, number, html, typst, basis, valid_from, entered_by, entered_for, entered_at)
select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9 from letter_template where unit_code = $1 and form = $2
returning id, number
"""
_APPROVE = "update letter_template set approved_by = $2, approved_for = $3, approved_at = $4 where id = $1"
#: $1 unit, $2 form, $3 local day and $4 instant of issue.
_STANDING = """
select html, typst from letter_template where unit_code = $1 and form = $2 and valid_from <= $3 and approved_at <= $4
order by valid_from desc, number desc limit 1
"""
