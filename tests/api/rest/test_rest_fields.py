"""Fields by relation: each read tells an applicant, an officer, an auditor and an administrator what is theirs, key by key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Rest
from support.world import CITIZEN, FOUNDED, PROVINCE, SINCE

GOLDEN = Path(__file__).parents[2] / "support" / "fields.json"
AUDITOR = UUID(int=0xA0D)
READERS = {"applicant": CITIZEN, "worker": SPECIALIST, "auditor": AUDITOR, "administrator": ADMINISTRATOR}
READS = {
    "get_dossier": "/v1/dossiers/{code}",
    "get_waits": "/v1/dossiers/{code}/waits",
    "list_events": "/v1/dossiers/{code}/events",
    "get_timeline": "/v1/dossiers/{code}/timeline",
    "get_accounting": "/v1/dossiers/{code}/accounting",
    "get_receipt": "/v1/dossiers/{code}/receipt",
    "explain_deadline": "/v1/dossiers/{code}/deadline",
    "get_user_task": "/v1/user-tasks/{task}",
}
#: Keys behind which stands a form, or a deadline with its days and rules (`hoso-deadline/1`): not decided by who reads.
FREE = {"form", "answers", "deadline", "limit_deadline", "plan_deadlines", "reception", "policy"}


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Every key of an answer, nested ones behind a dot."""
    if isinstance(value, dict):
        for name, inside in value.items():
            yield f"{path}{name}"
            if name not in FREE:
                yield from keys(inside, f"{path}{name}.")
    elif isinstance(value, list):
        for each in value:
            yield from keys(each, path)


async def told(rest: Rest) -> dict[str, dict[str, list[str] | None]]:
    """Read → reader → the keys of the answer; None for a read that is refused."""
    async with rest.world.db.transaction() as tx:
        principals.principal(tx, PrincipalKind.OFFICER, "Kiểm tra · UBND tỉnh", at=FOUNDED, identity=AUDITOR)
        await tx.flush()
        units.assign(tx, AUDITOR, PROVINCE, "auditor", SINCE)
    filed = await rest.files(CITIZEN, channel="online")
    accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    path = f"/v1/dossiers/{accepted['code']}"
    await rest.done(f"{path}/supplement-request", CLERK, {"reason": "Bản sao mờ", "items": ["TP02"]})
    after = await rest.done(f"{path}/supplement", CLERK, {"components": ["TP02"]})
    named = {"code": accepted["code"], "task": after["tasks"][0]["id"]}
    found: dict[str, dict[str, list[str] | None]] = {}
    for act, template in READS.items():
        for who, principal in READERS.items():
            answer = await rest.get(template.format(**named), principal)
            shown = sorted(set(keys(answer.json()))) if answer.status_code == 200 else None
            found.setdefault(act, {})[who] = shown
    return found


async def test_each_read_tells_each_relation_the_keys_that_are_written_down(rest: Rest) -> None:
    found = await told(rest)
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))
    for act, by in found.items():
        assert by["auditor"] == by["worker"], act
        assert (by["administrator"] is None) is (act not in ("explain_deadline", "get_accounting")), act
        assert by["applicant"] is None or act not in ("get_user_task", "get_accounting")
