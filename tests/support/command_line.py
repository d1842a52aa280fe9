"""`hoso` as a user runs it: another process, its exit status and what it printed."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso_models.storage import database
from support import databases


@dataclass(frozen=True, slots=True)
class Ran:
    """Result of a command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, parsed as JSON."""
        return json.loads(self.out)


def owner(url: str) -> dict[str, str]:
    """The settings by which a command on a database may change its tables too."""
    address = databases.as_owner(url).render_as_string(hide_password=False)
    return {"HOSO_DATABASE_OWNER_URL": address}


def hoso(
    *arguments: str, url: str = "", home: Path | None = None, given: str | None = None, **environment: str
) -> Ran:
    """Run `hoso` with these arguments on a database, or in a home of its own; what is `given` is its standard input."""
    settings = {"HOSO_DATABASE_URL": url, "HOSO_HOME": str(home) if home else "", "COLUMNS": "140"}
    set_to = {name: value for name, value in {**settings, **environment}.items() if value}
    done = subprocess.run(
        [sys.executable, "-c", "from hoso_api.cli.main import main; main()", *arguments],
        env={**os.environ, **set_to},
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def in_vietnamese(*arguments: str, url: str = "", home: Path | None = None, **environment: str) -> Ran:
    """The same, called by somebody whose locale is Vietnamese."""
    return hoso(*arguments, url=url, home=home, LANG="vi_VN.UTF-8", LANGUAGE="vi", **environment)


def stored(url: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows that a SELECT finds in the database on which commands were run."""

    async def read() -> list[tuple[Any, ...]]:
        async with database.connect(url) as db:
            return [tuple(row) for row in await db.rows(sql)]

    return asyncio.run(read())
