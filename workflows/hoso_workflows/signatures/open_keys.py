"""Keys that are open while papers are signed: each once, however many papers."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID

from hoso_workflows.operation.outgoing import Client
from hoso_workflows.signatures.keys import Keyring
from hoso_workflows.signatures.refusals import KeyUnusable

# pyHanko takes a third of a second, for which nobody waits who signs nothing: each step loads its own.
if TYPE_CHECKING:
    from hoso_workflows.signatures.opening import Opened
    from hoso_workflows.signatures.timestamps import Stamps


class OpenKeys:
    """The keys of a keyring, opened when they are first needed and closed together.

    One that does not open is not tried again: a token locks itself after a few wrong PINs.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._open = AsyncExitStack()
        self._known: dict[str, Opened | KeyUnusable] = {}
        self._stamps: Stamps | None = None

    async def __aenter__(self) -> Self:
        """Ready to open keys."""
        if self._keyring.stamps:
            from hoso_workflows.signatures.timestamps import Stamps

            client = Client(self._keyring.inner)
            self._open.push_async_callback(client.close)
            self._stamps = Stamps(self._keyring.stamps, client)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Close them."""
        await self._open.__aexit__(kind, error, at)

    @property
    def stamps(self) -> bool:
        """True where an authority stamps what is signed."""
        return self._stamps is not None

    async def of(self, unit: str, person: UUID) -> Opened:
        """The open key by which somebody signs for a unit. Raises KeyMissing, KeyUnusable."""
        from hoso_workflows.signatures.opening import opened

        key = self._keyring.of(unit, person)
        if key.name not in self._known:
            try:
                self._known[key.name] = await self._open.enter_async_context(opened(key))
            except KeyUnusable as refused:
                self._known[key.name] = refused
        found = self._known[key.name]
        if isinstance(found, KeyUnusable):
            raise found
        return found

    async def sign(self, content: bytes, by: Opened, at: datetime) -> bytes:
        """The PDF with one more signature. Raises KeyUnusable, NotSigned."""
        from hoso_workflows.signatures.signing import sign

        return await sign(content, by, at=at, stamps=self._stamps)
