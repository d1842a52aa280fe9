"""What `hoso doctor` tries out, where looking at the settings would not do."""

import errno
import os
import shutil
import tempfile
from http import HTTPStatus
from pathlib import Path

import httpx

from hoso_api import identity, installation, processes
from hoso_api.cli.checks import Check, State
from hoso_api.settings import Said, Settings, loopback

#: Free space below which PostgreSQL is in danger.
FREE_BYTES = 1 << 30
#: What is written to see whether a disk takes it.
_PIECE = b"hoso" * 1024
_START = "Start it with `hoso serve`."


def home() -> Check:
    """Write to the installation's disk, and look how much room it has."""
    folder = installation.home()
    place = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        _written(place)
    except OSError as refused:
        return Check(
            "home", State.FAILING, f"{place} takes no file: {refused.strerror}", _remedy(refused, place)
        )
    free = shutil.disk_usage(place).free
    detail = f"{folder} can be written, {free / (1 << 30):.1f} GiB free"
    if free < FREE_BYTES:
        return Check("home", State.WARNING, detail, "Make room on that disk.")
    return Check("home", State.OK, detail)


def _written(place: Path) -> None:
    with tempfile.TemporaryFile(dir=place) as file:
        file.write(_PIECE)
        file.flush()
        os.fsync(file.fileno())


def _remedy(refused: OSError, place: Path) -> str:
    if refused.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room on that disk."
    if refused.errno in (errno.EACCES, errno.EPERM):
        return f"Run hoso as the user to whom {place} belongs, or name another folder with HOSO_HOME."
    return "Name a folder on another disk with HOSO_HOME."


async def api(settings: Settings) -> Check:
    """Ask the API at its address, and by its mark whether it is ours."""
    place = f"{settings.host}:{settings.port}"
    try:
        async with httpx.AsyncClient(timeout=3) as client:
            answer = await client.get(f"{settings.origin}/healthz")
    except httpx.HTTPError:
        return Check("API", State.WARNING, f"nothing answers on {place}", _START)
    told = answer.headers.get(identity.HEADER)
    if told is None or told != identity.own():
        who = "another program" if told is None else "the API of another installation"
        return _foreign("API", f"{who} answers on {place}", "port")
    if answer.status_code != HTTPStatus.OK:
        return Check("API", State.FAILING, f"answers {answer.status_code} on {place}", "Look at log/api.log.")
    if not loopback(settings.host):
        detail = f"answers on {place}; reachable from outside"
        return Check("API", State.WARNING, detail, "Put a TLS proxy in front of it.")
    return Check("API", State.OK, f"answers on {place}")


async def prefect(settings: Settings) -> Check:
    """Ask Prefect's server as a stranger, then with the auth string of this home.

    Without one it hands out secrets and runs code for whoever reaches its port.
    """
    place = f"127.0.0.1:{settings.prefect_port}"
    try:
        stranger, ours = await _asked(f"http://{place}/api/version")
    except httpx.HTTPError:
        remedy = f"{_START[:-1]}; `hoso sweep` does its work meanwhile."
        return Check("Prefect", State.WARNING, f"nothing answers on {place}", remedy)
    if stranger == HTTPStatus.OK:
        detail = f"answers on {place} to a stranger"
        return Check("Prefect", State.FAILING, detail, "Stop it, and start it by `hoso serve`.")
    if ours == HTTPStatus.OK:
        return Check("Prefect", State.OK, f"answers on {place}, to us alone")
    who = "the Prefect of another installation" if stranger == HTTPStatus.UNAUTHORIZED else "another program"
    return _foreign("Prefect", f"{who} answers on {place}", "prefect_port")


async def _asked(address: str) -> tuple[int, int | None]:
    """What it answers to a stranger, and to the auth string of this home where there is one."""
    async with httpx.AsyncClient(timeout=3) as client:
        stranger = (await client.get(address)).status_code
        # It would be made where it is missing.
        if not (installation.home() / "prefect-auth").exists():
            return stranger, None
        user, _, password = processes.auth().partition(":")
        return stranger, (await client.get(address, auth=(user, password))).status_code


def _foreign(name: str, detail: str, field: str) -> Check:
    """Somebody else has the port: in the way only where it was named."""
    if field in Said().model_fields_set:
        remedy = f"Stop what listens there, or name another port with HOSO_{field.upper()}."
        return Check(name, State.FAILING, detail, remedy)
    return Check(name, State.WARNING, detail, "`hoso serve` finds a free port by itself, and keeps it.")
