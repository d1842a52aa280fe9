"""Owner of the portal as pages name it, taken up with each request."""

from contextvars import ContextVar

from fastapi import Request

from hoso_api.portal_settings import PortalSettings

_NOBODY = PortalSettings()
_HOUSE: ContextVar[PortalSettings] = ContextVar("portal_settings", default=_NOBODY)


def current() -> PortalSettings:
    """The settings taken up last in this context, at first empty ones."""
    return _HOUSE.get()


def take_up(request: Request) -> None:
    """Name the owner that the settings of a request's application say."""
    _HOUSE.set(request.app.state.settings.portal)
