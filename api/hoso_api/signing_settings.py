"""Settings of a key that signs papers: a table `[[signing]]` of `hoso.toml`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hoso_calendar.messages import say
from hoso_workflows.signatures.keys import Key, Pkcs12, Token


class SigningKey(BaseModel):
    """A key of a unit or an officer, in a file or a token."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: As the operator calls it.
    name: Annotated[str, Field(min_length=1, max_length=60)]
    #: Code of the unit whose papers it signs.
    unit: Annotated[str, Field(min_length=1, max_length=60)]
    #: The officer whose own it is; without one it is the unit's, and its heads use it.
    person: UUID | None = None
    #: A PKCS#12 file, and a file with its passphrase.
    file: Path | None = None
    passphrase_file: Path | None = None
    #: In its place a token: the library of its maker, its label, the label of key and certificate, a file with the PIN.
    module: Path | None = None
    token: str | None = None
    label: str | None = None
    pin_file: Path | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        token = (self.module, self.token, self.label, self.pin_file)
        if self.file is not None and token == (None,) * 4:
            return self
        if self.file is None and self.passphrase_file is None and None not in token:
            return self
        raise ValueError(say("name either file, or all of module, token, label and pin_file"))

    @property
    def key(self) -> Key:
        """The key as papers are signed by it."""
        if self.file is not None:
            return Key(self.name, self.unit, Pkcs12(self.file, self.passphrase_file), self.person)
        assert self.module is not None  # noqa: S101 - held by _one_source
        assert self.token is not None  # noqa: S101 - held by _one_source
        assert self.label is not None  # noqa: S101 - held by _one_source
        assert self.pin_file is not None  # noqa: S101 - held by _one_source
        return Key(
            self.name, self.unit, Token(self.module, self.token, self.label, self.pin_file), self.person
        )


def distinct(keys: Iterable[SigningKey]) -> None:
    """Raise ValueError where two keys have one name, or the same unit and person."""
    seen: set[object] = set()
    for each in keys:
        for mark in (each.name, (each.unit, each.person)):
            if mark in seen:
                raise ValueError(
                    say("two keys are called {name}, or are for the same unit and person", name=each.name)
                )
            seen.add(mark)
