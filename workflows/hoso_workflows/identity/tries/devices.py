"""Devices that have signed an account in, known again by what the browser keeps.

It is sealed by the key of the installation and proves nobody: it only sets the device's tries apart from those of strangers.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hoso_workflows.identity.sealing import Broken, Seal

#: For how long after its last sign-in a device is known.
KNOWN = timedelta(days=180)
#: How many accounts one device is known to: of those who share it, the last.
ACCOUNTS = 5
#: The owner of what is sealed here.
_OWNER = b"device"
#: The bytes of a device's id, and of its last sign-in in seconds.
_ID, _SECONDS = 8, 8


@dataclass(frozen=True, slots=True)
class Devices:
    """Cookies of the accounts that browsers have signed in."""

    seal: Seal

    def known(self, kept: str, *, at: datetime) -> Mapping[str, str]:
        """The account names that a browser has signed in, each with the device's id.

        The last one comes first.
        """
        found: dict[str, str] = {}
        for token in kept.split(".")[:ACCOUNTS]:
            try:
                said = self.seal.open(base64.urlsafe_b64decode(token), _OWNER)
            except (Broken, ValueError):
                continue
            signed_in = datetime.fromtimestamp(int.from_bytes(said[_ID : _ID + _SECONDS], "big"), at.tzinfo)
            if at - signed_in <= KNOWN:
                found.setdefault(said[_ID + _SECONDS :].decode(), said[:_ID].hex())
        return found

    def signed_in(self, kept: str, account: str, *, at: datetime) -> str:
        """The cookie of a browser that has signed in one account more."""
        known = self.known(kept, at=at)
        device = bytes.fromhex(known[account]) if account in known else secrets.token_bytes(_ID)
        said = device + int(at.timestamp()).to_bytes(_SECONDS, "big") + account.encode()
        mine = base64.urlsafe_b64encode(self.seal.close(said, _OWNER)).decode()
        others = [token for token in kept.split(".") if token and account not in self.known(token, at=at)]
        return ".".join([mine, *others][:ACCOUNTS])
