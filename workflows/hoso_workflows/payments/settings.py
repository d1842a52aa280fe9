"""Settings of the payment gateway: address, our name there, secrets of both."""

from datetime import timedelta
from pathlib import Path

from pydantic import AwareDatetime, Field, SecretStr

from hoso_models.storage.settings import EnvironmentSettings
from hoso_workflows.payments.signed_messages import Secrets

#: Characters below which a secret could be guessed.
SHORTEST = 32
#: No order can be paid longer.
LONGEST = timedelta(days=30)


class PaymentSettings(EnvironmentSettings):
    """Settings of the payment gateway. Read from `HOSO_` and the name in capitals."""

    #: The address of the gateway; nobody pays online when empty.
    payments_address: str = Field(default="", pattern=r"^(|https?://.+)$")
    #: Our name there.
    payments_merchant: str = ""
    #: Code of the unit into whose account it pays; the one at the top when empty and there is no other.
    payments_authority: str = ""
    #: By which both sign, of 32 characters or more; or the file that holds it.
    payments_secret: SecretStr | None = None
    payments_secret_file: Path | None = None
    #: The secret before it, by which the gateway may sign until an instant.
    payments_secret_before: SecretStr | None = None
    payments_secret_before_file: Path | None = None
    payments_secret_before_until: AwareDatetime | None = None
    #: Hosts to which payers may be sent besides that of the address.
    payments_pay_hosts: tuple[str, ...] = ()
    #: Hosts of inner networks that may be asked.
    payments_inner_hosts: tuple[str, ...] = ()
    #: Seconds that an answer of the gateway may take.
    payments_seconds: float = Field(default=5, gt=0, le=30)
    #: Minutes after which an order is not paid any more.
    payments_minutes: int = Field(default=60, gt=0, le=LONGEST // timedelta(minutes=1))

    @property
    def secrets(self) -> Secrets:
        """The secrets of both.

        Raises OSError for a file that cannot be read, ValueError for none, a short one, and one of before without its end.
        """
        current = _read("HOSO_PAYMENTS_SECRET", self.payments_secret, self.payments_secret_file)
        if self.payments_secret_before is None and self.payments_secret_before_file is None:
            return Secrets(current)
        if self.payments_secret_before_until is None:
            raise ValueError("HOSO_PAYMENTS_SECRET_BEFORE needs HOSO_PAYMENTS_SECRET_BEFORE_UNTIL")
        before = self.payments_secret_before, self.payments_secret_before_file
        return Secrets(
            current, _read("HOSO_PAYMENTS_SECRET_BEFORE", *before), self.payments_secret_before_until
        )


def _read(name: str, said: SecretStr | None, file: Path | None) -> bytes:
    given = file.read_text(encoding="utf-8").strip() if file else said.get_secret_value() if said else ""
    if len(given) < SHORTEST:
        raise ValueError(f"{name}, or the file, has fewer than {SHORTEST} characters")
    return given.encode()
