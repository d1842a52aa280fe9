"""A person with a browser without scripts: reads pages, fills forms, presses their buttons, follows where they lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import httpx

from hoso_models import SessionKind
from support import signing_in
from support.api_client import Rest
from support.browser_text import words


@dataclass
class Button:
    """A button of a form."""

    name: str | None
    value: str
    action: str | None
    text: str = ""


@dataclass
class PageForm:
    """A form as a browser sends it when nothing is changed."""

    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)
    #: Of all fields, also of boxes without a tick.
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[PageForm] = []
        self._form: PageForm | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._button: Button | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, a field or a button."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(said.get("method", "get"), said.get("action", ""))
            self.found.append(self._form)
        if self._form is None:
            return
        if tag == "input":
            self._input(said)
        elif tag == "textarea":
            self._area = said["name"]
            self._form.fields[self._area] = [""]
        elif tag == "select":
            self._select = said["name"]
        elif (
            tag == "option" and self._select and ("selected" in said or self._select not in self._form.fields)
        ):
            self._form.fields[self._select] = [said["value"]]
        elif tag == "button":
            self._button = Button(said.get("name"), said.get("value", ""), said.get("formaction"))
            self._form.buttons.append(self._button)

    def _input(self, said: dict[str, str]) -> None:
        assert self._form is not None
        name, kind = said.get("name", ""), said.get("type", "text")
        self._form.names.add(name)
        if name and (kind not in ("radio", "checkbox") or "checked" in said) and kind != "file":
            self._form.fields.setdefault(name, []).append(said.get("value", "on"))

    def handle_data(self, data: str) -> None:
        """Keep the text of an area or a button."""
        if self._area and self._form:
            self._form.fields[self._area] = [self._form.fields[self._area][0] + data]
        if self._button:
            self._button.text += data

    def handle_endtag(self, tag: str) -> None:
        """End what has begun."""
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "button":
            self._button = None


def forms(page: httpx.Response) -> list[PageForm]:
    """The forms of a page, in order."""
    reader = _Forms()
    reader.feed(page.text)
    return reader.found


@dataclass
class Visitor:
    """Somebody who has signed in, at a page."""

    rest: Rest
    headers: dict[str, str]
    page: httpx.Response | None = None

    @classmethod
    async def of(cls, rest: Rest, principal: UUID, kind: SessionKind = SessionKind.OFFICER) -> Visitor:
        """A person with a session of now."""
        return cls(rest, await signing_in.signed_in(rest.world.db, principal, at=rest.clock.at, kind=kind))

    @classmethod
    async def applicant(cls, rest: Rest, principal: UUID) -> Visitor:
        """A citizen with a session of now."""
        at, kind = rest.clock.at, SessionKind.APPLICANT
        return cls(rest, await signing_in.signed_in(rest.world.db, principal, at=at, kind=kind))

    @property
    def text(self) -> str:
        """The text of the page."""
        assert self.page is not None
        return words(self.page)

    @property
    def path(self) -> str:
        """The address of the page."""
        assert self.page is not None
        url = urlsplit(str(self.page.request.url))
        return url.path + (f"?{url.query}" if url.query else "")

    async def goes(self, path: str) -> Visitor:
        """Open an address, and follow where it leads."""
        self.page = await self.rest.client.get(path, headers=self.headers)
        while self.page.status_code in (302, 303, 307):
            self.page = await self.rest.client.get(self.page.headers["location"], headers=self.headers)
        return self

    def form(self, button: str) -> tuple[PageForm, Button]:
        """The form with a button that says this."""
        assert self.page is not None
        for each in forms(self.page):
            for one in each.buttons:
                if " ".join(one.text.split()).startswith(button):
                    return each, one
        raise AssertionError(f"no button {button!r} on {self.path}: {self.text}")

    def sent(self, button: str, **said: str | list[str]) -> tuple[str, dict[str, list[str]]]:
        """The address and the fields that a press sends; for names that the form lacks, `_` stands for `-`."""
        form, pressed = self.form(button)
        fields = dict(form.fields)
        for name, value in said.items():
            known = name if name in {*form.fields, *form.names} else name.replace("_", "-")
            fields[known] = value if isinstance(value, list) else [value]
        if pressed.name:
            fields[pressed.name] = [pressed.value]
        return urljoin(self.path, pressed.action or form.action or self.path), fields

    async def presses(self, button: str, **said: str | list[str]) -> Visitor:
        """Fill a form and press its button; follow where it leads."""
        form, _ = self.form(button)
        address, fields = self.sent(button, **said)
        if form.method == "get":
            return await self.goes(str(httpx.URL(address, params=fields)))
        return await self.posts(address, fields)

    async def uploads(self, button: str, *files: tuple[str, bytes]) -> Visitor:
        """Choose files in a form and press its button; follow where it leads."""
        address, fields = self.sent(button)
        return await self.posts(address, fields, [("tep", each) for each in files])

    async def posts(self, address: str, fields: dict[str, list[str]], files: Any = None) -> Visitor:
        """Send fields to an address, with files where there are any; follow where it leads."""
        self.page = await self.rest.client.post(address, data=fields, files=files, headers=self.headers)
        if self.page.status_code == 303:
            return await self.goes(self.page.headers["location"])
        return self
