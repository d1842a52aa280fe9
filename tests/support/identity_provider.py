"""The certified identity provider (npm `oidc-provider`), run as a program on a port of this machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from joserfc.jwk import ECKey

from support import ports

SOURCE = Path(__file__).parents[1] / "provider"
HOME = Path(__file__).parents[2] / ".venv" / "provider"
#: Seconds after which something hangs.
PATIENCE = 60

PASSWORD, MFA = "urn:test:password", "urn:test:mfa"


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The provider, as the tests configure it."""

    issuer: str

    def configure(self, *clients: dict[str, Any], strict: bool = True) -> None:
        """Let it know these clients and no others. One that is not strict answers with a lower level than was asked for."""
        said = {"clients": clients, "strict": strict}
        httpx.post(f"{self.issuer}/_configure", json=said).raise_for_status()

    def rotate(self) -> None:
        """Change its signing key; the old one is gone."""
        httpx.post(f"{self.issuer}/_rotate").raise_for_status()


@dataclass
class Visitor:
    """A browser at the provider: its cookies, and what its person types there."""

    issuer: str

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(
            base_url=self.issuer, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def signs_in(
        self,
        address: str,
        login: str,
        amr: Sequence[str] = ("pwd", "otp"),
        acr: str | None = MFA,
        age: int = 0,
    ) -> str:
        """Follow an authorisation request, type what is asked for, and return the address that the browser is sent back to."""
        typed = {"login": login, "amr": " ".join(amr), "acr": acr or "", "age": str(age)}
        asked = 0
        while address.startswith(self.issuer):
            if "/interaction/" in address:
                asked += 1
                assert asked == 1, "the provider asks again"
                answer = await self.client.post(address, data=typed)
            else:
                answer = await self.client.get(address)
            assert answer.is_redirect, answer.text
            address = urljoin(address, answer.headers["location"])
        return address

    async def signs_out(self, address: str) -> str:
        """Confirm the sign-out at the provider; the address that the browser is sent back to."""
        asked = await self.client.get(address)
        secret = re.search(r'name="xsrf" value="(\w+)"', asked.text)
        assert secret is not None, asked.text
        form = {"xsrf": secret[1], "logout": "yes"}
        answer = await self.client.post("/session/end/confirm", data=form)
        return urljoin(self.issuer, answer.headers["location"])


def client(key: ECKey, back: str, **more: Any) -> dict[str, Any]:
    """Our installation as the provider's administrator enters it."""
    public = {**key.as_dict(private=False), "use": "sig", "alg": "ES256"}
    return {
        "client_id": "hoso",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [public]},
        "redirect_uris": [back],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "id_token_signed_response_alg": "ES256",
        "backchannel_logout_uri": "http://127.0.0.1:1/",
        "backchannel_logout_session_required": True,
        **more,
    }


def key_file(folder: Path) -> tuple[Path, ECKey]:
    """A new private key of ours, and the file it lies in."""
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    path = folder / "oidc.jwk"
    path.write_text(json.dumps(key.as_dict(private=True)))
    path.chmod(0o600)
    return path, key


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """The provider, for as long as the block lasts. Fails where it is not installed: a test that is skipped proves nothing."""
    if not (HOME / "node_modules").exists() or shutil.which("node") is None:
        pytest.fail("the identity provider of the tests is missing: `make .venv/provider/installed`")
    for name in ("provider.mjs", "people.json"):
        assert (HOME / name).read_bytes() == (SOURCE / name).read_bytes(), "`make .venv/provider/installed`"
    with ports.kept() as port:
        command = ["node", "provider.mjs", str(port)]
        with subprocess.Popen(
            command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            patience = threading.Timer(PATIENCE, process.kill)
            patience.start()
            try:
                assert process.stdout is not None
                ready = process.stdout.readline()
                patience.cancel()
                assert ready.startswith("ready "), "the identity provider did not start"
                yield IdentityProvider(ready.split()[1])
            finally:
                patience.cancel()
                process.kill()
