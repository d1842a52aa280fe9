"""docs/operations.md names every setting with its default, and its backup is one."""

import ast
import inspect
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from pydantic_settings import BaseSettings

from hoso_api.server import processes
from hoso_api.settings import Settings
from hoso_models import postgres
from hoso_models.storage.settings import OwnerSettings
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.notifications.email import MailSettings
from hoso_workflows.operation.retention import ExpirySettings
from hoso_workflows.payments.settings import PaymentSettings
from hoso_workflows.webhooks.settings import WebhookSettings
from support import databases

GUIDE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
SETTINGS = GUIDE.partition("\n## Settings\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| (`[^|]+`) \|([^|]*)\|[^|]+\|$", SETTINGS, flags=re.M)
#: Each name that the tables document, and the default that they tell.
DOCUMENTED = {
    name: default.strip().strip("`") for names, default in ROWS for name in re.findall(r"`([^`]+)`", names)
}


def told(value: Any) -> str:
    """A default as the tables tell it; none of what has none."""
    match value:
        case None | {}:
            return ""
        case bool():
            return str(value).lower()
        case timedelta():
            return str(TypeAdapter(timedelta).dump_python(value, mode="json"))
        case tuple():
            return ", ".join(str(each.network_address) for each in value)
        case float():
            return f"{value:g}"
    return str(value)


def of(kind: type[BaseSettings], prefix: str, change: Any) -> dict[str, str]:
    return {prefix + change(name): told(field.default) for name, field in kind.model_fields.items()}


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    names = of(Settings, "", str)
    for kind in (OwnerSettings, MailSettings, StoreSettings, PaymentSettings, WebhookSettings):
        names |= of(kind, "HOSO_", str.upper)
    names |= dict.fromkeys(of(ExpirySettings, "HOSO_", str.upper), "")
    assert {name: default for name, default in DOCUMENTED.items() if name in names or "_" in name} == names


def test_every_log_is_told_with_its_place(tmp_path: Path) -> None:
    services = {
        call.args[0].value
        for call in ast.walk(ast.parse(inspect.getsource(processes)))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "Service"
        and isinstance(call.args[0], ast.Constant)
    }
    logs = GUIDE.partition("\n## Logs\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+)` \|", logs, flags=re.M)) == {
        *(f"log/{name}.log" for name in services),
        postgres.Server(tmp_path).log.relative_to(tmp_path).as_posix(),
    }


@pytest.mark.slow
def test_a_copy_of_a_home_that_stands_still_is_a_backup_of_it() -> None:
    assert "cp -a .hoso /backup/" in GUIDE
    with databases.home() as folder:
        home, backup = folder / ".hoso", folder / "backup"
        with postgres.Server(home) as server:
            server.ensure_database("hoso_kept")
            server.query("create table kept as select 'Hồ sơ' as what", "hoso_kept")
        for source, target in ((home, backup), (backup, folder / "restored")):
            subprocess.run(["/bin/cp", "-a", str(source), str(target)], check=True)
        with postgres.Server(folder / "restored") as restored:
            found = restored.query("select what from kept", "hoso_kept")
    assert "Hồ sơ" in str(found)
