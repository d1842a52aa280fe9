"""Entries of the demonstration's catalogue: those of its declared procedures, and some of `catalogue.toml`.

Each authority's editor brings its own in, as any editor does.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from importlib import resources
from typing import Any
from uuid import UUID

from hoso_bpmn.package.package import Package
from hoso_models import PublicationKind
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.catalogue import exchange, importing, values
from hoso_workflows.catalogue.exchange import FileForm
from hoso_workflows.catalogue.values import Content, Publication
from hoso_workflows.organisation.asking import Asked

#: How the names of forms begin among the papers.
_FORMS = ("Đơn ", "Tờ khai ", "Văn bản đề nghị ")
Entry = tuple[str, Content, Publication]


async def enter(db: Database, entries: Mapping[UUID, list[Entry]], *, at: datetime) -> None:
    """Bring the entries of each editor in, as one file."""
    for editor, owned in entries.items():
        data = exchange.write(owned, FileForm.JSON)
        await importing.bring_in(db, data, "demo", Asked(editor, at))


def made_up(at: datetime) -> Iterator[Entry]:
    """The entries of `catalogue.toml`, published on the local date of an instant."""
    file = resources.files("hoso_api.demo").joinpath("catalogue.toml")
    for row in tomllib.loads(file.read_text(encoding="utf-8"))["entry"]:
        code = row.pop("code")
        yield code, values.content(row), _published("01/QĐ-TD", localtime.local_date(at), at)


def of_package(
    package: Package, authority: str, signed: date, at: datetime, decided_by: str | None = None
) -> Entry:
    """The entry of a declared procedure, published by its own decision."""
    case = package.cases[0]
    fees = [{"name": each.name, "amount": each.amount} for each in case.fees if each.amount]
    said: dict[str, Any] = {
        "name": package.name,
        "authority": authority,
        "level": package.level,
        "field": package.field,
        "sequence": "Nộp hồ sơ, tiếp nhận, giải quyết, trả kết quả theo các bước dưới đây.",
        "method": "Trực tiếp, qua bưu chính công ích hoặc trực tuyến.",
        "components": [
            {
                "code": each.code,
                "name": each.name,
                "originals": each.originals,
                "copies": each.copies,
                "required": each.required,
            }
            for each in case.components
        ],
        "sets": case.sets,
        "term": str(case.term),
        "applicants": case.applicants,
        "decided_by": decided_by,
        "result": "\n".join(case.results) or None,
        "forms": [each.name for each in case.components if each.name.startswith(_FORMS)] or None,
        "fees": fees if fees or any(each.amount == 0 for each in case.fees) else None,
        "receiving": ["direct", "post", "online"],
        "returning": ["direct", "post", "online"],
        "legal_basis": list(package.legal_basis),
    }
    return package.code, values.content(said), _published(package.legal_basis[0], signed, at)


def _published(decision: str, signed: date, at: datetime) -> Publication:
    """A decision of a day, public from its morning on."""
    decided = min(signed, localtime.local_date(at))
    morning = datetime.combine(decided, time(7), localtime.ZONE)
    return values.publication(
        {
            "kind": PublicationKind.NEW,
            "decision_no": decision,
            "decision_date": decided,
            "published_at": min(morning, at),
            "valid_from": decided,
        }
    )
