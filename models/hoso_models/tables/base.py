"""Base of all tables: own metadata, named constraints, column types for text and states."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Dialect,
    Identity,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.ext.mutable import MutableDict
from sqlmodel import AutoString, Field, SQLModel

Enumeration = TypeVar("Enumeration", bound=StrEnum)

#: Every constraint has a name that says what it guards: errors and migrations refer to constraints by name.
NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Record(SQLModel):
    """A stored row. Build one with `model_validate`: the constructor of a table class does not validate."""

    metadata = MetaData(naming_convention=NAMING)
    #: Validators are made at the first `model_validate`: a command line that validates no row starts without them.
    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]  # SQLModel narrows the type


@compiles(AutoString, "postgresql")
def _strings_are_text(*_: object, **__: object) -> str:
    return "TEXT"


class EnumText(TypeDecorator[StrEnum]):
    """A StrEnum stored as text. A value outside of it is refused before it reaches the server."""

    impl = Text
    cache_ok = True

    def __init__(self, states: type[StrEnum]) -> None:
        super().__init__()
        self.states = states

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else self.states(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else self.states(value)


def described(description: str) -> Callable[[type[Enumeration]], type[Enumeration]]:
    """Publish a description of an enum in JSON schemas, instead of its docstring."""

    def publish(core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        reference = handler(core)
        handler.resolve_ref_schema(reference)["description"] = description
        return reference

    def decorate(states: type[Enumeration]) -> type[Enumeration]:
        states.__get_pydantic_json_schema__ = staticmethod(publish)  # type: ignore[attr-defined]  # pydantic looks for it
        return states

    return decorate


def one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    """The CHECK that limits a column to the values of its enum."""
    listed = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} in ({listed})", name=column)


def enum_field(states: type[StrEnum], **options: Any) -> Any:
    """A field with a value of an enum. The table declares its CHECK with `one_of`."""
    return Field(sa_type=EnumText(states), **options)


def surrogate() -> Any:
    """A random uuid as primary key. The database generates it where a statement has none."""
    return Field(
        default_factory=uuid4,
        primary_key=True,
        sa_column_kwargs={"server_default": text("gen_random_uuid()")},
    )


def serial() -> Any:
    """An ascending number from the database. Gaps are allowed."""
    return Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)])


def document() -> Any:
    """A jsonb object. Changes of its own keys are tracked; deeper values have to be replaced as a whole."""
    return Field(
        default_factory=dict,
        sa_type=MutableDict.as_mutable(JSONB),
        sa_column_kwargs={"server_default": text("'{}'")},
    )


def optional_document() -> Any:
    """A jsonb object, or nothing."""
    return Field(default=None, sa_type=MutableDict.as_mutable(JSONB(none_as_null=True)))


def listing() -> Any:
    """A jsonb array, replaced as a whole."""
    return Field(default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")})


def defaulted(value: Any, literal: str, **options: Any) -> Any:
    """A field with the same default in Python and in the database."""
    return Field(default=value, sa_column_kwargs={"server_default": text(literal)}, **options)


def computed(sql: str, **options: Any) -> Any:
    """A column that the database computes from others of its row. No statement sets it."""
    return Field(default=None, sa_column_args=[Computed(sql, persisted=True)], **options)


def index(
    name: str,
    *columns: Any,
    include: tuple[str, ...] = (),
    where: str | None = None,
    using: str = "btree",
    unique: bool = False,
) -> Index:
    """An index named after its query, or after what it keeps unique."""
    return Index(
        name,
        *columns,
        unique=unique,
        postgresql_include=list(include),
        postgresql_where=None if where is None else text(where),
        postgresql_using=using,
    )
