"""Settings of webhooks: inner hosts, patience, the key of secrets."""

import re
from pathlib import Path

from pydantic import Field, field_validator

from hoso_models.storage.settings import DatabaseSettings, EnvironmentSettings
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.operation import key_file


class WebhookSettings(EnvironmentSettings):
    """Settings of webhooks. Read from `HOSO_` and the name in capitals."""

    #: Hosts of inner networks, or of this machine, to which webhooks may go, each with its port: `esb.tinh.vn:8443`. One without has
    #: 443; `:*` is any. An administrator says where webhooks go, and would find out what else answers there.
    webhook_inner_hosts: tuple[str, ...] = ()
    #: Seconds that a receiver may take for its whole answer.
    webhook_seconds: float = Field(default=10, gt=0, le=30)

    @field_validator("webhook_inner_hosts")
    @classmethod
    def _with_ports(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_with_port, given))


#: A host with its port; that of an address of version 6 stands in brackets.
_WITH_PORT = re.compile(r"(\[[0-9a-f:]+\]|[^:]+):(\d{1,5}|\*)")


def _with_port(entry: str) -> str:
    host = entry.strip().lower()
    if _WITH_PORT.fullmatch(host):
        return host
    bare = host.removeprefix("[").removesuffix("]")
    return f"[{bare}]:443" if ":" in bare else f"{bare}:443"


class KeySettings(EnvironmentSettings):
    """Place of the key that seals secrets, for processes beside the API."""

    #: Its file; in the home of the installation where it is not named.
    master_key_file: Path | None = None


def seal() -> Seal:
    """The seal of the installation; its key is read when it is first needed."""
    home, named = DatabaseSettings.read().home, KeySettings.read().master_key_file
    return Seal(lambda: key_file.key(key_file.path(home, named)))
