"""Package with its dependencies, as it is sent to the limited child process.

pins.json           version → procedure → number of the version that its calls run
package.zip         the package itself
1.000001/2.zip      a version that is pinned, by the package or by another version
~known/1.000002.zip a package that is known to one that is pinned to nothing
~calendars/vn.toml  a calendar by which its scenarios may count, before the bundled one of its id
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from hoso_bpmn.package import archive, package
from hoso_bpmn.package.package import Package, Pin

#: A procedure's code and the number of its version.
Version = tuple[str, int]

#: No code begins with a tilde.
_PACKAGE, _PINS, _KNOWN, _CALENDARS = "package.zip", "pins.json", "~known/", "~calendars/"
#: No package is known.
NOTHING: Mapping[str, Package] = MappingProxyType({})
#: TOML text by calendar id, with every parent.
Texts = Mapping[str, bytes]
#: No calendar but the bundled ones.
NO_TEXTS: Texts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Parcel:
    """Zipped package with the versions that its calls are pinned to.

    Without pins it has the packages that are known by code.
    """

    data: bytes
    #: None for a package that is no version of an office.
    pins: Mapping[str, Pin] | None = None
    known: Mapping[str, Package] = field(default_factory=lambda: NOTHING)
    #: What scenarios know beside the bundled calendars.
    calendars: Texts = field(default_factory=lambda: NO_TEXTS)

    def read(self) -> Package:
        """The package, with its pins; raises `RefusedFile`."""
        read = package.read(self.data)
        return read if self.pins is None else read.pinned(self.pins)

    def packed(self) -> bytes:
        """The parcel as bytes; of an upload no more than is ever accepted."""
        pinned = versions(self.pins or {})
        calls = {_name(version): _numbers(found.pins or {}) for version, found in pinned.items()}
        table = {"": None if self.pins is None else _numbers(self.pins), **calls}
        return archive.to_zip(
            {
                _PINS: json.dumps(table).encode(),
                _PACKAGE: self.data[: archive.MAX_TOTAL + 1],
                **{_name(version): found.to_zip() for version, found in pinned.items()},
                **{f"{_KNOWN}{code}.zip": found.to_zip() for code, found in self.known.items()},
                **{f"{_CALENDARS}{name}.toml": text for name, text in self.calendars.items()},
            }
        )

    @classmethod
    def unpacked(cls, data: bytes) -> Parcel:
        """The parcel that `packed` made."""
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            files = {name: container.read(name) for name in container.namelist()}
        table = json.loads(files.pop(_PINS))
        upload, own = files.pop(_PACKAGE), table.pop("")
        texts = {name: files.pop(name) for name in [*files] if name.startswith(_CALENDARS)}
        calendars = {
            name.removeprefix(_CALENDARS).removesuffix(".toml"): text for name, text in texts.items()
        }
        read = {name: package.read(content) for name, content in files.items()}
        known = {found.code: found for name, found in read.items() if name.startswith(_KNOWN)}
        packages = {_version(name): read[name] for name in table}
        calls = {_version(name): numbers for name, numbers in table.items()}
        return cls(upload, None if own is None else tied(own, packages, calls), known, calendars)


def versions(pins: Mapping[str, Pin]) -> dict[Version, Package]:
    """Every version that is pinned, however deep."""
    found: dict[Version, Package] = {}
    waiting = [pins]
    while waiting:
        for code, pin in waiting.pop().items():
            if (code, pin.number) not in found:
                found[code, pin.number] = pin.package
                waiting.append(pin.package.pins or {})
    return found


def tied(
    numbers: Mapping[str, int],
    packages: Mapping[Version, Package],
    calls: Mapping[Version, Mapping[str, int]],
) -> dict[str, Pin]:
    """Pins of these numbers, each version with its own from `calls`. Raises KeyError for a missing version."""

    @cache
    def version(code: str, number: int) -> Package:
        return packages[code, number].pinned(pins(calls[code, number]))

    def pins(numbers: Mapping[str, int]) -> dict[str, Pin]:
        return {code: Pin(number, version(code, number)) for code, number in numbers.items()}

    return pins(numbers)


def _numbers(pins: Mapping[str, Pin]) -> dict[str, int]:
    return {code: pin.number for code, pin in pins.items()}


def _name(version: Version) -> str:
    code, number = version
    return f"{code}/{number}.zip"


def _version(name: str) -> Version:
    code, _, number = name.removesuffix(".zip").rpartition("/")
    return code, int(number)
