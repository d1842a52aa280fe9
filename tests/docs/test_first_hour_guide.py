"""docs/first-hour.md, typed as it stands there, in an empty directory and with nothing else."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import ports

pytestmark = [
    pytest.mark.slow,
    pytest.mark.rotating(
        "docs/first-hour.md", "api/hoso_api/cli", "api/hoso_api/server", "workflows/hoso_workflows/setup"
    ),
]

GUIDE = (Path(__file__).parents[2] / "docs" / "first-hour.md").read_text(encoding="utf-8")
#: The blocks in order: what the fence says, and what is in it.
BLOCKS = re.findall(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
#: The port of the page, for which a free one stands in: others serve on this machine too.
PORT = "8000"
#: The administrator, who opens the printed link.
BROWSER = Path(__file__).parents[1] / "support" / "printed_link.py"


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty directory that a service user can reach."""
    with tempfile.TemporaryDirectory(prefix="hoso-first-hour-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def script() -> str:
    """The guide as one session: files are written where they stand, commands typed one after the other."""
    lines = ["set -euo pipefail"]
    for kind, name, text in BLOCKS:
        if kind == "console":
            typed = [line.removeprefix("$ ") for line in text.splitlines()]
            lines += [
                f"{line} | tee invited.txt" if line.startswith("hoso people invite") else line
                for line in typed
            ]
            if "hoso serve" in text:
                # What the page says to do in a browser.
                lines.append(f"{sys.executable} {BROWSER} invited.txt")
        else:
            lines += [f"mkdir -p $(dirname {name})", f"cat > {name} <<'END OF FILE'\n{text}END OF FILE"]
    # The folder is removed after the services have ended.
    return "\n".join([*lines, "wait"])


def test_every_command_of_the_page_is_typed_and_the_dossier_is_handed_over(folder: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOSO_", "PYTEST_"))}
    with ports.kept() as port:
        done = subprocess.run(
            ["/bin/bash", "-c", script().replace(PORT, str(port))],
            cwd=folder,
            env={**kept, "PATH": path, "LC_ALL": "C.UTF-8", "HOSO_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=540,
        )
    log = folder / "serve.log"
    assert done.returncode == 0, done.stdout + done.stderr + (log.read_text() if log.exists() else "")
    out = done.stdout
    assert "signed in: " in out
    assert out.count("role_confirmed") == 2
    assert "Nothing is missing." in out
    assert re.search(r"^\d{4}-\d\d-\d\dT17:00:00\+07:00$", out, re.MULTILINE), out
    assert "returned" in out.splitlines()
    assert '"degree":100' in out.replace(" ", "")
    assert done.stderr.splitlines()[-1].strip() == "Everything stored is what happened."


def test_a_page_without_a_command_out_of_order_is_one_session() -> None:
    assert [kind for kind, _, _ in BLOCKS].count("console") > 10
    typed = [line for kind, _, text in BLOCKS if kind == "console" for line in text.splitlines()]
    assert [line for line in typed if not line.startswith("$ ")] == []
