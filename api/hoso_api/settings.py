"""Settings of an installation: environment (`HOSO_…`), then `hoso.toml`, then defaults.

The file lies in the installation's home.
Before a default comes a port that `hoso serve` found free where the default was taken (`free_ports`).
"""

import ipaddress
import tomllib
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, IPvAnyNetwork, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hoso_api import provider_settings, signing_settings
from hoso_api.portal_settings import PortalSettings
from hoso_api.provider_settings import Provider
from hoso_api.signing_settings import SigningKey
from hoso_calendar.messages import say
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import drafts
from hoso_workflows.operation import rate_limit
from hoso_workflows.signatures.keys import Keyring

KIBIBYTE, MEBIBYTE = 1 << 10, 1 << 20
#: This machine, as networks.
LOOPBACK = (ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("::1"))


#: The file with the ports that were found, in the installation's home.
FOUND = "ports.toml"


class Unreadable(Exception):
    """A file of settings in the installation's home is no TOML; `path` is where it is."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(say("{path} cannot be read: {why}; correct it, or take it away", path=path, why=why))
        self.path = path


class Settings(BaseSettings):
    """The settings of the API and of `hoso serve`.

    An unknown key in `hoso.toml` is an error that names it.
    Where the database is, `hoso_models` reads by itself.
    """

    model_config = SettingsConfigDict(env_prefix="HOSO_", extra="forbid", frozen=True)
    #: The files in the home that are read, the first before the next.
    FILES: ClassVar[tuple[str, ...]] = ("hoso.toml", FOUND)

    #: The address that the API listens on.
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    #: Processes of the API.
    workers: int = Field(default=2, ge=1)
    #: The loopback port of Prefect's server.
    prefect_port: int = Field(default=4200, ge=0, le=65535)
    #: The address that Prefect's server listens on; another than loopback is for workers on other machines of an inner network.
    prefect_host: str = "127.0.0.1"
    #: Another database for Prefect's own tables than one beside ours.
    prefect_database_url: SecretStr | None = None
    #: Where workers find Prefect's API when its server is on another machine, as `http://prefect:4200/api`.
    prefect_url: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+/api$")
    #: The file with `user:password` of Prefect's API, the same on all machines; one that is made in the home when absent.
    prefect_auth_file: Path | None = None
    #: A Redis, as `redis://:password@host:6379`, by which several Prefect servers talk; none for one server.
    prefect_redis_url: SecretStr | None = None
    #: The work pool whose workers run the flows, on as many machines as wanted.
    flow_pool: str = Field(default="hoso", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    #: The overdue board without sign-in, on this machine. Real data stay closed: it opens those that `hoso demo` has marked.
    open_board: bool = False
    #: How long a revoked token may still pass.
    token_cache_seconds: float = Field(default=2.0, ge=0, le=60)
    #: The address that people and partners reach this installation at, as `https://motcua.example.vn`; no path.
    public_url: str | None = None
    #: The key that seals secrets, 32 bytes in hex; `keys/master.key` in the home when absent, made where it is missing.
    master_key_file: Path | None = None
    #: Whether administrators and approvers need a passkey for acts that ask for a fresh proof.
    offices_need_passkey: bool = True
    #: The largest procedure package (a zip).
    package_limit_bytes: int = Field(default=10 * MEBIBYTE, gt=0)
    #: The largest request with a file of a dossier; how large a file may be, its paper says.
    upload_limit_bytes: int = Field(default=100 * MEBIBYTE, gt=0)
    #: The largest body of any other request.
    body_limit_bytes: int = Field(default=1 * MEBIBYTE, gt=0)
    #: The largest form of a page.
    form_limit_bytes: int = Field(default=16 * KIBIBYTE, gt=0)

    #: Days without a change after which a draft is deleted.
    draft_days: int = Field(default=30, ge=1, le=365)
    #: The drafts that one person keeps who files for themselves, and one officer of a desk.
    drafts_per_person: int = Field(default=20, ge=1)
    drafts_per_officer: int = Field(default=200, ge=1)
    #: The largest draft, as JSON.
    draft_limit_bytes: int = Field(default=256 * KIBIBYTE, gt=0)

    #: Seconds within which request line and headers have come, from the connection or from their first byte on.
    head_seconds: float = Field(default=15, gt=0)
    #: Seconds that a body may take, and a second more for each so many bytes that have come of it.
    body_seconds: float = Field(default=30, gt=0)
    body_bytes_per_second: int = Field(default=1000, gt=0)
    #: Seconds for which a client may take nothing of its answer.
    answer_seconds: float = Field(default=60, gt=0)
    #: Connections that a process of the API holds at once, as far as its limit of open files allows.
    connections: int = Field(default=2000, gt=0)
    #: So many of them from one network (IPv4 /24, IPv6 /56) that is none of a trusted proxy.
    connections_per_network: int = Field(default=256, gt=0)
    #: Other limits than those of `rate_limit.DEFAULTS`: what is counted → `{every = seconds, burst = number}`.
    limits: dict[rate_limit.Purpose, rate_limit.Limit] = {}
    #: The addresses and networks of proxies of ours: what they say of a client's address and of TLS is believed.
    trusted_proxies: tuple[IPvAnyNetwork, ...] = LOOPBACK

    #: The owner of the portal, as its footer names them.
    portal: PortalSettings | None = None

    #: Identity providers by which people sign in.
    oidc: tuple[Provider, ...] = ()
    #: Hosts of inner networks that hoso may ask; without them it asks public addresses only.
    inner_hosts: tuple[str, ...] = ()

    #: Keys by which papers are signed.
    signing: tuple[SigningKey, ...] = ()
    #: The time stamp authority (RFC 3161) that is asked for each signature; none when absent.
    time_stamps: str | None = None
    #: Certificates below which signatures are trusted, as PEM; none when absent.
    trusted_roots_file: Path | None = None

    #: Seconds after which a process of the API looks for portions of long jobs; 0 leaves them to the flows.
    job_seconds: float = Field(default=2, ge=0)

    #: Bytes that are free on the disks of the home and of our own database, or `/health/ready` says that they are full.
    disk_reserve_bytes: int = Field(default=32 * MEBIBYTE, ge=0)
    #: Whether `/health/ready` looks at the flows; `hoso serve` says so to its API when it runs them itself.
    watch_flows: bool = False

    @property
    def public_origin(self) -> str:
        """The origin of links that are given to people."""
        return self.public_url or self.origin

    @property
    def portal_owner(self) -> PortalSettings:
        """The owner of the portal; one without a name where nobody has set any."""
        return self.portal or PortalSettings()

    @property
    def draft_limits(self) -> drafts.Limits:
        """The limits of the drafts of one person."""
        return drafts.Limits(
            self.draft_days, self.draft_limit_bytes, self.drafts_per_person, self.drafts_per_officer
        )

    @property
    def origin(self) -> str:
        """The address that the API answers under on this machine, without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @model_validator(mode="after")
    def _open_only_at_home(self) -> Self:
        if self.open_board and not loopback(self.host):
            raise ValueError(
                say(
                    "open_board shows the board to anybody, so it needs a loopback host, not {host!r}: bind 127.0.0.1, or switch open_board off and sign in",
                    host=self.host,
                )
            )
        return self

    @model_validator(mode="after")
    def _distinct_providers(self) -> Self:
        provider_settings.distinct(self.oidc)
        if self.oidc and self.public_url is None:
            raise ValueError(
                say(
                    "oidc needs public_url: providers send people back to the address that is registered with them"
                )
            )
        return self

    @model_validator(mode="after")
    def _distinct_keys(self) -> Self:
        signing_settings.distinct(self.signing)
        return self

    @property
    def keyring(self) -> Keyring:
        """The keys that sign, and whom they ask and trust. Raises OSError for roots that cannot be read."""
        roots = self.trusted_roots_file.read_text(encoding="ascii") if self.trusted_roots_file else ""
        return Keyring(
            tuple(each.key for each in self.signing), self.time_stamps, frozenset(self.inner_hosts), roots
        )

    @field_validator("public_url")
    @classmethod
    def _public_origin_only(cls, given: str | None) -> str | None:
        """The address as browsers write an origin. Raises ValueError."""
        if given is None:
            return None
        try:
            found = urlsplit(given)
            origin = f"{found.scheme}://{found.netloc}".lower()
            secure = found.scheme == "https" or (found.scheme == "http" and loopback(found.hostname or ""))
        except ValueError:
            secure = False
        if not secure or found.path not in ("", "/") or found.query or found.fragment or "@" in found.netloc:
            raise ValueError(
                say(
                    "public_url is an https address without a path, as https://motcua.example.vn, not {given!r}; http is for this machine alone",
                    given=given,
                )
            )
        return origin

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources: arguments, environment, `hoso.toml`, stored ports.

        Neither a `.env` file nor a secrets folder is read.
        """
        home = DatabaseSettings.read().home
        files = [_written(settings_cls, home / name) for name in cls.FILES]
        return init_settings, env_settings, *files


class GivenSettings(Settings):
    """The settings that somebody has said, without those that were found."""

    FILES = ("hoso.toml",)


def _written(kind: type[BaseSettings], path: Path) -> TomlConfigSettingsSource:
    try:
        return TomlConfigSettingsSource(kind, path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise Unreadable(path.absolute(), str(broken)) from broken


def loopback(host: str) -> bool:
    """True when only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
