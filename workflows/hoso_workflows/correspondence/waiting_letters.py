"""Letters that wait for the signature of a head, those issued first before others.

They are of forms that a head signs. Whether one was signed on paper nobody knows: it stays in the list.
"""

from datetime import date, datetime, time
from functools import partial
from typing import Any

from hoso_models.storage.database import Database
from hoso_models.tables import letter
from hoso_workflows import localtime, pagination
from hoso_workflows.letters import forms
from hoso_workflows.organisation.permissions import Rights, table
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.signatures.keys import Keyring

LIST = "list_waiting_letters"
ISSUED = Keyset("letters", issued_at=pagination.INSTANT, id=pagination.IDENTITY)


async def search(
    db: Database,
    rights: Rights,
    keyring: Keyring,
    *,
    since: date | None = None,
    limit: int | None = 50,
    after: str | None = None,
) -> Page[dict[str, Any]]:
    """One page of the letters of units that the reader heads. Raises BadCursor.

    They were issued from a local day on. Without a limit the page holds all of them.
    """
    asked = Conditions(f"l.{letter.WAITING}", "l.unit_code = place.unit", "d.erased_at is null")
    asked.given(sorted(table.units(LIST, rights)))
    if since is not None:
        asked.add("l.issued_at >= {}", datetime.combine(since, time(), localtime.ZONE))
    asked.behind("l.issued_at, l.id", ISSUED.values(after))
    item = partial(_item, rights, keyring)
    return await pagination.page(db, _WAITING, asked, ISSUED, limit=limit, item=item)


def _item(rights: Rights, keyring: Keyring, row: Any) -> dict[str, Any]:
    form = forms.titled(row.form)
    return {
        "id": row.id,
        "form": row.form,
        "title": form.title,
        "series": forms.series(form, row.number, row.year, row.unit_code.rpartition(".")[2]),
        "unit": row.unit_code,
        "issued_at": localtime.isoformat(row.issued_at),
        "has_key": keyring.has(row.unit_code, rights.principal),
        "dossier": {"reference": row.reference, "code": row.code, "procedure": row.procedure_code},
    }


#: $1 units.
_WAITING = """
select w.* from unnest($1::text[]) as place(unit) cross join lateral (
  select l.id, l.form, l.number, l.year, l.unit_code, l.issued_at, d.reference, d.code, d.procedure_code
  from letter l join dossier d on d.id = l.dossier_id
  where {conditions} order by l.issued_at, l.id limit {limit}
) w
order by w.issued_at, w.id limit {limit}
"""
