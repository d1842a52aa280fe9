"""Keys that sign: a PKCS#12 file, or a token behind PKCS#11. Their secrets lie in files of the installation."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from hoso_workflows.signatures.refusals import KeyMissing


@dataclass(frozen=True, slots=True)
class Pkcs12:
    """A file with key, certificate and chain."""

    file: Path
    #: None for a file that needs none.
    passphrase_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A key in a token, with its certificate, both under one label."""

    #: The library of the token's maker.
    module: Path
    #: The token's own label.
    token: str
    label: str
    pin_file: Path


@dataclass(frozen=True, slots=True)
class Key:
    """A key with whose it is."""

    #: As the operator calls it.
    name: str
    #: Code of the unit whose papers it signs.
    unit: str
    source: Pkcs12 | Token
    #: The officer whose own it is; None for a unit's, which its heads use.
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of the installation, and whom it asks and trusts."""

    keys: tuple[Key, ...] = ()
    #: Address of the time stamp authority; None to sign without stamps.
    stamps: str | None = None
    #: Hosts on an inner network that may be asked.
    inner: frozenset[str] = frozenset()
    #: Certificates that are trusted, as PEM.
    roots: str = ""

    def of(self, unit: str, person: UUID) -> Key:
        """The key by which somebody signs for a unit: their own, else the unit's. Raises KeyMissing."""
        fitting = self._fitting(unit, person)
        if not fitting:
            raise KeyMissing(unit)
        return min(fitting, key=lambda key: key.person is None)

    def has(self, unit: str, person: UUID) -> bool:
        """True where there is a key by which somebody signs for a unit."""
        return bool(self._fitting(unit, person))

    def _fitting(self, unit: str, person: UUID) -> list[Key]:
        return [key for key in self.keys if key.unit == unit and key.person in (person, None)]
