"""Settings of webhooks: inner hosts, patience, and the key that opens the secrets of receivers."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.identity import key_file
from hoso_workflows.identity.sealing import Seal


class WebhookSettings(BaseSettings):
    """Settings of webhooks. Read from `HOSO_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", env_ignore_empty=True, extra="ignore")

    #: Hosts of inner networks, or of this machine, to which webhooks may go.
    webhook_inner_hosts: tuple[str, ...] = ()
    #: Seconds that a receiver may take for its whole answer.
    webhook_seconds: float = Field(default=10, gt=0, le=30)
    #: The file of the key that seals secrets; in the home of the installation where it is not named.
    master_key_file: Path | None = None

    @property
    def seal(self) -> Seal:
        """The seal of the installation."""
        return key_file.seal(DatabaseSettings().home, self.master_key_file)
