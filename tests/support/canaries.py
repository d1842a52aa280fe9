"""Texts that stand nowhere else, and where they are looked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hoso_bpmn.runs import state as runs
from hoso_models import Record
from hoso_models.storage.database import Database
from support.erased_columns import ERASED


class Canaries:
    """Texts, each given out once."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self, what: str = "chữ") -> str:
        self.given.append(f"{what} chimbao{len(self.given):03}x")
        return self.given[-1]

    def word(self) -> str:
        """One without a blank."""
        self.given.append(f"chimbao{len(self.given):03}x")
        return self.given[-1]

    def email(self) -> str:
        self.given.append(f"chimbao{len(self.given):03}x@nguoi-nop.test")
        return self.given[-1]

    def found(self, text: str) -> list[str]:
        """Those of which something stands in a text, whatever their case, as words or as bytes in hexadecimal."""
        low = text.lower()
        return [each for each in self.given if any(form in low for form in self._forms(each))]

    def _forms(self, text: str) -> tuple[str, str]:
        word = text.split()[-1].partition("@")[0]
        return word, word.encode().hex()


async def stored(db: Database) -> list[str]:
    """Each row of each table as text."""
    texts = []
    for row in await db.rows(_TABLES):
        texts += [found[0] for found in await db.rows(f"select t::text from {row.name} t")]  # noqa: S608 - names of our own
    return texts


async def everything(db: Database) -> str:
    """Each table as text, and what lies packed in the states of the engine."""
    texts = await stored(db)
    for row in await db.rows("select state from engine_state"):
        texts.append(str(runs.read(row.state)))
    return "\n".join(texts)


#: Of a table in partitions the whole.
_TABLES = """
select quote_ident(relname) as name from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1
"""
#: How the rows of a dossier are found in a table about dossiers.
_OF = {
    "dossier": "t.reference = any($1::text[])",
    "party": "t.id in (select applicant_id from dossier where reference = any($1::text[]))",
    "task_id": "t.task_id in (select u.id from user_task u join dossier d on d.id = u.dossier_id where d.reference = any($1::text[]))",
    "dossier_id": "t.dossier_id in (select id from dossier where reference = any($1::text[]))",
}


def tables() -> Mapping[str, str]:
    """The tables about dossiers, each with the condition by which the rows of some are found."""
    columns = {name: {name, *table.columns.keys()} for name, table in Record.metadata.tables.items()}
    by = {name: next((key for key in _OF if key in has), None) for name, has in columns.items()}
    return {name: _OF[key] for name, key in by.items() if key}


async def empty(db: Database, references: Collection[str]) -> set[str]:
    """The tables about dossiers without a row of these."""
    return {
        name
        for name, condition in tables().items()
        if not (await db.rows(f"select 1 from {name} t where {condition} limit 1", [list(references)]))  # noqa: S608 - names of our own
    }


async def filled(db: Database, references: Collection[str]) -> set[str]:
    """The columns that an erasure blanks in which something stands of these dossiers."""
    return {
        f"{name}.{column}"
        for name, columns in ERASED.items()
        for column in columns
        if await db.rows(
            _FILLED.format(table=name, column=column, condition=tables()[name]), [list(references)]
        )
    }


#: What an erasure itself writes, and whatever comes behind it, says nothing personal.
_FILLED = """
select 1 from {table} t where {condition} and coalesce(t.{column}::text, '') not in ('', '{{}}', '[]', 'null')
  and coalesce(to_jsonb(t) ->> 'kind', '') <> 'erased' limit 1
"""
