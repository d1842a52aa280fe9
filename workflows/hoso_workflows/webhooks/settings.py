"""Settings of webhooks: inner hosts, patience, the key of secrets."""

from pathlib import Path

from pydantic import Field

from hoso_models.storage.settings import DatabaseSettings, EnvironmentSettings
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.operation import key_file


class WebhookSettings(EnvironmentSettings):
    """Settings of webhooks. Read from `HOSO_` and the name in capitals."""

    #: Hosts of inner networks, or of this machine, to which webhooks may go.
    webhook_inner_hosts: tuple[str, ...] = ()
    #: Seconds that a receiver may take for its whole answer.
    webhook_seconds: float = Field(default=10, gt=0, le=30)


class KeySettings(EnvironmentSettings):
    """Place of the key that seals secrets, for processes beside the API."""

    #: Its file; in the home of the installation where it is not named.
    master_key_file: Path | None = None


def seal() -> Seal:
    """The seal of the installation; its key is read when it is first needed."""
    home, named = DatabaseSettings.read().home, KeySettings.read().master_key_file
    return Seal(lambda: key_file.key(key_file.path(home, named)))
