"""Settings of the payment gateway: address, our name there, secret of both."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Characters below which a secret could be guessed.
SHORTEST = 32


class PaymentSettings(BaseSettings):
    """Settings of the payment gateway. Read from `HOSO_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", env_ignore_empty=True, extra="ignore")

    #: The address of the gateway; nobody pays online when empty.
    payments_address: str = Field(default="", pattern=r"^(|https?://.+)$")
    #: Our name there.
    payments_merchant: str = ""
    #: By which both sign, of 32 characters or more; or the file that holds it.
    payments_secret: SecretStr | None = None
    payments_secret_file: Path | None = None
    #: Hosts to which payers may be sent besides that of the address.
    payments_pay_hosts: tuple[str, ...] = ()
    #: Hosts of inner networks that may be asked.
    payments_inner_hosts: tuple[str, ...] = ()
    #: Seconds that an answer of the gateway may take.
    payments_seconds: float = Field(default=5, gt=0, le=30)
    #: Minutes after which an order is not paid any more.
    payments_minutes: int = Field(default=60, gt=0, le=60 * 24 * 30)

    @property
    def secret(self) -> bytes:
        """The secret as bytes. Raises OSError for a file that cannot be read, ValueError for none and for a short one."""
        given = self.payments_secret.get_secret_value() if self.payments_secret else ""
        if self.payments_secret_file:
            given = self.payments_secret_file.read_text(encoding="utf-8").strip()
        if len(given) < SHORTEST:
            raise ValueError(f"HOSO_PAYMENTS_SECRET, or the file, has fewer than {SHORTEST} characters")
        return given.encode()
