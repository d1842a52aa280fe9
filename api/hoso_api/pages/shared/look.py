"""Reader's choices for the look of pages, and where they begin. A cookie keeps them.

Every route of the pages takes them up first, so that what it says before it makes its page stands in the reader's language too.
"""

from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Self

from fastapi import Request
from starlette.responses import Response

from hoso_api.portal_settings import PortalSettings
from hoso_api.translation import vietnamese
from hoso_calendar import messages

#: It names nobody and is no secret.
COOKIE = "hoso-xem"
#: The word of an address that names the language of its page.
LANGUAGE = "ngon-ngu"
YEAR = 365 * 24 * 3600
#: What the word of a place begins with in the cookie.
HOME = "nha-"
#: Sizes of text and the class of each.
SIZES = {"thuong": "", "lon": "chu-lon", "rat-lon": "chu-rat-lon"}


@dataclass(frozen=True, slots=True)
class Look:
    """Choices of a reader. What is not one of them counts as not chosen."""

    language: str = messages.VIETNAMESE
    size: str = "thuong"
    contrast: bool = False
    #: Whether single keys act in lists (WCAG 2.1.4).
    keys: bool = True
    #: Whether the next task opens when one is completed; else the list.
    onward: bool = True
    #: Whether rows stand close together.
    dense: bool = False
    #: The word of the place at which the inside begins; empty for that of one's role.
    home: str = ""

    @classmethod
    def of(cls, request: Request) -> "Look":
        """The choices of a request's reader; an address may name its language."""
        return cls.read(request.cookies.get(COOKIE, "")).asked(
            language=request.query_params.get(LANGUAGE, "")
        )

    @classmethod
    def read(cls, text: str) -> Self:
        """The choices in the words of a cookie, as `en lon tuong-phan khong-phim`."""
        said = set(text.split("."))
        return cls(
            language=messages.ENGLISH if messages.ENGLISH in said else messages.VIETNAMESE,
            size=next((each for each in SIZES if each in said), "thuong"),
            contrast="tuong-phan" in said,
            keys="khong-phim" not in said,
            onward="ve-danh-sach" not in said,
            dense="gon" in said,
            home=next((each.removeprefix(HOME) for each in sorted(said) if each.startswith(HOME)), ""),
        )

    @property
    def classes(self) -> str:
        """Classes of the root element."""
        said = SIZES[self.size], "tuong-phan" if self.contrast else "", "gon" if self.dense else ""
        return " ".join(each for each in said if each)

    @property
    def words(self) -> str:
        """The choices in the words of the cookie."""
        said = (
            self.language,
            self.size,
            "tuong-phan" if self.contrast else "",
            "" if self.keys else "khong-phim",
            "" if self.onward else "ve-danh-sach",
            "gon" if self.dense else "",
            f"{HOME}{self.home}" if self.home else "",
        )
        return ".".join(each for each in said if each)

    def asked(
        self,
        *,
        language: str = "",
        size: str = "",
        contrast: str = "",
        keys: str = "",
        onward: str = "",
        rows: str = "",
        home: str | None = None,
    ) -> "Look":
        """The choices changed by a request; an empty word changes nothing.

        An empty `home` chooses the place of one's role.
        """
        return replace(
            self,
            language=language if language in messages.LANGUAGES else self.language,
            size=size if size in SIZES else self.size,
            contrast=contrast == "co" if contrast else self.contrast,
            keys=keys == "co" if keys else self.keys,
            onward=onward == "tiep" if onward else self.onward,
            dense=rows == "gon" if rows else self.dense,
            home=self.home if home is None else home,
        )

    def keep(self, answer: Response) -> None:
        """Let the browser keep the choices for a year."""
        answer.set_cookie(COOKIE, self.words, max_age=YEAR, httponly=True, samesite="lax", path="/")


_FIRST = Look()
_LOOK: ContextVar[Look] = ContextVar("page_look", default=_FIRST)
_NOBODY = PortalSettings()
_OWNER: ContextVar[PortalSettings] = ContextVar("portal_owner", default=_NOBODY)


def current() -> Look:
    """The choices taken up last in this context, at first the usual ones."""
    return _LOOK.get()


def owner() -> PortalSettings:
    """The owner of the portal taken up last in this context, at first nobody."""
    return _OWNER.get()


def take_up(request: Request) -> Look:
    """Show and say everything as the reader of a request has chosen.

    That lasts in this context. Refusals that a page shows are said in its language, not in that of the request's headers.
    """
    found = Look.of(request)
    _LOOK.set(found)
    _OWNER.set(request.app.state.settings.portal_owner)
    vietnamese.speak(found.language)
    return found


async def taken_up(request: Request) -> None:
    """Take up the choices of a request: a dependency.

    Asynchronous, because a thread would keep them to itself.
    """
    take_up(request)
