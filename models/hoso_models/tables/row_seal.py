"""Seals of the house's rows, one chain for the installation (ADR 0087)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from hoso_models.tables.base import Record, index


def _optional() -> Any:
    return Field(default=None, sa_type=JSONB(none_as_null=True))


class RowSeal(Record, table=True):
    """A row as a transaction of the application left it. Triggers refuse every change."""

    __tablename__ = "row_seal"
    __table_args__ = (
        CheckConstraint("(plain is null) = (digests is null)", name="deleted"),
        index("uq_row_seal_row", "table_name", "key", "number", unique=True),
        index("ix_row_seal_beside", "number", where="beside <> '[]'"),
    )

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    #: The number of the first seal of the same transaction.
    first: int = Field(sa_type=BigInteger)
    at: datetime
    table_name: str
    #: The values of the primary key, with spaces between them; empty in the seal with which the sealing of a table began.
    key: str
    #: Column → value. Null once the row is deleted.
    plain: dict[str, Any] | None = _optional()
    #: Column → digest of a personal or long value.
    digests: dict[str, str] | None = _optional()
    #: The columns that were found changed beside the application; empty where an operator has put the row right.
    beside: list[str] | None = _optional()
    salt: bytes
    previous: bytes
    hash: bytes


class RowSealHead(Record, table=True):
    """The head of the chain of seals: one row, locked by whoever appends."""

    __tablename__ = "row_seal_head"
    __table_args__ = (CheckConstraint("id", name="id"),)

    id: bool = Field(default=True, primary_key=True, sa_column_kwargs={"server_default": text("true")})
    number: int = Field(sa_type=BigInteger)
    hash: bytes


class RowChange(Record, table=True):
    """A change of a transaction that is still open. It is sealed at the end; nothing stays here."""

    __tablename__ = "row_change"

    transaction: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    table_name: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    plain: dict[str, Any] | None = _optional()
    digests: dict[str, str] | None = _optional()
    beside: list[str] | None = _optional()
    salt: bytes
    #: Of the first change, which calls for the seal.
    opens: bool
