"""The same pages of Viewflow, from a Python of its own: its packages are pinned by their hashes and never imported by ours.

Viewflow is free under the AGPL; it is run beside `hoso`, and nothing of it is in `hoso`. `pages.py` asks for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from hoso_models import postgres
from support import databases

HERE = Path(__file__).parent / "viewflow"
#: Its Python, made once for each list of its packages.
PLACE = Path(__file__).parents[1] / ".venv" / "viewflow"


@dataclass(frozen=True, slots=True)
class Figures:
    """A page: its kilobytes, CPU of one reading, and median and 95th percentile by readers; times in milliseconds."""

    kilobytes: float
    cpu: float
    waits: tuple[tuple[float, float], ...]

    def line(self, name: str) -> str:
        """A row of the table."""
        cells = "".join(f"{p50:9.1f}{p95:9.1f}" for p50, p95 in self.waits)
        return f"{name:46}{self.kilobytes:6.0f}{self.cpu:8.1f}{cells}"

    def of(self, other: Figures) -> str:
        """Ratio of the times of the other one to ours, by readers and percentile."""
        ratios = (
            theirs / own
            for mine, others in zip(self.waits, other.waits, strict=True)
            for own, theirs in zip(mine, others, strict=True)
        )
        return "".join(f"{ratio:9.2f}" for ratio in ratios)


def python() -> Path:
    """The interpreter of Viewflow; its environment is made where there is none of these packages."""
    wanted, stamp = (HERE / "requirements.lock").read_bytes(), PLACE / "requirements.lock"
    interpreter = PLACE / "bin" / "python"
    if not stamp.is_file() or stamp.read_bytes() != wanted:
        venv.create(PLACE, with_pip=True, clear=True)
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
        subprocess.run([interpreter, *install, "-r", HERE / "requirements.lock"], check=True)
        stamp.write_bytes(wanted)
    return interpreter


def measured(
    server: postgres.Server, size: int, open_of: int, readings: int
) -> Iterator[tuple[str, Figures]]:
    """The figures of each page of Viewflow over so many processes, of which one in so many is open."""
    address = make_url(databases.as_owner(server.ensure_database("viewflow")))
    place = [str(address.query["host"]), str(address.query["port"]), address.database, address.username]
    asked = [*place, str(size), str(open_of), str(readings)]
    told = os.environ | {"PGPASSWORD": str(address.password)}
    with subprocess.Popen(
        [python(), HERE / "served.py", *asked], env=told, stdout=subprocess.PIPE, text=True
    ) as child:
        for line in child.stdout or ():
            said = json.loads(line)
            waits = tuple((p50, p95) for p50, p95 in said["waits"])
            yield said["what"], Figures(said["kb"], said["cpu"], waits)
    if child.returncode:
        sys.exit(child.returncode)
