"""docs/setup.md is true: its file is applied by its commands, on an empty directory, and what it says of tables is all there is."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from hoso_workflows.setup import document
from support.command_line import hoso

GUIDE = (Path(__file__).parents[2] / "docs" / "setup.md").read_text(encoding="utf-8")


def test_its_commands_set_an_authority_up(database_url: str, tmp_path: Path) -> None:
    (file,) = re.findall(r"```toml\n# agency.toml\n(.*?)```", GUIDE, re.DOTALL)
    (session,) = re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
    written = tmp_path / "agency.toml"
    written.write_text(file, encoding="utf-8")
    ran = []
    for line in session.splitlines():
        words = line.removeprefix("$ hoso ").partition(" >")[0].split()
        done = hoso(*[str(written) if word == "agency.toml" else word for word in words], url=database_url)
        assert done.status == 0, done.err
        ran.append(done.out)
    assert "14 acts would be done" in ran[0]
    assert "14 acts were done" in ran[1]
    assert "procedure_approver" in "".join(ran[2].split())
    again = tmp_path / "present.toml"
    again.write_text(ran[3], encoding="utf-8")
    for applied in (again, written):
        assert hoso("setup", str(applied), url=database_url).out == "Nothing has to change.\n"


@pytest.mark.parametrize("line", [line for line in GUIDE.splitlines() if line.startswith("| `[[")])
def test_each_table_is_told_with_its_keys(line: str) -> None:
    name = line.split("[[")[1].split("]]")[0]
    said = set(re.findall(r"`(\w+)`", line.split("|")[2])) - {"role @ unit"}
    table: Any = document.Document.model_fields[name].annotation
    (row,) = table.__args__
    assert issubclass(row, BaseModel)
    keys = {field.alias or key for key, field in row.model_fields.items()}
    assert said <= keys | {"role"}
    assert keys - said <= {"basis"}


def test_every_table_is_told() -> None:
    told = set(re.findall(r"^\| `\[\[(\w+)\]\]`", GUIDE, re.MULTILINE))
    assert told == set(document.Document.model_fields) - {"schema_", "defaults", "officers"}
