"""The list of columns that no audit can judge: its page, and the names of the schema."""

from pathlib import Path

from hoso_models.tables.base import Record
from hoso_workflows.audit import unjudged

PAGE = Path(__file__).parents[3] / "docs" / "unjudged.md"


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
