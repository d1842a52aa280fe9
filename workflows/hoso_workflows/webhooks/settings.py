"""Settings of webhooks: inner hosts, patience, the key of secrets."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.operation import key_file


class WebhookSettings(BaseSettings):
    """Settings of webhooks. Read from `HOSO_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", env_ignore_empty=True, extra="ignore")

    #: Hosts of inner networks, or of this machine, to which webhooks may go.
    webhook_inner_hosts: tuple[str, ...] = ()
    #: Seconds that a receiver may take for its whole answer.
    webhook_seconds: float = Field(default=10, gt=0, le=30)


class KeySettings(BaseSettings):
    """Place of the key that seals secrets, for processes beside the API."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", env_ignore_empty=True, extra="ignore")

    #: Its file; in the home of the installation where it is not named.
    master_key_file: Path | None = None


def seal() -> Seal:
    """The seal of the installation; its key is read when it is first needed."""
    home, named = DatabaseSettings().home, KeySettings().master_key_file
    return Seal(lambda: key_file.key(key_file.path(home, named)))
