"""Processes that a file has taken over, behind some walls, and what they try."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support import looking_child

TESTS = Path(__file__).parents[1]
#: A process of a user behind some walls; all that it needs is loaded before.
_WALLED = """
import json, os, sys
sys.path.append({tests!r})
from hoso_bpmn import confinement, sandbox
from support import looking_child
told, user = sys.stdin.buffer.read(), int(sys.argv[1])
if user != os.geteuid():
    os.setgroups([]), os.setresgid(user, user, user), os.setresuid(user, user, user)
{walls}
print(json.dumps(looking_child.look(told).to_json()))
"""
REFUSED = "PermissionError"
#: What is refused to a child, whoever called it.
EVERYTHING = dict.fromkeys(looking_child.tries("", "", 0), REFUSED) | {
    "fork": "BlockingIOError",
    "copy": "OSError",
}


@dataclass(frozen=True)
class Secrets:
    """The key of an installation, another file of it, its process, and whose all of it is."""

    key: Path
    other: Path
    process: int
    user: int

    @property
    def told(self) -> bytes:
        """The words to the child."""
        return json.dumps([str(self.key), str(self.other), self.process]).encode()


def walled(secrets: Secrets, *walls: str) -> dict[str, str]:
    """The ends of the tries of a process that is the user's, behind these walls."""
    code = _WALLED.format(tests=str(TESTS), walls="\n".join(walls))
    tried: dict[str, str] = ran(code, str(secrets.user), secrets=secrets)["tried"]
    return tried


def ran(code: str, *told: str, secrets: Secrets) -> dict[str, Any]:
    """The report of a process that is told of the secrets."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, *told],
        input=secrets.told,
        env={},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
