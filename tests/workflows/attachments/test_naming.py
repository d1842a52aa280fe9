"""Rows that name objects of the store."""

from hoso_workflows.attachments import naming
from support.personal_columns import MADE


def test_every_column_with_names_of_objects_is_known() -> None:
    named = {(table, column) for table, columns in MADE.items() for column in columns if column != "sha256"}
    assert {(each.table, each.column) for each in naming.NAMINGS} == named
