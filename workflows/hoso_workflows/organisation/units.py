"""Units with the roles, substitutions, competences and procedures that they have."""

from datetime import date, datetime
from uuid import UUID

from hoso_bpmn import text_safety
from hoso_models import Area, Competence, CompetencePart, ProcedureOwner, RoleAssignment, Substitution, Unit
from hoso_models.storage.database import Transaction


def authority_sql(unit: str) -> str:
    """SQL of the authority to which a unit belongs.

    It is the nearest one upwards that answers for itself, else the top.
    """
    return f"""(with recursive upwards(code, parent_code, is_authority, height) as (
  select code, parent_code, is_authority, 0 from unit where code = {unit}
  union all
  select u.code, u.parent_code, u.is_authority, height + 1 from upwards a join unit u on u.code = a.parent_code
) select code from upwards where is_authority or parent_code is null order by height limit 1)"""  # noqa: S608 - names of our own


def unit(
    tx: Transaction,
    code: str,
    name: str,
    *,
    kind: str,
    level: str,
    calendar: str,
    valid_from: date,
    parent: str | None = None,
    valid_to: date | None = None,
    area: str | None = None,
    is_authority: bool = False,
) -> Unit:
    """Enter an authority or a part of one. A unit without a parent always answers for itself."""
    entered = Unit.model_validate(
        {
            "code": code,
            "name": text_safety.text(name),
            "kind": kind,
            "level": level,
            "parent_code": parent,
            "calendar": calendar,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "area_code": area,
            "is_authority": is_authority or parent is None,
        }
    )
    tx.add(entered)
    return entered


def area(
    tx: Transaction,
    code: str,
    name: str,
    *,
    kind: str,
    valid_from: date,
    parent: str | None = None,
    valid_to: date | None = None,
    successor: str | None = None,
) -> Area:
    """Enter an administrative area."""
    entered = Area.model_validate(
        {
            "code": code,
            "name": text_safety.text(name),
            "kind": kind,
            "parent_code": parent,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "successor_code": successor,
        }
    )
    tx.add(entered)
    return entered


def assign(
    tx: Transaction,
    principal_id: UUID,
    unit_code: str,
    role: str,
    valid_from: date,
    valid_to: date | None = None,
) -> None:
    """Give a principal a role in a unit between two days, both included."""
    tx.add(
        RoleAssignment.model_validate(
            {
                "principal_id": principal_id,
                "unit_code": unit_code,
                "role": role,
                "valid_from": valid_from,
                "valid_to": valid_to,
            }
        )
    )


def substitute(
    tx: Transaction,
    absent: UUID,
    acting: UUID,
    valid_from: date,
    valid_to: date,
    *,
    reason: str,
    unit_code: str | None = None,
    role: str | None = None,
) -> None:
    """Let a principal act for an absent officer between two days. In all roles, or in the named unit and role."""
    tx.add(
        Substitution.model_validate(
            {
                "principal_id": absent,
                "substitute_id": acting,
                "unit_code": unit_code,
                "role": role,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "reason": reason,
            }
        )
    )


def competence(
    tx: Transaction,
    procedure_code: str | None,
    unit_code: str,
    part: CompetencePart,
    valid_from: date,
    *,
    basis: str,
    valid_to: date | None = None,
    field: str | None = None,
    case: str | None = None,
    area: str | None = None,
) -> None:
    """Make a unit competent for a part of a procedure or field.

    It holds between two days, both included. Exactly one of procedure and field is given. Without a case it is for all
    cases, without an area for the unit's own.
    """
    tx.add(
        Competence.model_validate(
            {
                "procedure_code": procedure_code,
                "field": field,
                "case_id": case,
                "area_code": area,
                "unit_code": unit_code,
                "part": part,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "basis": basis,
            }
        )
    )


def own(
    tx: Transaction, procedure_code: str, unit_code: str, valid_from: date, *, basis: str, at: datetime
) -> None:
    """Make a unit the owner of a procedure from a day on. Of several rows of one day the last holds."""
    tx.add(
        ProcedureOwner.model_validate(
            {
                "procedure_code": procedure_code,
                "unit_code": unit_code,
                "valid_from": valid_from,
                "basis": basis,
                "named_at": at,
            }
        )
    )
