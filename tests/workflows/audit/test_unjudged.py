"""The list of columns that no audit can judge: its page, and the names of the schema."""

import re
from pathlib import Path

from hoso_models.storage import seals
from hoso_models.tables.base import Record
from hoso_workflows import audit
from hoso_workflows.audit import traces, unjudged
from hoso_workflows.organisation import administration

PAGE = Path(__file__).parents[3] / "docs" / "unjudged.md"
#: Where statements of an audit stand, and the functions of the database that they call.
MIGRATIONS = Path(seals.__file__).parents[1] / "migrations" / "versions" / "sql"
STATEMENTS = (
    *Path(audit.__file__).parent.glob("*.py"),
    *(Path(module.__file__) for module in (administration, seals)),
    *(path for path in MIGRATIONS.glob("*.sql") if "_differences(" in path.read_text(encoding="utf-8")),
)
READS = re.compile(r"\b(?:from|join)\s+(\w+)")


def test_the_page_lists_what_no_audit_can_judge() -> None:
    assert PAGE.read_text(encoding="utf-8") == unjudged.page()


def test_only_columns_of_the_schema_are_listed() -> None:
    tables = Record.metadata.tables
    known = {
        table: {*tables[table].columns.keys(), unjudged.WHOLE, unjudged.DELETED, unjudged.INVENTED}
        for table in unjudged.UNJUDGED
    }
    assert {
        (table, column)
        for table, columns in unjudged.UNJUDGED.items()
        for column in columns
        if column not in known[table]
    } == set()


def test_every_table_is_sealed_or_compared_or_listed_as_a_whole() -> None:
    whole = {table for table, columns in unjudged.UNJUDGED.items() if unjudged.WHOLE in columns}
    parts = [{*seals.SEALED}, {*seals.COMPARED}, whole]
    assert sorted(table for part in parts for table in part) == sorted(Record.metadata.tables)


def test_what_an_audit_is_said_to_compare_is_read_by_its_statements() -> None:
    read = {table for path in STATEMENTS for table in READS.findall(path.read_text(encoding="utf-8"))}
    # The rows of dossiers whose traces are looked for are named in a list.
    read |= {each.table for each in traces.TABLES}
    assert {*seals.COMPARED} - read == set()
