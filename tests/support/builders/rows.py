"""The least that has to be registered before a dossier can be: for tests that need rows, not procedures."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from hoso_models import Dossier, Party, Principal, Unit, WorkflowVersion
from hoso_models.storage.database import Database

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


async def officer(db: Database, name: str = "Chuyên viên 1 · Sở Tư pháp") -> UUID:
    """An officer."""
    async with db.transaction() as tx:
        made = Principal.model_validate({"kind": "officer", "name": name, "created_at": AT})
        tx.add(made)
    return made.id


async def unit(db: Database, code: str = "H27.11") -> str:
    """A unit on the national calendar."""
    async with db.transaction() as tx:
        tx.add(
            Unit.model_validate(
                {
                    "code": code,
                    "name": "Sở Tư pháp",
                    "kind": "so",
                    "level": "province",
                    "calendar": "vn",
                    "valid_from": date(2025, 7, 1),
                }
            )
        )
    return code


async def version(db: Database, declared_by: UUID, code: str = "1.014464", number: int = 1) -> UUID:
    """A drafted workflow version."""
    async with db.transaction() as tx:
        made = WorkflowVersion.model_validate(
            {
                "procedure_code": code,
                "number": number,
                "name": "Thủ tục",
                "status": "draft",
                "package": b"zip",
                "sha256": "0" * 64,
                "declared_by": declared_by,
                "declared_at": AT,
            }
        )
        tx.add(made)
    return made.id


async def party(db: Database, name: str = "Người nộp hồ sơ") -> UUID:
    """A person who applies."""
    async with db.transaction() as tx:
        made = Party.model_validate({"kind": "person", "name": name, "name_folded": "", "created_at": AT})
        tx.add(made)
    return made.id


async def dossier(db: Database, **given: Any) -> UUID:
    """A filed dossier with all it refers to, for which what is given counts more than the defaults."""
    actor = await officer(db)
    place = await unit(db)
    defaults = {
        "reference": uuid4().hex,
        "procedure_code": "1.014464",
        "workflow_version_id": await version(db, actor),
        "case_id": "default",
        "status": "filed",
        "entry_channel": "desk",
        "applicant_id": await party(db),
        "filed_by": actor,
        "receiving_unit": place,
        "handling_unit": place,
        "deciding_unit": place,
        "delivery_mode": "counter",
        "filed_at": AT,
    }
    async with db.transaction() as tx:
        made = Dossier.model_validate({**defaults, **given})
        tx.add(made)
    return made.id


async def happened(db: Database, dossier: UUID, actor: UUID, seq: int = 1, at: datetime = AT) -> None:
    """An event of a dossier, in a chain that nobody verifies."""
    values = (dossier, seq, at, actor, b"salt", {"name": "x"}, b"d", b"p", b"h")
    await db.one_statement(_EVENT, values)


_EVENT = """
insert into dossier_event (dossier_id, seq, at, kind, actor_id, salt, payload, digest, previous, hash)
values ($1, $2, $3, 'filed', $4, $5, $6, $7, $8, $9)
"""
